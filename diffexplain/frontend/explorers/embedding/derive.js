/**
 * What is read off a map: captions, neighbours, colours, names of places, counts. Plain data, no page.
 *
 * @typedef {import("./messages").Map} MapData
 * @typedef {{ index: number, cosine: number }} Neighbour
 */

import { spoken } from "../../kit/words.js";

export const MAPS = ["umap", "pca", "gap", "closed"];
export const PICTURE = 0;
export const TEXT = 1;

/** How many of them are pictures; they come first. @param {MapData} map */
export const picturesIn = (map) => Array.from(map.kinds.data).filter((kind) => kind === PICTURE).length;

/** Where the points lie on one of the maps: x and y by turns. @param {MapData} map @param {string} name @returns {Float32Array<ArrayBuffer>} */
export function pointsOn(map, name) {
  const size = 2 * map.kinds.data.length;
  const at = Math.max(0, MAPS.indexOf(name));
  return /** @type {Float32Array<ArrayBuffer>} */ (map.places.data).subarray(at * size, (at + 1) * size);
}

/** One pair of an array whose last two axes are maps and x, y. @param {import("../../kit/protocol.js").Tensor} places @param {string} name @param {number} [row] @returns {[number, number]} */
export function placeOn(places, name, row = 0) {
  const at = 2 * (MAPS.length * row + Math.max(0, MAPS.indexOf(name)));
  return [places.data[at], places.data[at + 1]];
}

/** What a point says or shows. @param {MapData} map @param {number} index @param {string} language */
export function captionOf(map, index, language) {
  const own = map.captions[index];
  const name = own.en || own.zh ? own : map.captions[map.partner.data[index]] ?? own;
  return spoken(/** @type {any} */ (name), language);
}

/**
 * The nearest of one kind to a point of the map.
 * @param {MapData} map
 * @param {number} index
 * @param {number} kind
 * @returns {Neighbour[]}
 */
export function neighboursOf(map, index, kind) {
  const [, width] = map.near.shape;
  const half = width / 2;
  const from = index * width + kind * half;
  const found = [];
  for (let at = from; at < from + half; at += 1)
    if (map.near.data[at] >= 0) found.push({ index: map.near.data[at], cosine: map.near_cosines.data[at] });
  return found;
}

/** The nearest of one kind to something placed. @param {import("./messages").Placed} placed @param {number} kind @returns {Neighbour[]} */
export function foundNear(placed, kind) {
  const [indices, cosines] = kind === PICTURE ? [placed.pictures, placed.picture_cosines] : [placed.texts, placed.text_cosines];
  return Array.from(indices.data, (index, at) => ({ index, cosine: cosines.data[at] }));
}

/** The nearest few of each kind, as points of the map. @param {(kind: number) => Neighbour[]} neighbours @param {number} most  of each */
export const nearest = (neighbours, most) =>
  [PICTURE, TEXT].flatMap((kind) => neighbours(kind).slice(0, most).map(({ index }) => index));

/** The category of a name, or the first that the map has. @param {MapData} map @param {string} key */
export const categoryOf = (map, key) => map.categories.find((category) => category.key === key) ?? map.categories[0];

/** Prompts as one line that a field holds, and back. */
export const PROMPT_BREAK = "|";
/** @param {string} line @returns {string[]} */
export const promptsIn = (line) => line.split(/[|｜]/).map((prompt) => prompt.trim()).filter(Boolean);
/** @param {string[]} prompts */
export const lineOf = (prompts) => prompts.join(` ${PROMPT_BREAK} `);
