/** Axes: from values to pixels, linear or logarithmic, and the round values that are written along them. */

import { linearScale, logScale } from "./scale.js";

/**
 * @typedef {object} Axis
 * @property {"linear" | "log"} [kind]
 * @property {[number, number]} [domain]  ends in this order; those of the values where none is given
 * @property {boolean} [reverse]  the largest value comes first
 * @property {boolean} [whole]  only whole numbers are written along it
 * @property {(value: number) => string} [show]  how a value is written along it
 * @property {(value: number) => string} [read]  how one is read out, if not the same way
 * @property {boolean} [bare]  no values are written along it
 * @property {[string, string]} [ends]  what stands at its two ends, in the place of values
 *
 * @typedef {import("./scale.js").Scale} Scale
 */

/**
 * The smallest and the largest of the values that an axis can show.
 * @param {Iterable<ArrayLike<number>>} columns
 * @param {"linear" | "log"} kind  a logarithmic one shows positive values alone
 * @returns {[number, number]}
 */
export function extentOf(columns, kind) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of columns) {
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at];
      if (!Number.isFinite(value) || (kind === "log" && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return kind === "log" ? [0.1, 1] : [0, 1];
  if (low < high) return [low, high];
  return kind === "log" ? [low / 2, high * 2] : [low - 1, high + 1];
}

/**
 * @param {Axis} axis
 * @param {Iterable<ArrayLike<number>>} columns  values that have to fit where the axis has no ends of its own
 * @param {[number, number]} range  px
 * @returns {Scale}
 */
export function scaleOf({ kind = "linear", domain, reverse = false }, columns, range) {
  const scale = kind === "log" ? logScale : linearScale;
  return scale(domain ?? extentOf(columns, kind), reverse ? [range[1], range[0]] : range);
}

/**
 * Round values along an axis, which part it into `most` at the most. A logarithmic one has 1, 2 and 5 of each power of ten, or powers
 * alone where there are many of them.
 * @param {Axis} axis
 * @param {Scale} scale
 * @param {number} most
 */
export function ticksOf({ kind = "linear", whole = false }, scale, most) {
  const [low, high] = [Math.min(...scale.domain()), Math.max(...scale.domain())];
  if (kind === "log" && high >= 10 * low) {
    const digits = (/** @type {number} */ value) => Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
    const few = scale.ticks(10).filter((value) => [1, 2, 5].includes(digits(value)));
    if (few.length <= most + 1) return few;
    for (let count = Math.min(most, Math.floor(Math.log10(high / low))); count > 1; count -= 1) {
      const powers = scale.ticks(count);
      if (powers.length <= most + 1) return powers;
    }
    return scale.ticks(1);
  }
  for (let count = most; count > 1; count -= 1) {
    const ticks = scale.ticks(count);
    const step = ticks[1] - ticks[0]; // NaN where there is one tick, or none
    if (!(step < (whole ? 1 : 0) || (high - low) / step > most + 1e-3)) return ticks;
  }
  return scale.ticks(1);
}
