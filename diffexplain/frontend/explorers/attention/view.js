/**
 * What is on screen: a run, a half, the chosen words, and the maps of the chosen step, layer and head. Plain data, made anew for each
 * change; what is costly is remembered with the run.
 *
 * @typedef {import("./runs.js").Content} Content
 * @typedef {import("./derive.js").Entry} Entry
 * @typedef {import("./derive.js").Field} Field
 * @typedef {import("./derive.js").Half} Half
 * @typedef {import("./derive.js").Place} Place
 * @typedef {object} View
 * @property {Content | null} content
 * @property {boolean} old  a newer run is on its way, of which nothing has come yet
 * @property {number} count
 * @property {number} index  the selected step
 * @property {number} told  the step whose maps are shown: the selected one, or the nearest that has some; -1 for none, or for all
 * @property {boolean} whole  the maps are the mean over all steps
 * @property {Half} half
 * @property {Entry[]} entries  all words of the half
 * @property {number[]} picked  positions of the chosen ones
 * @property {Field | null} field  the maps of all rows
 * @property {Float32Array | null} map  of the chosen words together
 * @property {import("./derive.js").Measures | null} measures
 * @property {number} layer  position of the chosen layer, -1 for the mean
 * @property {number} head  -1 for the mean
 * @property {Place | null} place  the patch that is asked, by pointer or by key
 */

import { remembered } from "../../kit/memo.js";
import { latentRaster } from "../../kit/pixels.js";
import { selectedOf, shownRun } from "../../kit/shown.js";
import { extent } from "../../kit/tensors.js";
import { averaged, chosenWords, entriesOf, fieldOf, layerField, measure, nearestOf, rowsOf, sumOf } from "./derive.js";
import { stepCount } from "./runs.js";

/**
 * @param {import("./runs.js").AttentionRuns} runs
 * @param {any} chosen  the traits of the view, and `hover` and `pinned`
 * @returns {View}
 */
export function viewOf(runs, chosen) {
  const { content, old, busy } = shownRun(runs);
  const count = stepCount(content);
  const index = selectedOf(chosen.step, count, busy && content && !content.end ? content.steps.length - 1 : null);
  const begin = content?.begin ?? null;
  const half = /** @type {Half} */ (begin?.halves.includes(chosen.half) ? chosen.half : "cond");
  const entries = entriesOf(begin, half);
  const picked = chosenWords(chosen.word, entries);
  const layer = content?.apart && chosen.layer
    ? content.apart.layers.findIndex(({ name }) => name === chosen.layer || `.${name}.`.includes(`.${chosen.layer}.`))
    : -1;
  const whole = chosen.over === "run" && Boolean(content?.end);
  const told = whole ? -1 : nearestOf(toldSteps(content, layer), index);
  const field = fieldAt(content, half, told, layer, chosen.head);
  const map = field && mapOf(field, rowsOf(entries, picked));
  return { content, count, index, told, whole, half, entries, picked, field, map, layer, head: layer < 0 ? -1 : chosen.head,
    old, measures: field && map && measure(map, field.height, field.width), place: chosen.hover ?? chosen.pinned };
}

/** Some maps of a field added up, made once. @param {Field} field @param {number[]} rows @returns {Float32Array} */
export const mapOf = (field, rows) => remembered(field, `sum ${rows}`, () => sumOf(field, rows));

/**
 * What the first and the last colour stand for: the least and the most of this map, or, the same for all, none and the most of any word.
 * @param {View} view
 * @param {Float32Array} map
 * @param {string} scale  "own" or "same"
 */
export function scaleOf({ field, entries }, map, scale) {
  if (scale === "own" || !field) return extent(map);
  const words = entries.filter(({ word }) => word.kind === "word");
  const tops = (words.length ? words : entries).map(({ word }) => extent(mapOf(field, word.rows)).high);
  return { low: 0, high: Math.max(...tops, 1e-6) };
}

/** The steps whose maps have come, of the mean or of layers and heads. @param {Content | null} content @param {number} layer @returns {number[]} */
export function toldSteps(content, layer) {
  if (!content?.begin) return [];
  if (layer >= 0) return Object.keys(content.apartSteps).map(Number);
  return content.begin.map_steps.filter((at) => content.steps[at]?.cond);
}

/**
 * The maps of a step, or of all of them.
 * @param {Content | null} content
 * @param {Half} half
 * @param {number} step  -1: the mean over all whose maps have come
 * @param {number} layer  -1: the mean over all
 * @param {number} head  -1: the mean over all
 * @returns {Field | null}
 */
export function fieldAt(content, half, step, layer, head) {
  if (!content?.begin) return null;
  if (step < 0) {
    const fields = () => toldSteps(content, layer).flatMap((at) => fieldAt(content, half, at, layer, head) ?? []);
    return remembered(content, `all ${half} ${layer} ${head}`, () => averaged(fields()));
  }
  if (layer < 0) {
    const tensor = content.steps[step]?.[half];
    return tensor ? remembered(tensor, "field", () => fieldOf(tensor)) : null;
  }
  const [apart, one] = [content.apart, content.apartSteps[step]];
  if (!apart || !one) return null;
  const rows = rowCount(content.begin, half);
  return remembered(one, `${half} ${layer} ${head}`, () => layerField(one, half, apart.layers, rows, layer, head));
}

/** How many maps a step has. @param {import("./runs.js").Begin} begin @param {Half} half */
const rowCount = (begin, half) => entriesOf(begin, half).reduce((most, { word }) => Math.max(most, ...word.rows), -1) + 1;

/**
 * The picture that belongs to a step: what the model expects there, or the finished one.
 * @param {Content | null} content
 * @param {number} step  -1 for the finished one
 * @returns {{ picture?: import("./runs.js").Picture, raster?: import("../../kit/pixels.js").Raster } | null}
 */
export function pictureOf(content, step) {
  if (!content?.begin) return null;
  if (step < 0) return content.end ? { picture: content.end.image } : null;
  if (content.decoded[step]) return { picture: content.decoded[step] };
  const x0 = content.steps[step]?.x0;
  const matrix = content.begin.preview_matrix;
  return x0 ? { raster: remembered(x0, "raster", () => latentRaster(x0, matrix)) } : null;
}
