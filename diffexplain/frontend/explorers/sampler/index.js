/** The sampler explorer: controls, one row a sampler on a shared axis, a closer look, words and numbers. */

import catalogues from "catalogues:sampler";
import { h, setText, show } from "../../kit/dom.js";
import { percent } from "../../kit/format.js";
import { fact } from "../../kit/parts.js";
import { createClock, playerKeys } from "../../kit/player.js";
import { isBusy, isOver } from "../../kit/runs.js";
import { segmentControl } from "../../kit/segments.js";
import { defineExplorer } from "../../kit/shell.js";
import { createBar } from "./bar.js";
import { lookAt, placeOf } from "./derive.js";
import { mapPanel } from "./map.js";
import { agreementPanel, distancePanel, timePanel } from "./panels.js";
import { reduceRuns } from "./runs.js";
import { createStage } from "./stage.js";
import { level, range, words } from "./text.js";
import { viewOf } from "./view.js";
import { endLines, hereLine, noiseShare } from "./words.js";

/** @typedef {"distance" | "agreement" | "map" | "time"} PanelName */
const AXES = /** @type {const} */ (["log_snr", "evaluations"]);

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, language, live, runs, chosen, choose, cancel, runAgain, constants, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get());
  /** @param {number} index */
  const select = (index) => {
    const { stops } = view();
    choose({ place: index >= stops.length - 1 ? null : stops[index] }); // the end stays the end in another run
  };
  const byHand = (/** @type {number} */ index) => {
    clock.stop();
    select(index);
  };
  const onPlace = (/** @type {number} */ share) => {
    const { stops, domain: [low, high] } = view();
    const place = low + share * (high - low);
    if (stops.length)
      byHand(stops.reduce((best, stop, at) => (Math.abs(stop - place) < Math.abs(stops[best] - place) ? at : best), 0));
  };
  const onRow = (/** @type {number} */ row) => choose({ row: chosen.get().row === row ? null : row });
  const clock = createClock({ count: () => view().stops.length, get: () => view().stop, go: select, signal,
    changed: (playing) => choose({ playing }) });

  const bar = createBar(page);
  const axis = segmentControl({ label: text.controls.axis.label, hint: text.controls.axis.hint,
    choices: AXES.map((value) => ({ value, ...text.controls.axis[value] })), onChange: switchAxis });
  const stage = createStage(text, kit, { axis: axis.element, onPlace, onStop: byHand, onRow, onPlay: clock.toggle,
    onCancel: cancel, onRunAgain: runAgain });
  const actions = { onPlace, onRow, choose, signal };
  const panels =
    /** @type {Record<PanelName, import("./panels.js").Panel>} */ ({ distance: distancePanel(text, actions),
      agreement: agreementPanel(text, actions), map: mapPanel(text, { language, offered: constants("_controls").map, signal }),
      time: timePanel(text) });
  const names = /** @type {PanelName[]} */ (Object.keys(panels));
  const tabs = segmentControl({ label: text.panels.label, hint: "",
    choices: names.map((value) => ({ value, ...text.panels[value] })), onChange: (panel) => choose({ panel }) });
  const closer = h("section", { class: "dxp-closer" }, tabs.element, ...names.map((name) => panels[name].element));
  const findings = createFindings(text);
  const foot = createFoot(text);
  signal.addEventListener("abort", stage.disconnect);

  /** The same look on the other axis: of the highlighted row, else of the first that has one. @param {string} value */
  function switchAxis(value) {
    const { content, axis: before, place, stop, stops, row } = view();
    const looks = (content?.ways ?? []).map((way) => lookAt(way, before, place));
    const look = stop < stops.length - 1 ? (looks[row ?? -1] ?? looks.find(Boolean) ?? null) : null;
    choose({ axis: value, place: look ? placeOf(look, /** @type {import("./derive.js").Axis} */ (value)) : null });
  }

  const draw = () => {
    const { panel, playing, measure, pair, axis: by } = chosen.get();
    const { current, lasting } = runs.get();
    const now = view();
    const { content } = now;
    axis.set(by);
    stage.draw(now, { playing, busy: isBusy(current?.status), failed: isOver(current?.status), canRun: live,
      stateWords: stateWords(),
      longWords: content?.progress?.task === "long" ? text.state.long(content.progress.done, content.progress.total) : "" });
    tabs.set(panel);
    for (const name of names) show(name === panel, panels[name].element);
    panels[/** @type {PanelName} */ (panel)].draw(now, { measure, pair, ground: lasting?.ground ?? null });
    findings.draw(now);
    foot.draw(now);
  };

  function stateWords() {
    const { current } = runs.get();
    if (!current) return "";
    const { status, content } = current;
    if (status.state !== "running")
      return status.state === "done"
        ? (content.end ? text.state.done(content.end.seconds) : "")
        : kit.state[status.state];
    const { ways, end, long, progress } = content;
    if (!end)
      return text.state.running(Math.max(0, ...ways.map(({ looks }) => looks.length)),
        Math.max(0, ...ways.map(({ count }) => count)));
    if (progress) return progress.task === "long" ? text.state.long(progress.done, progress.total) : text.state.clip;
    return long ? text.state.comparing : text.state.decoding;
  }

  /** What of the prompt was not read. */
  function notice() {
    const begin = runs.get().current?.content.begin;
    return begin?.truncated ? text.truncated(begin.token_limit, begin.truncated.dropped_text) : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (editing) return false;
    if (event.key === "Escape") {
      if (chosen.get().row === null) return false;
      choose({ row: null });
      return true;
    }
    if (panels[/** @type {PanelName} */ (chosen.get().panel)].keys?.(event)) return true;
    const { stop, stops } = view();
    return playerKeys(event, { index: stop, count: stops.length, toggle: clock.toggle, select: byHand });
  }

  return { bar, body: [stage.element, findings.element, closer, foot.element], draw, keys, notice };
}

