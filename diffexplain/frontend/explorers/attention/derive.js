/**
 * Everything the page computes from a run's messages: which words there are, a word's map, what a patch divides its attention
 * among, and what can be measured of a map.
 *
 * @import { Word, Sentence, Layer, Begin, ApartStep } from "./messages"
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {import("../../kit/layered.js").Place} Place
 * @typedef {"cond" | "uncond"} Half
 * @typedef {{ word: Word, sentence: Sentence, at: number, strange: boolean }} Entry  `at`: its position in the list of words; `strange`: the
 *   model never learned it
 * @typedef {{ data: Float32Array, height: number, width: number }} ShareMap  the shares that some words get together
 */

import { moved } from "../../kit/cells.js";
import { isUnlearned } from "../../kit/known_words.js";
import { patchAt } from "../../kit/layered.js";
import { mean, nearestIndex } from "../../kit/tensors.js";

/** All words of a half, marks among them, in order: what `word` counts. @param {Begin | null | undefined} begin @param {Half} half @returns {Entry[]} */
export function entriesOf(begin, half) {
  const sentences = begin?.sentences.filter((sentence) => sentence.half === half) ?? [];
  const unlearned = begin?.[half === "cond" ? "unlearned" : "negative_unlearned"] ?? [];
  return sentences.flatMap((sentence) => sentence.words.map((word) => ({ word, sentence }))).map((entry, at) => ({ ...entry, at,
    strange: isWord(entry) && isUnlearned(entry.word, unlearned) })
  );
}

/** What a word is called where there is room. @param {Entry} entry @param {(word: Word) => string} titleOf @param {{ marked: (word: string) => string }} known  of the kit's words */
export const entryTitle = ({ word, strange }, titleOf, known) => (strange ? known.marked(titleOf(word)) : titleOf(word));

/** @param {{ word: Word }} entry */
const isWord = ({ word }) => word.kind === "word";

/** The words among all, or all where there are only marks. @param {Entry[]} entries */
export const wordsAmong = (entries) => entries.some(isWord) ? entries.filter(isWord) : entries;

/** Those that are shown: where words alone are, the marks are left out. @param {Entry[]} entries @param {"all" | "words"} among */
export const shownAmong = (entries, among) => (among === "words" ? wordsAmong(entries) : entries);

/** Whether a word follows another of its sentence without a space. @param {Entry} entry @param {Entry | undefined} before */
export const isJoined = (entry, before) =>
  before?.sentence === entry.sentence && isWord(entry) && isWord(before) && before.word.end === entry.word.start;

/**
 * Which words are chosen: positions as they are; a text, wherever it stands; else the last word.
 * @param {string | number[]} wanted
 * @param {Entry[]} entries
 * @param {boolean} [alone]  marks can't be chosen, where there are words
 * @returns {number[]}
 */
export function chosenWords(wanted, entries, alone = false) {
  const words = wordsAmong(entries);
  const asked = (Array.isArray(wanted) ? wanted.filter((at) => at < entries.length) : containing(wanted.trim(), entries))
    .filter((at) => !alone || words.includes(entries[at]));
  if (asked.length) return asked;
  const last = words.some(isWord) ? words.filter(({ sentence }) => sentence === words[0].sentence).at(-1) : words[0];
  return last ? [last.at] : [];
}

/** @param {string} phrase @param {Entry[]} entries */
function containing(phrase, entries) {
  if (!phrase) return [];
  const parts = phrase.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const spaced = !/[\u0e00-\u0eff\u1000-\u109f\u3040-\u9fff]/.test(phrase);
  const pattern = spaced ? `(?<![\\p{L}\\p{N}_])${parts.join("\\s+")}(?![\\p{L}\\p{N}_])` : parts.join("\\s+");
  const length = (/** @type {string} */ text) => [...text].length; // Python counts an emoji as one
  return entries.filter(({ word, sentence }) =>
    word.kind === "word" && [...sentence.prompt.matchAll(new RegExp(pattern, "giu"))].some((match) => {
      const start = length(sentence.prompt.slice(0, match.index));
      return word.start < start + length(match[0]) && word.end > start;
    })
  ).map(({ at }) => at);
}

/**
 * The maps of one layer at one step, of one head or the mean over its heads.
 * @param {ApartStep} step
 * @param {Half} half
 * @param {Layer[]} layers
 * @param {number} rows  maps of a head
 * @param {number} layer  position
 * @param {number} head  -1: the mean
 * @returns {Tensor | null}  (rows, h, w); null without that half
 */
export function layerField(step, half, layers, rows, layer, head) {
  const [codes, peaks] = [step[half], step[`${half}_peaks`]];
  if (!codes || !peaks || !layers[layer]) return null;
  const { heads, grid: [height, width] } = layers[layer];
  const size = height * width;
  let [start, first] = [0, 0];
  for (const before of layers.slice(0, layer)) {
    start += before.heads * rows * before.grid[0] * before.grid[1];
    first += before.heads * rows;
  }
  const data = new Float32Array(rows * size);
  const [from, to] = head < 0 ? [0, heads] : [Math.min(head, heads - 1), Math.min(head, heads - 1) + 1];
  for (let map = from * rows; map < to * rows; map += 1) {
    const scale = peaks.data[first + map] / 255 / (to - from);
    for (let at = 0; at < size; at += 1) data[(map % rows) * size + at] += scale * codes.data[start + map * size + at];
  }
  return { data, shape: [rows, height, width] };
}

