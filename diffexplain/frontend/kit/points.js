/** What is read off points that belong to categories: counts, what a filter hides, where names belong. */

import { spoken } from "./words.js";

/** The value of a point that has none. */
export const NONE = 255;

/**
 * How often each value of a category occurs, the most frequent first.
 * @param {ArrayLike<number>} values
 * @param {Iterable<number>} indices
 * @returns {{ value: number, count: number }[]}
 */
export function tally(values, indices) {
  const counts = /** @type {Map<number, number>} */ (new Map());
  for (const index of indices) counts.set(values[index], (counts.get(values[index]) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || a.value - b.value);
}

/** 1 for each point that a filter hides. @param {ArrayLike<number>} values @param {number[]} hidden @returns {Uint8Array | null} */
export function fadedBy(values, hidden) {
  if (!hidden.length) return null;
  const set = new Set(hidden);
  return Uint8Array.from({ length: values.length }, (_, at) => (set.has(values[at]) ? 1 : 0));
}

/**
 * Names to write on a map, each at the middle of what it names, the frequent ones first.
 * @param {Float32Array} points
 * @param {{ names: any[], values: import("./protocol.js").Tensor } | null} labels
 * @param {string} language
 * @param {Uint8Array | null} faded
 * @returns {{ text: string, x: number, y: number, count: number }[]}
 */
export function labelsOn(points, labels, language, faded = null) {
  if (!labels) return [];
  const members = labels.names.map(() => /** @type {number[]} */ ([]));
  labels.values.data.forEach((value, at) => value !== NONE && !faded?.[at] && members[value].push(at));
  return members.map((indices, value) => ({ indices, value })).filter(({ indices }) => indices.length > 2).sort((a, b) =>
    b.indices.length - a.indices.length
  ).map(({ indices, value }) => ({ text: spoken(labels.names[value], language), ...middleOf(points, indices),
    count: indices.length })
  );
}

/** A point in the thick of some points: medians, so that a few far ones don't pull it away. @param {Float32Array} points @param {number[]} indices */
export function middleOf(points, indices) {
  const median = (/** @type {0 | 1} */ axis) => {
    const values = indices.map((at) => points[2 * at + axis]).sort((a, b) => a - b);
    return values[Math.floor(values.length / 2)];
  };
  return { x: median(0), y: median(1) };
}
