/** The training explorer: what the network sees and draws as it learns, and a closer look at what it learns from. */

import catalogues from "catalogues:training";
import { choiceControl, numberControl, sliderControl } from "../../kit/controls.js";
import { h, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { footOf } from "../../kit/foot.js";
import { figure } from "../../kit/format.js";
import { broken, course, lookAt, newest, one, rateOf, standing, undone, upwards } from "../../kit/learning.js";
import { lineChart } from "../../kit/line_chart.js";
import { tabbedPanels } from "../../kit/panels.js";
import { colourRaster } from "../../kit/pixels.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { barOf, seedTrait } from "../../kit/run_controls.js";
import { sessionControls } from "../../kit/session.js";
import { defineExplorer } from "../../kit/shell.js";
import { mean } from "../../kit/tensors.js";
import { examplesPanel, levelsPanel, memoryPanel } from "./panels.js";
import { reduceRuns, updatesOf, viewOf } from "./runs.js";
import { createStage } from "./stage.js";
import { words } from "./text.js";

const RECENT = 50; // updates

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, runs, chosen, choose, write, constants, signal } = page;
  const { limits } = constants("_controls");
  const controls = text.controls;
  const view = () => viewOf(runs.get(), chosen.get());
  const session = sessionControls(page, { updates: () => updatesOf(runs.get().current?.content ?? null) });
  const stage = createStage(page);
  const sheets = () => view().content?.sheets ?? [];
  const select = (/** @type {number} */ index) => choose({ sheet: index >= sheets().length - 1 ? null : sheets()[index].at });
  const onSelect = (/** @type {number} */ update) =>
    select(Math.max(0, sheets().findLastIndex((sheet) => sheet.update <= update)));

  const choices = (/** @type {Record<string, string>} */ names) =>
    Object.entries(names).map(([value, label]) => ({ value, label, hint: "" }));
  const rate = sliderControl({ ...controls.rate, min: -5, max: 0, step: 0.1, show: (value) => rateOf(10 ** value),
    onChange: (value) => write("rate", Number((10 ** value).toPrecision(2))) });
  const bar = barOf({
    data: choiceControl({ ...controls.data, choices: choices(controls.data.names), onChange: (value) => write("data", value) }),
    count: numberControl({ ...controls.count, className: "dx-count", onChange: (value) => write("count", value) }),
    predicts: choiceControl({ ...controls.predicts, choices: choices(controls.predicts.names), onChange: (value) =>
      write("predicts", value) }),
    batch: numberControl({ ...controls.batch, className: "dx-count", onChange: (value) => write("batch", value) }),
    seed: seedTrait(controls.seed, "seed", limits.seed, write),
    rate: { ...rate, set: (/** @type {number} */ value) => rate.set(Math.log10(value)) },
  });

  const player = playerRow(page, { label: text.scrub, at: () => ({ index: Math.max(0, view().index), count: sheets().length }),
    select, busy: null });
  const strips = { sample: strip("sample", "dx-signal"), expected: strip("expected", "dx-signal") };
  const loss = lineChart({ height: 96, margin: { top: 6, right: 8, bottom: 20, left: 36 }, names: "none", signal, onSelect });
  const lossName = h("div", { class: "dx-name dx-text" }, text.loss.name, h("small", {}, text.loss.note));
  const films = Object.values(strips).flatMap(({ name, film }) => [name, film]);
  const timeline = h("div", { class: "dx-timeline" }, ...films, lossName, loss.element);
  const closer = tabbedPanels(text.panels, { examples: examplesPanel(page), levels: levelsPanel(page, onSelect),
    memory: memoryPanel(page, onSelect) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts, { concepts: { loss: "dx-text", held: "dx-noise" } });

  /** @param {"sample" | "expected"} film @param {string} concept */
  function strip(film, concept) {
    const { name, note } = text.films[film];
    return filmStrip({ label: name, note, concept, pixelated: true, onSelect: player.byHand });
  }

  /** @param {import("./runs.js").View} now */
  function drawTimeline({ content, index, level, updates, sheet, old }) {
    const { begin, losses, sheets = [], probes = [], changes = [], breaks = [] } = content ?? {};
    const pictures = begin?.request.data === "pictures";
    show(pictures, ...films);
    if (pictures) {
      const at = /** @type {const} */ ({ sample: (/** @type {number} */ frame) =>
        one(sheets[frame].samples, 0), expected: (/** @type {number} */ frame) => {
          const probe = lookAt(probes, sheets[frame].update);
          return probe && one(probe.original, level);
        } });
      for (const film of /** @type {const} */ (["sample", "expected"])) {
        strips[film].draw(sheets.length, index, (frame) => {
          const tensor = at[film](frame);
          return tensor && { raster: colourRaster(tensor), old };
        }, text.films.words(text.films[film].name, sheets.length));
      }
    }
    player.draw(text.at(sheet?.update ?? 0));
    show(Boolean(losses?.loss.data.length), lossName, loss.element);
    if (!losses?.loss.data.length) return;
    const stand = standing(losses, breaks);
    const turns = changes.filter(({ update }) => update > 0);
    loss.draw({ series: [{ name: text.loss.name, concept: "dx-text", ...course(losses) }], here: sheet?.update ?? null,
      marks: [...undone(breaks, kit.learning),
        ...turns.map(({ update, value }) => ({ x: update, name: rateOf(Number(value)) }))],
      x: { domain: [0, Math.max(1, updates)], whole: true, show: text.number, read: text.update },
      y: upwards(course(stand).y) }, text.loss.words(figure(newest(stand.loss, RECENT).mean), turns.length));
  }

  /** @param {import("./runs.js").View} now */
  function describe({ content, updates }) {
    const errors = (content?.probes ?? []).map(({ held }) => mean(held));
    const [first, last, least] = [errors[0], errors[errors.length - 1], Math.min(...errors)];
    if (updates === 0 || errors.length < 2) return text.state.begin;
    return last > 1.1 * least
      ? text.state.worse(updates, figure(least), figure(last))
      : text.state.learning(updates, figure(first), figure(last));
  }

  /** @param {import("./runs.js").View} now @returns {Record<string, [string, string]>} */
  function numbers({ content, updates, probe }) {
    const { begin, losses, changes = [], breaks = [] } = content ?? {};
    if (!begin || !probe) return {};
    const { batch, count } = begin.request;
    const seen = updates * batch;
    const stand = losses && standing(losses, breaks);
    const recent = Math.min(RECENT, stand?.loss.data.length ?? 0);
    const rate = changes.findLast(({ field }) => field === "rate");
    return { loss: [stand && recent ? figure(newest(stand.loss, recent).mean) : "–", text.formulas.loss(recent)],
      held: [figure(mean(probe.held)), text.formulas.held], seen: [text.number(seen), text.formulas.seen(updates, batch)],
      times: [text.timesEach(figure(seen / count)), text.formulas.times(text.number(count))],
      parameters: [text.number(begin.parameters), text.formulas.parameters],
      ...(rate ? { rate: /** @type {[string, string]} */ ([rateOf(Number(rate.value)), text.formulas.rate]) } : {}) };
  }

  function draw() {
    const now = view();
    session.draw();
    stage.draw(now);
    drawTimeline(now);
    closer.draw(chosen.get().panel, now);
    foot.draw(describe(now), numbers(now));
  }

  return { bar,
    body: [h("div", { class: "dx-controls" }, session.element), stage.element, timeline, stayingRow(player, signal),
      closer.element, foot.element], draw, notice: () => broken(view(), kit.learning),
    keys: (event, editing) => session.keys(event, editing) || (!editing && event.key !== " " && player.keys(event)) };
}

export default defineExplorer({ name: "training", catalogues, words, session: true, reduce: reduceRuns,
  traits: ["sheet", "level", "panel"], open });
