/** What a run is told in numbers: of all of the arrays, as Python measures them (explorers/denoise/measures.py). */

const TINY = 1e-12;

/** @param {Float32Array} values */
export const length = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
/** @param {Float32Array} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** @param {Float32Array} values */
export function deviation(values) {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
}

/** How far `after` is from `before`, as a share of its length. @param {Float32Array} before @param {Float32Array} after */
export const relativeChange = (before, after) =>
  length(after.map((value, at) => value - before[at])) / Math.max(TINY, length(before));

/** Of two arrays' values, -1 to 1. @param {Float32Array} left @param {Float32Array} right */
export function correlation(left, right) {
  const [one, other] = [left, right].map((values) => {
    const centre = mean(values);
    return values.map((value) => value - centre);
  });
  return one.reduce((sum, value, at) => sum + value * other[at], 0) / Math.max(TINY, length(one) * length(other));
}

/** Latents x = a*x0 + b*noise at one scale. @param {Float32Array} x @param {{ a: number, b: number }} level */
export const atUnitScale = (x, { a, b }) => x.map((value) => value / Math.hypot(a, b));

/**
 * What came of a step.
 * @param {import("./run.js").Step & { x0: Float32Array, noise: Float32Array }} step
 */
export function move({ row: { level, next_level: then }, x, x0, noise, next }) {
  const beside = next.map((value, at) => value - (then.a * x0[at] + then.b * noise[at]));
  return { changed: relativeChange(atUnitScale(x, level), atUnitScale(next, then)),
    beside: length(beside) / Math.max(TINY, length(next)) };
}

/** Root mean square: their length over that of as many ones. @param {Float32Array} values */
export const rootMeanSquare = (values) => length(values) / Math.sqrt(values.length);

/** Between two vectors, in degrees; NaN where one of them is zero. @param {Float32Array} one @param {Float32Array} other */
export function angle(one, other) {
  const product = one.reduce((sum, value, at) => sum + value * other[at], 0);
  const lengths = length(one) * length(other);
  return lengths ? Math.acos(Math.max(-1, Math.min(1, product / lengths))) * 180 / Math.PI : NaN;
}
