/** What many pictures have in common and how far they part, and the ways between two noises (explorers/seed/statistics.py, core/interpolation.py). */
import { length } from "./measures.js";

/** @typedef {import("./pixels.js").Pixels} Pixels @typedef {Float32Array | Float64Array} Floats */

const MOST_DEVIATION = 0.5; // of values between 0 and 1: half of them 0, half of them 1

/** Of numbers 0, 1, ... the mean of what is said of each. @param {number} count @param {(at: number) => number} value */
function meanOf(count, value) {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += value(at);
  return sum / count;
}

/** Mean and variance of each place over several arrays. @param {ArrayLike<number>[]} arrays */
function moments(arrays) {
  const size = arrays[0].length;
  const means = Float64Array.from({ length: size }, (_, at) => meanOf(arrays.length, (row) => arrays[row][at]));
  const variances = Float64Array.from({ length: size },
    (_, at) => meanOf(arrays.length, (row) => (arrays[row][at] - means[at]) ** 2));
  return { means, variances };
}

/**
 * Pictures taken together: the mean of all, the deviation of each pixel in 256 levels, and the two parts of their variance.
 * @param {Pixels[]} pictures
 */
export function parting(pictures) {
  const { width, height } = pictures[0], size = width * height;
  const { means, variances } = moments(pictures.map(({ data }) => data));
  const variance = Float64Array.from({ length: size }, (_, at) => meanOf(3, (colour) => variances[3 * at + colour]) / 255 ** 2);
  const fixed = meanOf(3, (colour) => {
    const centre = meanOf(size, (at) => means[3 * at + colour]);
    return meanOf(size, (at) => (means[3 * at + colour] - centre) ** 2) / 255 ** 2;
  });
  return { mean: { data: Uint8Array.from(means, Math.round), width, height },
    deviation: { data: Uint8Array.from(variance, (each) => Math.round(Math.sqrt(each) * (255 / MOST_DEVIATION))),
      shape: [height, width] }, fixed, chance: meanOf(size, (at) => variance[at]) };
}

/** Standard deviation over several arrays, root mean square over their places. @param {Float32Array[]} arrays */
export function deviationOver(arrays) {
  const { variances } = moments(arrays);
  return Math.sqrt(meanOf(variances.length, (at) => variances[at]));
}

/** Root mean square differences of each picture from each of others, (n, m). @param {Pixels[]} one @param {Pixels[]} other */
export const distances = (one, other) => ({ shape: [one.length, other.length],
  data: Float32Array.from(
    one.flatMap(({ data: a }) => other.map(({ data: b }) => Math.sqrt(meanOf(a.length, (at) => (a[at] - b[at]) ** 2)) / 255)),
  ) });

/** How much fine detail a picture has: root mean square difference of neighbouring pixels. @param {Pixels} pixels */
export function detail({ data, width, height }) {
  /** @param {number} columns @param {number} rows @param {number} step */
  const differences = (columns, rows, step) =>
    meanOf(3 * columns * rows, (place) => {
      const at = 3 * width * Math.floor(place / (3 * columns)) + place % (3 * columns);
      return (data[at + step] - data[at]) ** 2;
    });
  return Math.sqrt((differences(width - 1, height, 3) + differences(width, height - 1, 3 * width)) / 2) / 255;
}

/** The largest difference of two pictures, 0 to 1. @param {Pixels} one @param {Pixels} other */
export const furthest = ({ data }, other) =>
  data.reduce((most, value, at) => Math.max(most, Math.abs(value - other.data[at])), 0) / 255;

/** On the straight line from one noise to another. @param {Float32Array} a @param {Float32Array} b @param {number} share */
export const lerp = (a, b, share) => a.map((value, at) => (1 - share) * value + share * b[at]);

/** On the great circle, the length evenly from one to the other. @param {Float32Array} a @param {Float32Array} b @param {number} share */
export function slerp(a, b, share) {
  const [from, to] = [length(a), length(b)];
  if (share === 0 || share === 1 || !from || !to) return lerp(a, b, share);
  const u = Float64Array.from(a, (value) => value / from);
  const cosine = b.reduce((sum, value, at) => sum + u[at] * value / to, 0);
  const across = Float64Array.from(b, (value, at) => value / to - cosine * u[at]);
  const sine = Math.hypot(...across);
  if (sine < 1e-9) return lerp(a, b, share); // two seeds' noises never lie on one line
  const turned = share * Math.atan2(sine, cosine), reach = (1 - share) * from + share * to;
  return a.map((_, at) => reach * (Math.cos(turned) * u[at] + Math.sin(turned) * across[at] / sine));
}
