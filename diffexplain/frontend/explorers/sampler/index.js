/** The sampler explorer: controls, one row a sampler on a shared axis, a closer look, words and numbers. */

import catalogues from "catalogues:sampler";
import { h, setItems } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { tabbedPanels } from "../../kit/panels.js";
import { wordedSegments } from "../../kit/segments.js";
import { defineExplorer } from "../../kit/shell.js";
import { stateWords } from "../../kit/shown.js";
import { createBar } from "./bar.js";
import { lookAt, placeOf, viewOf } from "./derive.js";
import { mapPanel } from "./map.js";
import { agreementPanel, distancePanel, timePanel } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";
import { endLines, hereLine, numbers } from "./words.js";

const AXES = /** @type {const} */ (["log_snr", "evaluations"]);

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, language, runs, chosen, choose, constants, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get());
  const onRow = (/** @type {number} */ row) => choose({ row: chosen.get().row === row ? null : row });
  const bar = createBar(page);
  const axis = wordedSegments(text.controls.axis, AXES, switchAxis);
  const stage = createStage(page, { view, axis: axis.element, onRow });
  const closer = tabbedPanels(text.panels, { distance: distancePanel(text, { onPlace: stage.onPlace, onRow, choose, signal }),
    agreement: agreementPanel(text, choose), map: mapPanel(text, { language, offered: constants("_controls").map, signal }),
    time: timePanel(text) }, (panel) => choose({ panel }));
  const lines = h("ul", {});
  const findings = h("section", { class: "dx-findings", "aria-label": text.findings }, h("b", {}, text.findings), lines);
  const foot = footOf(text.facts, { concepts: { noise: "dx-noise" } });

  /** The same look on the other axis: of the highlighted row, else of the first that has one. @param {string} value */
  function switchAxis(value) {
    const { content, axis: before, place, stop, stops, row } = view();
    const looks = (content?.ways ?? []).map((way) => lookAt(way, before, place));
    const look = stop < stops.length - 1 ? (looks[row ?? -1] ?? looks.find(Boolean) ?? null) : null;
    choose({ axis: value, place: look ? placeOf(look, /** @type {import("./derive.js").Axis} */ (value)) : null });
  }

  function draw() {
    const { panel, measure, pair, axis: by } = chosen.get();
    const now = view();
    axis.set(by);
    stage.draw(now, stateWords(page, { running, done: ({ end }) => (end ? text.state.done(end.seconds) : "") }));
    closer.draw(panel, now, { measure, pair, ground: runs.get().lasting?.ground ?? null });
    findings.classList.toggle("dx-old", now.old);
    const ends = endLines(text, now);
    setItems(lines, ends.length ? ends : [text.foot.waiting]);
    foot.draw(hereLine(text, now), numbers(text, now));
  }

  /** @param {import("./runs.js").Content} content */
  function running({ ways, end, long, progress }) {
    if (!end)
      return text.state.running(Math.max(0, ...ways.map(({ looks }) => looks.length)),
        Math.max(0, ...ways.map(({ count }) => count)));
    if (progress) return progress.task === "long" ? text.state.long(progress.done, progress.total) : text.state.clip;
    return long ? text.state.comparing : text.state.decoding;
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (editing) return false;
    if (event.key === "Escape") {
      if (chosen.get().row === null) return false;
      choose({ row: null });
      return true;
    }
    return closer.keys(event) || stage.keys(event);
  }

  return { bar, body: [stage.element, stage.player, findings, closer.element, foot.element], draw, keys };
}

export default defineExplorer({ name: "sampler", catalogues, words, reduce: reduceRuns, traits: ["axis", "place", "panel"],
  local: { row: null, measure: "along", pair: null }, open });
