/**
 * What is on screen: a run, a half, the chosen words, and the maps of the chosen step, layer and head. Plain data, made anew for each
 * change; what is costly is remembered with the run.
 *
 * @typedef {import("./runs.js").Content} Content
 * @import { Tensor, Half, ShareMap } from "./derive.js"
 * @typedef {object} Source  which maps are meant
 * @property {Content | null} content
 * @property {Half} half
 * @property {number} layer  position of a layer, -1 for the mean
 * @property {number} head  -1 for the mean
 * @property {"all" | "words"} among  "all", or "words": shares of what the words get
 *
 * @typedef {object} Shown
 * @property {number} step  the one whose maps are shown: the selected one, or the nearest that has some; -1 for none, or for all
 * @property {boolean} whole  the maps are the mean over all steps
 * @property {import("./derive.js").Entry[]} entries  all words of the half
 * @property {number[]} picked  positions of the chosen ones
 * @property {import("./messages").Word[]} words  the chosen ones
 * @property {number[]} rows  whose maps together are theirs
 * @property {Tensor | null} field  (rows, h, w), the maps of all rows
 * @property {ShareMap | null} map  of the chosen words together
 * @property {import("./derive.js").Measures | null} measures
 * @property {ReturnType<typeof division> | null} divided  how the patch, or the picture on average, divides its attention
 * @property {Record<Half, ReturnType<typeof division> | null>} halves  the same in both passes
 * @property {import("./derive.js").Place | null} place  the patch that is asked, by pointer or by key
 * @typedef {import("../../kit/steps.js").ShownStep<Content> & Source & Shown} View
 */

import { remembered } from "../../kit/memo.js";
import { pictureOf as expectedAt, shownStep } from "../../kit/steps.js";
import { combine, extent } from "../../kit/tensors.js";
import { chosenWords, division, entriesOf, layerField, measure, nearestOf, rowsOf, sumOf, wordsAlone,
  wordsAmong } from "./derive.js";

/**
 * @param {import("./runs.js").AttentionRuns} runs
 * @param {any} chosen  the traits of the view, and `hover` and `pinned`
 * @returns {View}
 */
export function viewOf(runs, chosen) {
  const shown = shownStep(runs, chosen.step);
  const { content, index } = shown;
  const half = /** @type {Half} */ (content?.begin?.halves.includes(chosen.half) ? chosen.half : "cond");
  const entries = entriesOf(content?.begin, half);
  const { among } = chosen;
  const picked = chosenWords(chosen.word, entries, among === "words");
  const layer = content?.apart && chosen.layer
    ? content.apart.layers.findIndex(({ name }) => name === chosen.layer || `.${name}.`.includes(`.${chosen.layer}.`))
    : -1;
  const source = { content, half, layer, head: layer < 0 ? -1 : chosen.head, among };
  const whole = chosen.over === "run" && Boolean(content?.end);
  const step = whole ? -1 : nearestOf(mapSteps(source), index);
  const field = fieldAt(source, step);
  const rows = rowsOf(entries, picked);
  const map = field && mapOf(field, rows);
  const place = chosen.hover ?? chosen.pinned;
  const [cond, uncond] = /** @type {Half[]} */ (["cond", "uncond"]).map((half) => {
    const maps = fieldAt({ ...source, half }, step);
    return maps && division(maps, entriesOf(content?.begin, half), place);
  });
  return { ...shown, ...source, step, whole, entries, picked, rows, field, map, place,
    words: picked.map((at) => entries[at].word), measures: map && measure(map), halves: { cond, uncond },
    divided: half === "cond" ? cond : uncond };
}

/** Some maps of a field added up, made once. @param {Tensor} field @param {number[]} rows @returns {ShareMap} */
export const mapOf = (field, rows) => remembered(field, `sum ${rows}`, () => sumOf(field, rows));

/** The least and the most of a map, looked up once. @param {{ data: ArrayLike<number> }} map @returns {{ low: number, high: number }} */
export const extentOf = (map) => remembered(map, "extent", () => extent(map.data));

/**
 * What the first and the last colour stand for: the least and the most of this map, or, the same for all, none and the most of any word.
 * @param {View} view
 * @param {ShareMap} map
 * @param {string} scale  "own" or "same"
 */
export function scaleOf({ field, entries }, map, scale) {
  if (scale === "own" || !field) return extentOf(map);
  return { low: 0, high: Math.max(...wordsAmong(entries).map(({ word }) => extentOf(mapOf(field, word.rows)).high), 1e-6) };
}

/** The message with the maps of the selected step, where Python has them and the page does not. @param {View} view @returns {number[]} */
export function lacking({ content, index, layer, whole }) {
  const step = content?.steps[index];
  return step && !step.cond && !whole && layer < 0 && content.begin?.map_steps.includes(index) ? [step.number] : [];
}

/** The steps whose maps have come, of the mean or of layers and heads. @param {Pick<Source, "content" | "layer">} source @returns {number[]} */
export function mapSteps({ content, layer }) {
  if (!content?.begin) return [];
  if (layer >= 0) return Object.keys(content.apartSteps).map(Number);
  return content.begin.map_steps.filter((at) => content.steps[at]?.cond);
}

/**
 * All maps of a step, as they are shown.
 * @param {Source} source
 * @param {number} step  -1: the mean over all whose maps have come
 * @returns {Tensor | null}
 */
export function fieldAt(source, step) {
  const field = wholeFieldAt(source, step);
  if (!field || source.among !== "words") return field;
  return remembered(field, "words", () => wordsAlone(field, entriesOf(source.content?.begin, source.half)));
}

/** All maps of a step, marks among them, as `fieldAt`. @param {Source} source @param {number} step @returns {Tensor | null} */
export function wholeFieldAt(source, step) {
  const { content, half, layer, head } = source;
  if (!content?.begin) return null;
  if (step < 0)
    return remembered(content, `all ${half} ${layer} ${head}`, () => {
      const all = mapSteps(source).flatMap((at) => wholeFieldAt(source, at) ?? []);
      return all.length ? combine(...all.map((maps) => /** @type {[number, Tensor]} */ ([1 / all.length, maps]))) : null;
    });
  if (layer < 0) return content.steps[step]?.[half] ?? null;
  const [apart, one] = [content.apart, content.apartSteps[step]];
  if (!apart || !one) return null;
  const rows = 1 + Math.max(-1, ...entriesOf(content.begin, half).flatMap(({ word }) => word.rows));
  return remembered(one, `${half} ${layer} ${head}`, () => layerField(one, half, apart.layers, rows, layer, head));
}

/** The map of some rows at a step, as `fieldAt`. @param {Source} source @param {number} step @param {number[]} rows */
export function mapAt(source, step, rows) {
  const field = fieldAt(source, step);
  return field && mapOf(field, rows);
}

/**
 * The picture that belongs to a step: what the model expects there, or the finished one.
 * @param {Content | null} content
 * @param {number} step  -1 for the finished one
 * @returns {import("../../kit/film.js").Frame}
 */
export function pictureOf(content, step) {
  return step < 0 && content?.end ? { picture: content.end.image } : expectedAt(content, step);
}
