/**
 * How the two halves of guidance become one prediction (core/mixing.py): by one scale, or in one of the ways that were found since.
 *
 * @typedef {object} Mixing  as made it is plain guidance; each property changes one thing about it
 * @property {number[]} [scales]  a schedule in the place of the one scale
 * @property {[number, number]} [interval]  between which shares of the way there is guidance; outside, the half with the text stands alone
 * @property {number} [parallel]  how much is kept of the part that lies along the predicted picture
 * @property {number} [rescale]  how far to go to the spread of the half with the text
 *
 * @typedef {{ uncond: Float32Array, cond: Float32Array, x: Float32Array, row: import("./samplers.js").TableRow }} Halves
 */
import { mixed, solved } from "./samplers.js";

/** Whether the middle of a step lies in an interval of shares of the way. @param {[number, number]} interval @param {number} index @param {number} count */
export const isWithin = ([start, end], index, count) =>
  (start === 0 && end === 1) || (start <= (index + 0.5) / count && (index + 0.5) / count < end);

/** The value of a schedule at a step, straight between its points. @param {number[]} scales @param {number} index @param {number} count */
export function scheduled(scales, index, count) {
  const place = ((scales.length - 1) * index) / Math.max(1, count - 1);
  const before = Math.min(Math.floor(place), scales.length - 1);
  const after = Math.min(before + 1, scales.length - 1);
  return scales[before] + (place - before) * (scales[after] - scales[before]);
}

/** The scale of a step. @param {Mixing} mixing @param {number} guidance  of the run @param {number} index @param {number} count */
export function scaleAt({ scales, interval = [0, 1] }, guidance, index, count) {
  if (!isWithin(interval, index, count)) return 1;
  return scales ? scheduled(scales, index, count) : guidance;
}

/** Standard deviation as of a sample. @param {Float32Array} values */
function spread(values) {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Of a vector the part along a direction, and the rest. @param {Float32Array} vector @param {Float32Array} direction */
function project(vector, direction) {
  const product = vector.reduce((sum, value, at) => sum + value * direction[at], 0);
  const square = direction.reduce((sum, value) => sum + value * value, 0);
  const along = direction.map((value) => value * product / Math.max(square, 1e-24));
  return { along, across: vector.map((value, at) => value - along[at]) };
}

/**
 * The guided prediction of a step.
 * @param {Halves} halves @param {Mixing} mixing @param {number} guidance  the run's scale @param {number} index @param {number} count
 */
export function guided({ uncond, cond, x, row }, mixing, guidance, index, count) {
  const { interval = [0, 1], parallel = 1, rescale = 0 } = mixing;
  if (!isWithin(interval, index, count)) return cond;
  const scale = scaleAt(mixing, guidance, index, count);
  let found = mixed(uncond, cond, scale);
  if (parallel !== 1) {
    const { along, across } = project(cond.map((value, at) => value - uncond[at]), solved(row, { x, prediction: cond }).x0);
    found = cond.map((value, at) => value + (scale - 1) * (across[at] + parallel * along[at]));
  }
  if (rescale === 0) return found;
  const factor = spread(cond) / spread(found);
  return found.map((value) => rescale * value * factor + (1 - rescale) * value);
}