/** Who ends where, and why. @param {import("./text.js").Text} text */
function createFindings(text) {
  const list = h("ul", {});
  const element = h("section", { class: "dxp-findings", "aria-label": text.findings }, h("b", {}, text.findings), list);
  let told = "";
  return {
    element,
    /** @param {import("./view.js").View} view */
    draw(view) {
      const lines = endLines(text, view);
      element.classList.toggle("dx-old", view.old);
      if (lines.join("\n") === told && list.firstChild) return;
      told = lines.join("\n");
      list.replaceChildren(...(lines.length ? lines : [text.foot.waiting]).map((line) => h("li", {}, line)));
    },
  };
}

/** @param {import("./text.js").Text} text */
function createFoot(text) {
  const line = h("p", { role: "status", "aria-live": "polite" });
  const facts = { logSnr: fact({ name: text.facts.logSnr }), noise: fact({ name: text.facts.noise, concept: "dx-noise" }),
    end: fact({ name: text.facts.end }), long: fact({ name: text.facts.long }) };
  const element = h("div", { class: "dx-foot" }, line,
    h("div", { class: "dx-facts" }, ...Object.values(facts).map((part) => part.element)));
  return {
    element,
    /** @param {import("./view.js").View} view */
    draw(view) {
      const { content, axis, place, row, stops } = view;
      setText(line, hereLine(text, view));
      const way = content?.ways[row ?? 0];
      const look = way ? lookAt(way, axis, place) : null;
      const at = axis === "log_snr" ? place : (look?.logSnr ?? NaN);
      const there = stops.length > 0 && Number.isFinite(at);
      facts.logSnr.set(there ? level(at) : "–", text.formulas.logSnr);
      facts.noise.set(there ? percent(noiseShare(at)) : "–", text.formulas.noise);
      facts.end.set(content?.end ? range(Math.max(...content.end.matrix.data)) : "–", text.formulas.end);
      facts.long.set(content?.long ? String(content.long.runs[0].evaluations) : "–", text.formulas.long);
    },
  };
}

export default defineExplorer({ name: "sampler", catalogues, words, reduce: reduceRuns, traits: ["axis", "place", "panel"],
  local: { playing: false, row: null, measure: "along", pair: null }, open });
