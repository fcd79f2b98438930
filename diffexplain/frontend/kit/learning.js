/** What pages of learning share: looks and losses on the way, charts of them, and points in the plane. */

import { h, s } from "./dom.js";
import { figure } from "./format.js";
import { lineChart } from "./line_chart.js";
import { isBusy } from "./runs.js";
import { mean } from "./tensors.js";

/**
 * @typedef {import("./protocol.js").Tensor} Tensor
 * @typedef {{ update: number, back: number, rate: number, loss: number | null }} Break  see `Diverged`
 * @typedef {ReturnType<typeof import("./text.js").words>["learning"]} Words
 */

const MARGIN = { top: 8, right: 16, bottom: 22, left: 48 };
const REACH = 2.6; // of the plane

/** One of several, without a copy. @param {Tensor} all  (n, ...) @param {number} at @returns {Tensor} */
export function one({ data, shape: [, ...shape] }, at) {
  const size = shape.reduce((product, side) => product * side, 1);
  return { data: data.subarray(at * size, (at + 1) * size), shape };
}

/** How many there are. @param {Tensor | null | undefined} all */
export const countOf = (all) => all?.shape[0] ?? 0;

/** A long line of single losses as at most `most` means. @param {{ at: Tensor, loss: Tensor }} losses @param {number} [most] */
export function course({ at, loss }, most = 200) {
  const size = Math.max(1, Math.ceil(loss.data.length / most));
  const starts = Array.from({ length: Math.ceil(loss.data.length / size) }, (_, part) => part * size);
  return { x: starts.map((start) => at.data[start] + 1), y: starts.map((start) => mean(loss.data.slice(start, start + size))) };
}

/** Least, most and mean of the newest losses. @param {Tensor} loss @param {number} count */
export function newest({ data }, count) {
  const last = Array.from(data.slice(-count)).filter(Number.isFinite);
  return { least: Math.min(...last), most: Math.max(...last), mean: mean(last) };
}

/** Losses of the updates that stand: those that led to a break were undone, and say nothing of the course. @param {{ at: Tensor, loss: Tensor }} losses @param {Break[]} breaks */
export function standing({ at, loss }, breaks) {
  const stands = Array.from(at.data, (update) => !breaks.some((each) => update >= each.back && update < each.update));
  const those = (/** @type {Tensor} */ { data }) => {
    const few = Array.from(data).filter((_, which) => stands[which]);
    return { data: Float32Array.from(few), shape: [few.length] };
  };
  return { at: those(at), loss: those(loss) };
}

/** Where it broke, and how high the loss was that the axis leaves out. @param {Break[]} breaks @param {Words} words */
export const undone = (breaks, words) =>
  [...new Set(breaks.map(({ update }) => update))].map((x) => {
    const losses = breaks.filter(({ update }) => update === x).map(({ loss }) => loss ?? Infinity);
    return { x, name: words.undone(figure(Math.max(...losses))) };
  });

/** A learning rate in two figures. @param {number} value */
export const rateOf = (value) =>
  (value >= 0.01 && value < 100 ? value.toPrecision(2) : value.toExponential(1)).replace("e-", "e−").replace("e+", "e");

/**
 * How much was learned since the newest look was taken, for whoever has stopped to look at it; empty where nothing was, or another look is chosen.
 * @param {Pick<import("./shell.js").Page<any, any>, "runs" | "kit">} page
 * @param {{ updates: number, update: number, newest: boolean }} look
 */
export const since = ({ runs, kit }, { updates, update, newest: isNewest }) =>
  isNewest && updates > update && !isBusy(runs.get().current?.status) ? kit.learning.since(updates - update) : "";

/** The last of some looks that was there at an update; the newest for null. @template {{ update: number }} Look @param {Look[]} looks @param {number | null} update @returns {Look | null} */
export const lookAt = (looks, update) =>
  (update === null ? looks.at(-1) : looks.findLast((look) => look.update <= update) ?? looks[0]) ?? null;

/** A path with a dot for each point that lies in the plane. @param {Tensor} points (n, 2, 1, 1) */
export const dots = ({ data }) =>
  Array.from({ length: data.length / 2 }, (_, at) => [data[2 * at], -data[2 * at + 1]]).filter(([x, y]) =>
    Math.abs(x) < REACH && Math.abs(y) < REACH
  ).map(([x, y]) => `M${x.toFixed(2)} ${y.toFixed(2)}h0`).join("");

/** @param {...string} layers */
export function plane(...layers) {
  const paths = layers.map((layer) => s("path", { class: `dx-${layer}` }));
  const element = s("svg", { class: "dx-plane", viewBox: `${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}`, role: "img" },
    ...paths);
  return { element, draw(/** @type {string[]} */ drawn, /** @type {string} */ words) {
    paths.forEach((path, at) => path.setAttribute("d", drawn[at]));
    element.setAttribute("aria-label", words);
  } };
}

/** A chart with a name and a note above it. @param {{ name: string, note: string }} words @param {AbortSignal} signal @param {(update: number) => void} onSelect @param {"end" | "none"} names */
export function chartOf({ name, note }, signal, onSelect, names) {
  const chart = lineChart({ height: 190, margin: MARGIN, names, signal, onSelect });
  return { element: h("div", {}, h("div", { class: "dx-chart-name" }, h("b", {}, name), h("small", {}, note)), chart.element),
    draw: chart.draw };
}

/** @param {number} updates @param {{ number: (value: number) => string, update: (count: number) => string }} text */
export const along = (updates, text) => ({ domain: /** @type {[number, number]} */ ([0, Math.max(1, updates)]), whole: true,
  show: text.number, read: (/** @type {number} */ update) => text.update(Math.round(update)) });
/** Upwards on a logarithmic axis, of ten times at least: its ticks are round numbers then. @param {ArrayLike<number>[]} columns */
export function upwards(...columns) {
  const values = columns.flatMap((column) => Array.from(column)).filter((value) => Number.isFinite(value) && value > 0);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { kind: /** @type {"log"} */ ("log"),
    domain: /** @type {[number, number]} */ (values.length ? [Math.min(low, high / 10), high] : [0.1, 1]), show: String,
    read: figure };
}

/**
 * That the last update broke it, and what is to be done; empty where it did not.
 * @param {{ content: { breaks: Break[] } | null, updates: number }} now
 * @param {Words} words
 */
export function broken({ content, updates }, { diverged, none }) {
  const last = content?.breaks.at(-1);
  if (!last || last.update !== updates) return "";
  return diverged(last.update, last.loss === null ? none : figure(last.loss), rateOf(last.rate), last.back);
}
