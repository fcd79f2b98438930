/** Looking closer: how an example is made, why the loss misleads, and whether it learns or remembers. */

import { h, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { figure } from "../../kit/format.js";
import { along, chartOf, countOf, course, newest, one, rateOf, standing, undone, upwards } from "../../kit/learning.js";
import { DASHES } from "../../kit/line_chart.js";
import { square } from "../../kit/parts.js";
import { colourRaster } from "../../kit/pixels.js";
import { isBusy } from "../../kit/runs.js";
import { table } from "../../kit/table.js";
import { combine, mean } from "../../kit/tensors.js";
import { sumOf, wantedOf } from "./derive.js";
import { noiseShare, QUIET } from "./stage.js";

/**
 * @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page
 * @typedef {import("./runs.js").View} View
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 */

const UNHURRIED = 1500; // ms between two batches in the table while training goes on: slow enough to be read
const RECENT = 50; // updates

/** A picture of a cell, or a point's two numbers. @param {Tensor} tensor @param {number} scale @param {string} words */
function cellOf(tensor, scale, words) {
  if (tensor.shape[1] === 1) return `(${figure(tensor.data[0])}, ${figure(tensor.data[1])})`;
  const tile = square({ size: 56 });
  tile.draw({ raster: colourRaster(tensor, scale) }, words);
  return tile.element;
}

/** @param {Page} page */
export function examplesPanel({ text, runs }) {
  const words = text.examples;
  const [line, after] = [prose(), prose()];
  const scroll = h("div", { class: "dx-scroll", tabIndex: 0, role: "region", "aria-label": words.title });
  let [drawn, when] = [/** @type {any} */ (null), 0];
  let columns = /** @type {ReturnType<typeof table> | null} */ (null);
  let predicts = "";

  /** @param {string} kind */
  function lay(kind) {
    predicts = kind;
    const scale = kind === "original" ? 1 : QUIET;
    const column = (/** @type {string} */ name, /** @type {(row: any) => Node | string} */ cell) => ({ name, cell });
    columns = table({ className: "dx-examples",
      columns: [column(words.original, (row) => cellOf(row.original, 1, words.original)),
        column(words.strength, (row) => row.share), column(words.noise, (row) => cellOf(row.noise, QUIET, words.noise)),
        column(words.sum, (row) => cellOf(row.sum, 0.6, words.sum)),
        column(words.wanted[kind], (row) => cellOf(row.wanted, scale, words.wanted[kind])),
        column(words.said, (row) => cellOf(row.said, scale, words.said)),
        column(words.off, (row) => cellOf(row.off, scale, words.off)), { name: words.loss, align: /** @type {"end"} */ ("end"),
        cell: (row) => figure(row.loss) }] });
    scroll.replaceChildren(columns.element);
  }

  /** @param {View} view */
  function draw({ content }) {
    const [begin, examples] = [content?.begin, content?.examples];
    if (!begin) return;
    const { request } = begin;
    setText(line, words.line(text.number(request.count)));
    show(Boolean(examples), scroll, after);
    if (!examples) return setText(line, text.sentences([words.line(text.number(request.count)), words.waiting]));
    if (examples === drawn || (isBusy(runs.get().current?.status) && performance.now() - when < UNHURRIED)) return;
    [drawn, when] = [examples, performance.now()];
    if (!columns || predicts !== request.predicts) lay(request.predicts);
    columns?.draw(examples.timesteps.map((timestep, row) => {
      const [original, noise, said] = [examples.original, examples.noise, examples.said].map((all) => one(all, row));
      const [a, b] = [begin.a.data[timestep], begin.b.data[timestep]];
      const wanted = wantedOf(request.predicts, original, noise, a, b);
      return { original, noise, said, wanted, sum: sumOf(original, noise, a, b), off: combine([1, said], [-1, wanted]),
        share: noiseShare(begin, timestep), loss: examples.loss[row] };
    }));
    const hardest = examples.loss.indexOf(Math.max(...examples.loss));
    const easiest = examples.loss.indexOf(Math.min(...examples.loss));
    const share = (/** @type {number} */ row) => noiseShare(begin, examples.timesteps[row]);
    setText(after,
      text.sentences([words.batch(examples.update, examples.timesteps.length, request.batch),
        examples.timesteps.length > 1
          ? words.apart(figure(examples.loss[hardest]), share(hardest), figure(examples.loss[easiest]), share(easiest))
          : ""]));
  }

  return { element: h("div", {}, line, scroll, after), draw };
}

/** @param {Page} page @param {(update: number) => void} onSelect */
export function levelsPanel({ text, kit, signal }, onSelect) {
  const words = text.levels;
  const line = prose();
  const [random, fixed] = [chartOf(words.random, signal, onSelect, "none"), chartOf(words.fixed, signal, onSelect, "end")];
  const charts = h("div", { class: "dx-charts" }, random.element, fixed.element);

  /** @param {View} view */
  function draw({ content, sheet, probe, updates, level }) {
    const { begin, losses, probes = [], changes = [], breaks = [] } = content ?? {};
    show(Boolean(losses?.loss.data.length), charts);
    if (!begin || !losses?.loss.data.length || !probe) return setText(line, words.waiting);
    const stand = standing(losses, breaks);
    const last = newest(stand.loss, RECENT);
    const shares = begin.timesteps.map((timestep) => noiseShare(begin, timestep));
    setText(line,
      text.sentences([words.jumps(Math.min(RECENT, stand.loss.data.length), figure(last.least), figure(last.most)),
        words.apart(figure(probe.held[0]), shares[0], figure(probe.held[4]), shares[4])]));
    const marks = [...undone(breaks, kit.learning),
      ...changes.filter(({ update }) => update > 0).map(({ update, value }) => ({ x: update, name: rateOf(Number(value)) }))];
    const here = { x: along(updates, text), here: sheet?.update ?? updates };
    random.draw({ ...here, marks,
      series: [{ name: words.random.name, x: losses.at.data.map((at) => at + 1), y: losses.loss.data, concept: "dx-faint" }, {
        name: words.random.mean,
        ...course(losses, 60),
        concept: "dx-text",
      }], y: upwards(probes.map((one) => mean(one.train)), probes.map((one) => mean(one.held))) },
      words.said(words.random.name, figure(last.mean)));
    fixed.draw({ ...here, marks: [],
      series: shares.map((share, at) => ({ name: words.level(share), concept: "dx-noise", dash: DASHES[at],
        chosen: at === level, x: probes.map(({ update }) => update), y: probes.map(({ held }) => held[at]) })
      ), y: upwards(probes.map((one) => mean(one.train)), probes.map((one) => mean(one.held))) },
      words.said(words.fixed.name, shares.map((share, at) => `${words.level(share)}: ${figure(probe.held[at])}`).join(", ")));
  }

  return { element: h("div", {}, line, charts), draw };
}

/** A training set small enough to be remembered, and one that is not. */
const SETS = [8, 1000];

/** @param {Page} page @param {(update: number) => void} onSelect */
export function memoryPanel({ text, kit, live, signal, write }, onSelect) {
  const words = text.memory;
  const line = prose();
  const chart = chartOf(words.chart, signal, onSelect, "end");
  const pairs = h("div", { class: "dx-pairs" });
  const sets = SETS.map((count) =>
    h("button", { type: "button", class: "dx-button", title: live ? words.hint : kit.state.recording, disabled: !live,
      onclick: () => write("count", count) }, words.set(text.number(count)))
  );
  const beside = h("div", {},
    h("div", { class: "dx-chart-name" }, h("b", {}, words.pairs.name), h("small", {}, words.pairs.note)), pairs);
  let tiles = /** @type {{ sample: ReturnType<typeof square>, near: ReturnType<typeof square>, note: HTMLElement }[]} */ ([]);

  /** @param {View} view */
  function draw({ content, sheet, probe, updates, old }) {
    const { begin, probes = [] } = content ?? {};
    if (!begin || !sheet || !probe) return;
    const [train, held, apart] = [mean(probe.train), mean(probe.held), mean(sheet.distances)];
    const { count } = begin.request;
    setText(line,
      text.sentences([
        held > 1.25 * train
          ? words.parted(text.number(count), figure(train), figure(held))
          : words.together(text.number(count), figure(train), figure(held)),
        apart < 0.5 * sheet.held
          ? words.copies(figure(apart), figure(sheet.held))
          : words.own(figure(apart), figure(sheet.held)),
      ]));
    sets.forEach((button, at) => button.setAttribute("aria-pressed", String(SETS[at] === count)));
    const x = probes.map(({ update }) => update);
    chart.draw({ x: along(updates, text), here: sheet.update,
      y: upwards(probes.map((one) => mean(one.train)), probes.map((one) => mean(one.held))),
      series: [{ name: words.train, concept: "dx-signal", x, y: probes.map((one) => mean(one.train)) }, { name: words.held,
        concept: "dx-noise", dash: "6 3", x, y: probes.map((one) => mean(one.held)) }] },
      words.said(figure(train), figure(held)));
    show(countOf(sheet.nearest) > 0, beside);
    if (tiles.length !== countOf(sheet.nearest)) {
      tiles = sheet.distances.map(() => ({ sample: square({ size: 56 }), near: square({ size: 56 }), note: h("small", {}) }));
      pairs.replaceChildren(...tiles.map(({ sample, near, note }) => h("figure", {}, sample.element, near.element, note)));
    }
    tiles.forEach(({ sample, near, note }, at) => {
      sample.draw({ raster: colourRaster(one(sheet.samples, at)), old }, text.stage.sample(at + 1));
      near.draw({ raster: colourRaster(one(sheet.nearest, at)), old }, words.nearest(at + 1));
      setText(note, figure(sheet.distances[at]));
    });
  }

  return {
    element: h("div", {}, h("div", { class: "dx-sets" }, ...sets), line,
      h("div", { class: "dx-charts" }, chart.element, beside)),
    draw,
  };
}
