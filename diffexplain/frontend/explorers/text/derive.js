/**
 * What is on screen: an encoder, a token, a layer, a head. Plain data, made anew for each change.
 *
 * @import { Piece, Encoder } from "./messages"
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {import("../../kit/map_grid.js").SmallMap} SmallMap
 *
 * @typedef {object} View
 * @property {import("./runs.js").Content} content
 * @property {boolean} old  a newer run is on its way, of which nothing has come yet
 * @property {number} run  its number
 * @property {number} at  number of the encoder
 * @property {Encoder} encoder
 * @property {Piece[]} tokens  that are shown
 * @property {import("./messages").Vectors | null} vectors
 * @property {import("./runs.js").Layer[]} layers  that have come, from the first on
 * @property {import("./messages").Compared | null} compared
 * @property {number} token  the one that is looked at
 * @property {number} layer  0 for the embedded tokens
 * @property {number} head  -1 for the mean
 */

import { shownRun } from "../../kit/shown.js";

/** @param {import("../../kit/runs.js").Runs<import("./runs.js").Content>} runs @param {any} chosen @returns {View | null} */
export function viewOf(runs, chosen) {
  const { content, old, run } = shownRun(runs);
  if (!content?.begin) return null;
  const { encoders } = content.begin;
  const at = inside(chosen.encoder, encoders.length);
  const encoder = encoders[at];
  const words = encoder.tokens.flatMap(({ kind }, place) => (kind === "word" ? [place] : []));
  return { content, old, run, at, encoder, tokens: encoder.tokens, vectors: content.vectors[at] ?? null,
    layers: content.layers.filter((one) => one.encoder === at), compared: content.compared[at] ?? null,
    token: chosen.token === null ? (words.at(-1) ?? 0) : inside(chosen.token, encoder.tokens.length),
    layer: inside(chosen.layer, encoder.layers + 1), head: Math.max(-1, Math.min(chosen.head, encoder.heads - 1)) };
}

/** An index among some, negative ones counted from the end, as in Python. @param {number} at @param {number} count */
export const inside = (at, count) => Math.max(0, Math.min(count - 1, at < 0 ? count + at : at));

/** Rows of a tensor, from its last axis. @param {Tensor} tensor @param {number} row */
export const rowOf = ({ data, shape }, row) => {
  const width = shape[shape.length - 1];
  return Array.from({ length: width }, (_, at) => data[row * width + at]);
};

/** One number as a map of one cell. @param {number} value @returns {SmallMap | null}  null for what is none */
export const cell = (value) => (Number.isNaN(value) ? null : { data: [value], height: 1, width: 1 });

const ROWS = 4; // of a strip

/** A vector's numbers as a strip of four rows. @param {Tensor} strips  (layers, tokens, numbers) @param {number} layer @param {number} token @returns {SmallMap} */
export function stripOf({ data, shape: [, tokens, numbers] }, layer, token) {
  const width = Math.ceil(numbers / ROWS);
  const start = (layer * tokens + token) * numbers;
  return { data: Array.from({ length: width * ROWS }, (_, at) => (at < numbers ? data[start + at] : 0)), height: ROWS, width };
}

/**
 * Who reads whom in a layer.
 * @param {View} view
 * @param {number} layer  from 1 on
 * @param {number} head  -1 for the mean
 * @param {boolean} rolled  of all layers up to this one
 * @returns {Tensor | null}  (tokens, tokens); null where it has not come
 */
export function readingOf({ layers }, layer, head, rolled) {
  const one = layers[layer - 1];
  if (!one) return null;
  if (rolled) return one.rolled;
  if (head < 0) return one.mean;
  if (!one.heads) return null;
  const [, tokens] = one.heads.shape;
  return { data: one.heads.data.subarray(head * tokens * tokens, (head + 1) * tokens * tokens), shape: [tokens, tokens] };
}

/** What a token reads, the most first. @param {Tensor} reading @param {number} token @returns {{ token: number, share: number }[]} */
export const readBy = (reading, token) =>
  rowOf(reading, token).map((share, at) => ({ token: at, share })).sort((one, other) => other.share - one.share);

/** What the other tokens give to one, the mean over them. @param {Tensor} reading @param {number} token */
export function givenTo({ data, shape: [tokens] }, token) {
  const others = [...Array(tokens).keys()].filter((row) => row !== token);
  return others.reduce((sum, row) => sum + data[row * tokens + token], 0) / Math.max(1, others.length);
}

/** The message whose heads are needed and have not come. @param {View} view @returns {number[]} */
export function lacking({ layers, layer, head }) {
  const one = layers[Math.max(1, layer) - 1];
  return one && !one.heads && head >= 0 ? [one.number] : [];
}

/**
 * What exchanging words did, in one encoder.
 * @typedef {object} Exchange
 * @property {number} first  pair of the first token that is another
 * @property {number} differ  how many pairs are not the same token
 * @property {number} before  how many tokens stand before it
 * @property {number} untouched  how many of these are equal to the bit in every layer
 * @property {{ pair: number, layer: number, apart: number } | null} most  the same token that changed most, and where
 * @property {number} changed  how many of the same tokens behind it changed
 * @property {number} behind  how many there are
 */

/** @param {import("./messages").Compared} compared @returns {Exchange} */
export function exchangeOf({ same, apart, equal }) {
  const [layers, pairs] = apart.shape;
  const found = Array.from({ length: pairs }, (_, at) => same.data[at] === 0).indexOf(true);
  const first = found < 0 ? pairs : found;
  const touched = (/** @type {number} */ pair) =>
    Array.from({ length: layers }, (_, layer) => equal.data[layer * pairs + pair]).some((one) => one === 0);
  const [before, after] = [[...Array(first).keys()],
    [...Array(pairs).keys()].filter((pair) => pair > first && same.data[pair] === 1)];
  let most = /** @type {Exchange["most"]} */ (null);
  for (const pair of [...before, ...after]) {
    for (let layer = 0; layer < layers; layer += 1) {
      const value = apart.data[layer * pairs + pair];
      if (value > (most?.apart ?? 0)) most = { pair, layer, apart: value };
    }
  }
  return { first, differ: [...same.data].filter((one) => one === 0).length, before: first,
    untouched: before.filter((pair) => !touched(pair)).length, most, changed: after.filter(touched).length,
    behind: after.length };
}

/**
 * How a sum went: it arrived where the nearest of all captions has what was asked; which can't be seen where none has.
 * @param {import("./messages").Summed} summed
 * @returns {"alone" | "arrived" | "failed" | "unseen"}
 */
export function verdictOf({ terms, place }) {
  if (terms.length < 2) return "alone";
  return place === 1 ? "arrived" : place ? "failed" : "unseen";
}

/** A prompt with another word in the place of one. @param {string} prompt @param {{ start: number, end: number }} place @param {string} word */
export const withWord = (prompt, { start, end }, word) => {
  const characters = [...prompt]; // Python counts an emoji as one
  return [...characters.slice(0, start), word, ...characters.slice(end)].join("");
};

/** Where the word stands that a token is a piece of. @param {Piece[]} tokens @param {number} token */
export function wordAt(tokens, token) {
  const pieces = tokens.filter(({ group, kind }) => kind === "word" && group === tokens[token]?.group);
  return pieces.length ? { start: pieces[0].start, end: Math.max(...pieces.map(({ end }) => end)) } : null;
}