/** Maps added up: the share that several tokens get together. @param {Tensor} maps  (rows, h, w) @param {number[]} rows @returns {ShareMap} */
export function sumOf({ data: all, shape: [, height, width] }, rows) {
  const size = height * width;
  const data = new Float32Array(size);
  for (const row of rows) for (let at = 0; at < size; at += 1) data[at] += all[row * size + at];
  return { data, height, width };
}

/**
 * Each patch's shares of what it gives to words: the marks get none, all words together all. As it is where there are only marks.
 * @param {Tensor} maps  (rows, h, w)
 * @param {Entry[]} entries
 * @returns {Tensor}
 */
export function wordsAlone(maps, entries) {
  if (!entries.some(isWord)) return maps;
  const [, height, width] = maps.shape;
  const size = height * width;
  const rows = [...new Set(entries.filter(isWord).flatMap(({ word }) => word.rows))];
  const { data: all } = sumOf(maps, rows);
  const data = new Float32Array(maps.data.length);
  for (const row of rows)
    for (let at = 0; at < size; at += 1)
      data[row * size + at] = all[at] > 0
        ? maps.data[row * size + at] / all[at]
        : 0;
  return { data, shape: maps.shape };
}

/** The maps that several words are the sum of, each once. @param {Entry[]} entries @param {number[]} chosen */
export const rowsOf = (entries, chosen) => [...new Set(chosen.flatMap((at) => entries[at]?.word.rows ?? []))];

/** Where an arrow key takes a patch: the middle of another, or null for another key. @param {string} key @param {Place} place @param {{ height: number, width: number }} grid @returns {Place | null} */
export function movedPlace(key, place, grid) {
  const to = moved(key, patchAt(place, grid), { rows: grid.height, columns: grid.width });
  return to && { x: (to.column + 0.5) / grid.width, y: (to.row + 0.5) / grid.height };
}

/**
 * How a patch, or the picture on average, divides its attention.
 * @param {Tensor} maps  (rows, h, w)
 * @param {Entry[]} entries
 * @param {Place | null} place  null: all patches, on average
 * @returns {{ shares: number[], rest: number }}  of each entry; what is left is the picture's own, 0 but for rounding in cross-attention
 */
export function division({ data, shape: [count, height, width] }, entries, place) {
  const patch = place && patchAt(place, { height, width });
  const rows = Array.from({ length: count }, (_, row) => {
    const map = data.subarray(row * height * width, (row + 1) * height * width);
    return patch ? map[patch.row * width + patch.column] : mean(map);
  });
  return { shares: entries.map(({ word }) => word.rows.reduce((sum, row) => sum + rows[row], 0)),
    rest: Math.max(0, 1 - rows.reduce((sum, share) => sum + share, 0)) };
}

const TALLEST = 4; // a bar's share by that of the largest word

/**
 * The share that the longest bar stands for: the largest, but marks that dwarf every word are cut off, or no word would show.
 * @param {number[]} shares  of each entry
 * @param {Entry[]} entries
 * @param {number} [rest]  a bar too
 */
export function longestBar(shares, entries, rest = 0) {
  const words = Math.max(0, ...shares.filter((_, at) => isWord(entries[at])));
  const most = Math.max(0, rest, ...shares);
  return Math.max(words > 0 ? Math.min(most, TALLEST * words) : most, 1e-6);
}

/**
 * @typedef {object} Measures
 * @property {number} share  of the picture's attention, all patches alike
 * @property {number} peak  the largest share of a patch
 * @property {number} patches  how many there are
 * @property {number} holding  the fewest patches that together have half of the word's attention
 * @property {Place} centre  the middle of those patches
 *
 * @param {{ data: ArrayLike<number>, height: number, width: number }} map
 * @returns {Measures}
 */
export function measure({ data, height, width }) {
  const patches = height * width;
  const order = Array.from({ length: patches }, (_, at) => at).sort((a, b) => data[b] - data[a]);
  const share = mean(data);
  let [held, holding] = [0, 0];
  do held += data[order[holding++]]; while (holding < patches && held < (share * patches) / 2 - 1e-9);
  const best = order.slice(0, holding);
  return { share, peak: data[order[0]] ?? 0, patches, holding,
    centre: { x: mean(best.map((at) => ((at % width) + 0.5) / width)),
      y: mean(best.map((at) => (Math.floor(at / width) + 0.5) / height)) } };
}

/** The one of some numbers that is nearest; -1 for none. @param {number[]} numbers @param {number} wanted */
export const nearestOf = (numbers, wanted) => numbers[nearestIndex(numbers, wanted)] ?? -1;
