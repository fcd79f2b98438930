/** Scales: from a value to its pixel and back, and the round values between their ends, linear or logarithmic. */

import { ticks } from "d3-array";

/**
 * @typedef {object} Between
 * @property {(px: number) => number} invert  the value that a pixel stands for
 * @property {() => [number, number]} domain  the values at the two ends
 * @property {() => [number, number]} range  px at the two ends
 * @property {(count: number) => number[]} ticks  about so many round values, in the order of the domain
 *
 * @typedef {((value: number) => number) & Between} Scale  NaN for what is no number; what lies beyond an end is at that end
 *
 * @typedef {[number, number]} Ends
 */

/** @param {Ends} domain @param {Ends} range @returns {Scale} */
export const linearScale = (domain, range) => {
  const same = (/** @type {number} */ value) => value;
  return scaleBy(same, same, (count) => ticks(domain[0], domain[1], count), domain, range);
};

/** @param {Ends} domain  both above 0 @param {Ends} range @returns {Scale} */
export const logScale = (domain, range) =>
  scaleBy(Math.log, Math.exp, (count) => logTicks(domain[0], domain[1], count), domain, range);

/**
 * @param {(value: number) => number} forward  makes of the values what is even in pixels
 * @param {(even: number) => number} back
 * @param {(count: number) => number[]} ticksBy
 * @param {Ends} domain
 * @param {Ends} range
 * @returns {Scale}
 */
function scaleBy(forward, back, ticksBy, domain, range) {
  const [low, high] = [Math.min(...domain), Math.max(...domain)];
  const clamped = (/** @type {number} */ value) => Math.max(low, Math.min(high, value));
  const even = /** @type {Ends} */ (domain.map(forward));
  /** @param {number | null | undefined} value  none where a message had no number */
  const scale = (value) => value == null || Number.isNaN(value) ? NaN : between(range, shareOf(forward(clamped(value)), even));
  return Object.assign(scale, { invert: (/** @type {number} */ px) => clamped(back(between(even, shareOf(px, range)))),
    domain: () => /** @type {Ends} */ ([...domain]), range: () => /** @type {Ends} */ ([...range]), ticks: ticksBy });
}

/** How far a value is from the first end to the second; in the middle of ends that are one. @param {number} value @param {Ends} ends */
const shareOf = (value, [first, last]) => (first === last ? 0.5 : (value - first) / (last - first));

/** @param {Ends} ends @param {number} share  exact at 0 and at 1 */
const between = ([first, last], share) => first * (1 - share) + last * share;

/**
 * The multiples 1 to 9 of the powers of ten; powers alone where there are `count` of them; evenly spaced values where both are few.
 * @param {number} first
 * @param {number} last
 * @param {number} count
 * @returns {number[]}
 */
function logTicks(first, last, count) {
  if (first > last) return logTicks(last, first, count).reverse();
  const [from, to] = [Math.log10(first), Math.log10(last)];
  if (to - from >= count) return ticks(from, to, count).map(powerOfTen);
  const multiples = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power += 1) {
    for (let digit = 1; digit < 10; digit += 1) {
      const value = power < 0 ? digit / powerOfTen(-power) : digit * powerOfTen(power);
      if (value >= first && value <= last) multiples.push(value);
    }
  }
  return multiples.length * 2 < count ? ticks(first, last, count) : multiples;
}

/** @param {number} power  whole; 10 ** -5 is not the number nearest to 0.00001 */
const powerOfTen = (power) => Number(`1e${power}`);
