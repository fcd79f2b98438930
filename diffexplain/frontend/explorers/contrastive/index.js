/**
 * The contrastive training explorer: the matrix of held-out pairs lights up, its loss falls below chance, and four panels look closer.
 * What Python trains it tells in moments; everything else is computed here, so that a recording can be played again.
 */

import catalogues from "catalogues:contrastive";
import { choiceControl, ladderControl, sliderControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { figure, percent } from "../../kit/format.js";
import { broken, standing, undone } from "../../kit/learning.js";
import { lineChart } from "../../kit/line_chart.js";
import { tabbedPanels } from "../../kit/panels.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { seedTrait } from "../../kit/run_controls.js";
import { sessionControls } from "../../kit/session.js";
import { defineExplorer } from "../../kit/shell.js";
import { onTheme } from "../../kit/theme.js";
import { kinshipOf } from "./derive.js";
import { createMatrix, createPair } from "./matrix.js";
import { coursePanel, marksOf, shippedPanel, spacePanel, updatePanel } from "./panels.js";
import { reduceRuns, updatesOf, valueOf, viewOf } from "./runs.js";
import { words } from "./text.js";

const PICTURES = [16, 64, 200, 600, 1800, 4000];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, runs, chosen, choose, write, signal } = page;
  const view = () => viewOf(runs.get(), chosen.get().moment);
  const session = sessionControls(page, { updates: () => updatesOf(view().content) });

  // what it begins with, and what may change on the way
  const rate = sliderControl({ ...text.rate, min: -5, max: 0, step: 0.1,
    show: (value) => Number((10 ** value).toPrecision(2)).toString(),
    onChange: (value) => write("rate", Number((10 ** value).toPrecision(2))) });
  const heat = sliderControl({ ...text.temperature, min: 0, max: 100, step: 1, concept: "dx-guidance",
    show: (value) => (value < 1 ? text.temperature.learned : figure(value)),
    onChange: (value) => write("temperature", value < 1 ? null : value) });
  const parts = {
    pictures: ladderControl({ ...text.pictures, values: PICTURES, onChange: (value) => write("pictures", value) }),
    dimensions: ladderControl({ ...text.dimensions, values: [2, 8, 64], onChange: (value) => write("dimensions", value) }),
    captions: choiceControl({ ...text.captions, onChange: (value) => write("captions", value) }),
    seed: seedTrait(text.seed, "seed", Number.MAX_SAFE_INTEGER, write),
    batch: ladderControl({ ...text.batch, values: BATCHES, onChange: (value) => write("batch", value) }),
    rate: { ...rate, set: (/** @type {number} */ value) => rate.set(Math.log10(value)) },
    temperature: { ...heat, set: (/** @type {number | null} */ value) => heat.set(value ?? 0) },
    wrong: sliderControl({ ...text.wrong, min: 0, max: 1, step: 0.1, show: percent, onChange: (value) =>
      write("wrong", value) }),
  };
  const beginning = ["pictures", "dimensions", "captions", "seed"];
  const [first, live] = [true, false].map((begins) =>
    Object.entries(parts).filter(([name]) => beginning.includes(name) === begins).map(([, part]) => part.element)
  );
  const bar = h("div", { class: "dx-bar" }, ...first);
  const going = h("div", { class: "dx-going" }, session.element, h("div", { class: "dx-row" }, ...live));

  // what is seen
  const selectUpdate = (/** @type {number} */ update) => {
    const moments = view().content?.moments ?? [];
    const at = Math.max(0, moments.findLastIndex((moment) => moment.update <= update));
    select(at);
  };
  const select = (/** @type {number} */ at) => {
    const { content, count } = view();
    choose({ moment: at === count - 1 ? null : (content?.moments[at].at ?? null) });
  };
  const matrix = createMatrix(page, () => draw());
  const pair = createPair(text, (next) => choose({ pair: next }));
  const lossHead = h("b", {}, text.loss.name);
  const loss = lineChart({ height: 190, margin: { top: 12, right: 16, bottom: 24, left: 40 }, names: "inside", signal,
    onSelect: (update) =>
      player.byHand(Math.max(0, (view().content?.moments ?? []).findLastIndex((one) => one.update <= update))) });
  const player = playerRow(page, { label: text.scrub, at: () => view(), select, busy: null });
  const panels = tabbedPanels(text.panels, { space: spacePanel(page), update: updatePanel(page),
    course: coursePanel(page, selectUpdate), shipped: shippedPanel(page) }, (panel) => choose({ panel }));
  const foot = footOf(text.facts, { concepts: { temperature: "dx-guidance" } });
  const stage = h("div", { class: "dx-stage" }, matrix.element,
    h("div", { class: "dx-beside" }, pair.element, lossHead, loss.element));
  onTheme(() => draw(), signal);

  function draw() {
    session.draw();
    const { content, moment } = view();
    if (!content?.begin || !moment) return;
    const { begin, moments, losses, changes, breaks } = content;
    const count = begin.captions.length;
    const selected = insideOf(chosen.get().pair, count);
    matrix.draw(content, moment, chosen.get().show, selected);
    pair.draw(begin, moment, selected);
    player.draw(text.moment(moment.update));
    const x = moments.map(({ update }) => update);
    const chance = Math.log(count);
    const said = text.loss.words(figure(moment.held.loss), figure(moment.seen.loss), figure(chance));
    loss.draw({
      series: [{ name: text.loss.seen, x, y: moments.map(({ seen }) => seen.loss), concept: "dx-signal" }, {
        name: text.loss.held,
        x,
        y: moments.map(({ held }) => held.loss),
        concept: "dx-text",
        chosen: true,
      }],
      here: moment.update,
      level: { value: chance, name: text.loss.chance(count, figure(chance)) },
      marks: [...undone(breaks, kit.learning), ...marksOf(changes, text.course)],
      x: { domain: [0, Math.max(1, x[x.length - 1])], whole: true },
      y: { domain: [0, Math.max(1.15 * chance, ...moments.map(({ held }) => held.loss))], show: (value) => value.toFixed(1),
        read: figure },
    }, said);
    panels.draw(chosen.get().panel, { content, begin, moment, pair: selected });
    const batch = valueOf(content, "batch");
    const last = losses && standing(losses, breaks).loss.data.at(-1);
    foot.draw(text.sentence(moment, kinshipOf(moment, begin.colours)), {
      texts: [percent(moment.held.texts), text.formulas.texts(count)],
      pictures: [percent(moment.held.pictures), text.formulas.pictures(count)],
      loss: [figure(moment.held.loss), text.formulas.loss(count, figure(chance))],
      ...(last === null || last === undefined
        ? {}
        : { batch: [figure(last), text.formulas.batch(batch, figure(Math.log(batch)))] }),
      temperature: [figure(moment.temperature), text.formulas.temperature],
      noticed: [percent(moment.noticed), text.formulas.noticed],
    });
  }

  /** That it has diverged, or that there is nothing to tell apart. */
  function notice() {
    const { content } = view();
    const said = broken({ content, updates: updatesOf(content) }, kit.learning);
    if (said) return said;
    return content && valueOf(content, "batch") === 1 ? text.one : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (session.keys(event, editing)) return true;
    if (editing) return false;
    if (event.target === matrix.canvas) return matrix.press(event.key);
    return panels.keys(event) || player.keys(event);
  }

  return { bar: { element: bar, parts }, body: [going, stage, stayingRow(player, signal), panels.element, foot.element], draw,
    keys, notice };
}

/** @param {number[]} pair @param {number} count */
const insideOf = (pair, count) => pair.map((at) => Math.max(0, Math.min(count - 1, at < 0 ? count + at : at)));

export default defineExplorer({ name: "contrastive", catalogues, words, reduce: reduceRuns, session: true,
  traits: ["moment", "show", "pair", "panel"], local: { part: [0, 0] }, open });
