/** What the page works out by itself: picking, moving over the wall, regions of a picture, pairs and strangers. */

import { mean } from "../../kit/tensors.js";

/**
 * @typedef {{ walk: number[] | null, pick: number | null }} Picked  two seeds, or one that waits for a second
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 */

/**
 * What is picked after one more seed is chosen: the first, the second, another second; one that is picked is given back.
 * @param {Picked} picked
 * @param {number} seed
 * @returns {Picked}
 */
export function afterPick({ walk, pick }, seed) {
  const before = walk ?? (pick === null ? [] : [pick]);
  const after = before.includes(seed) ? before.filter((one) => one !== seed) : [...before.slice(0, 1), seed];
  return after.length > 1 ? { walk: after, pick: null } : { walk: null, pick: after[0] ?? null };
}

/** "a", "b" or "" for a seed. @param {Picked} picked @param {number} seed */
export const markOf = ({ walk, pick }, seed) => ["a", "b"][(walk ?? [pick]).indexOf(seed)] ?? "";

/** A value of the deviation as it is sent. @param {number} byte */
export const deviationOf = (byte) => byte / 510;

/** The nine regions, row by row. */
export const REGIONS =
  /** @type {const} */ (["topLeft", "top", "topRight", "left", "middle", "right", "bottomLeft", "bottom", "bottomRight"]);

/**
 * Deviation in each of nine regions: the root mean square of its pixels.
 * @param {Tensor} map  (height, width) as it is sent
 * @returns {{ name: typeof REGIONS[number], deviation: number }[]}
 */
export function regions({ data, shape: [height, width] }) {
  const sums = REGIONS.map(() => ({ sum: 0, count: 0 }));
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const region = sums[3 * Math.floor((3 * row) / height) + Math.floor((3 * column) / width)];
      region.sum += deviationOf(data[row * width + column]) ** 2;
      region.count += 1;
    }
  }
  return sums.map(({ sum, count }, at) => ({ name: REGIONS[at], deviation: count ? Math.sqrt(sum / count) : 0 }));
}

/** The least and the most among regions. @param {{ name: string, deviation: number }[]} all */
export function extremes(all) {
  const least = all.reduce((best, one) => (one.deviation < best.deviation ? one : best));
  const most = all.reduce((best, one) => (one.deviation > best.deviation ? one : best));
  return { least, most };
}

/** Top of the scale of a deviation map, a tenth at a time: the largest value of all maps lies below. @param {(Tensor | undefined)[]} maps */
export function ceiling(maps) {
  let most = 0;
  for (const map of maps) if (map) { for (const value of map.data) if (value > most) most = value; }
  return Math.min(0.5, Math.max(0.1, Math.ceil(deviationOf(most) * 10 - 1e-9) / 10));
}

/**
 * How far pictures of one seed are apart, and pictures of two.
 * @param {Tensor} distances  (n, n)
 */
export function pairing({ data, shape: [n] }) {
  const same = Array.from({ length: n }, (_, at) => data[at * n + at]);
  const strangers = [...data].filter((_, at) => Math.floor(at / n) !== at % n);
  const nearest =
    same.filter((own, row) => data.slice(row * n, row * n + n).every((value, column) => column === row || value > own)).length;
  return { same, strangers, meanSame: mean(same), meanStrangers: mean(strangers), nearest, count: n };
}

/** Share of an interval around 1 in which nearly all Gaussian noise of n values has its length: three standard deviations. @param {number} numbers */
export const shell = (numbers) => 3 / Math.sqrt(2 * numbers);

/**
 * What the straight walk lacks: its shortest length, and the mean detail of the pictures between the ends on both ways.
 * @param {Tensor} lengths  (2, frames)
 * @param {Tensor | null} details  (2, frames); null while nothing is drawn
 */
export function behind(lengths, details) {
  const frames = lengths.shape[1];
  const length = Math.min(...lengths.data.slice(frames));
  if (!details) return { length, sphere: NaN, line: NaN };
  const inner = (/** @type {number} */ row) => mean([...details.data].slice(row * frames + 1, (row + 1) * frames - 1));
  return { length, sphere: inner(0), line: inner(1) };
}
