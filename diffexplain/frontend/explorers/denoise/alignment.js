/**
 * Two runs beside each other: which of their steps belong together, and how far apart their predicted pictures are.
 *
 * The difference is made here, in the page, and of predicted latents: they come with each step, while a run is still on its way, and are
 * in every export; and it holds for the two runs that are on screen, whichever was kept, where a message of the newer run would be wrong
 * once another is kept. The map from latents to colours is linear, so it takes the difference of latents to that of the pictures, without
 * what a JPEG adds. Of a large model the page has every so-many-th number: then it is the difference of those.
 *
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @import { Content, Step } from "./runs.js"
 */

import { logSnr } from "../../kit/levels.js";
import { remembered } from "../../kit/memo.js";
import { latentRaster } from "../../kit/pixels.js";
import { stepCount } from "../../kit/steps.js";
import { combine } from "../../kit/tensors.js";

const FAR = 40; // of log-SNR: pure noise and no noise at all are infinitely far, and no nearer to anything
const SAME = 1e-6; // of log-SNR: rounding

/** @param {Step} step */
const levelOf = ({ a, b }) => Math.max(-FAR, Math.min(FAR, logSnr(a, b)));

/**
 * For each step of a run the step of another whose log-SNR is nearest; of several at one level (a sampler may look twice at one) the one
 * that is as far in its run.
 * @param {Content} content
 * @param {Content} other
 * @returns {number[]}  indices of steps of `other`, for those steps that have come
 */
export function partnersOf(content, other) {
  if (!other.steps.length) return [];
  const pairs = remembered(content.steps, "partners", () => /** @type {WeakMap<Step[], number[]>} */ (new WeakMap()));
  const found = pairs.get(other.steps) ?? nearestSteps(content, other);
  pairs.set(other.steps, found);
  return found;
}

/** @param {Content} content @param {Content} other */
function nearestSteps(content, other) {
  const levels = other.steps.map(levelOf);
  const share = (/** @type {Content} */ of, /** @type {number} */ at) => at / Math.max(1, stepCount(of) - 1);
  return content.steps.map((step, index) => {
    const level = levelOf(step);
    const far = (/** @type {number} */ at) => Math.abs(levels[at] - level);
    const behind = (/** @type {number} */ at) => Math.abs(share(other, at) - share(content, index));
    let best = 0;
    for (let at = 1; at < levels.length; at += 1) {
      const nearer = far(at) - far(best);
      if (nearer < -SAME || (nearer < SAME && behind(at) < behind(best))) best = at;
    }
    return best;
  });
}

/** The partner of one step; null while it has not come. @param {Content} content @param {number} index @param {Content} other */
export const partnerOf = (content, index, other) => partnersOf(content, other)[index] ?? null;

/**
 * The difference of two predicted pictures, and its root mean square over pixels and colours: 1 is from black to white.
 * @param {Tensor | null} after  (C, h, w) predicted original
 * @param {Tensor | null} before  of a run with latents of the same size; its preview may be of another
 * @param {Tensor} matrix  (C+1, 3) from latents to colours
 * @returns {{ raster: import("../../kit/pixels.js").Raster, rms: number } | null}  drawn about mid-grey; null without both
 */
export function difference(after, before, matrix) {
  if (!after || !before) return null;
  const pairs = remembered(before, "difference", () => /** @type {WeakMap<Tensor, any>} */ (new WeakMap()));
  if (!pairs.has(after)) {
    const [rows, columns] = [1, 2].map((side) => Math.min(after.shape[side], before.shape[side]));
    const apart = combine([1, sampled(after, rows, columns)], [-1, sampled(before, rows, columns)]);
    pairs.set(after, { raster: latentRaster(apart, matrix, 1, 0), rms: rootMeanSquare(apart, matrix) });
  }
  return pairs.get(after);
}

/** Evenly spread numbers, as Python takes them for a preview (explorers/previews.py): so previews of two sizes can be compared. @param {Tensor} tensor @param {number} rows @param {number} columns */
function sampled(tensor, rows, columns) {
  const [channels, height, width] = tensor.shape;
  if (rows === height && columns === width) return tensor;
  const data = new Float32Array(channels * rows * columns);
  const spread = (/** @type {number} */ at, /** @type {number} */ few, /** @type {number} */ many) =>
    Math.floor(((at + 0.5) * many) / few);
  for (let at = 0; at < data.length; at += 1) {
    const [channel, row, column] = [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows, at % columns];
    data[at] = tensor.data[(channel * height + spread(row, rows, height)) * width + spread(column, columns, width)];
  }
  return { data, shape: [channels, rows, columns] };
}

/** Of the colours of some latents, without the constant. @param {Tensor} latents @param {Tensor} matrix */
function rootMeanSquare({ data, shape: [channels, rows, columns] }, matrix) {
  const size = rows * columns;
  let squares = 0;
  for (let at = 0; at < size; at += 1) {
    for (let colour = 0; colour < 3; colour += 1) {
      let value = 0;
      for (let channel = 0; channel < channels; channel += 1)
        value += data[channel * size + at] * matrix.data[channel * 3 + colour];
      squares += value * value;
    }
  }
  return Math.sqrt(squares / (3 * size));
}

/** Whether the latents of two runs are of one size, so that they can be subtracted. @param {Content} content @param {Content} other */
export const sameSize = (content, other) => String(content.begin?.latent_shape) === String(other.begin?.latent_shape);

/**
 * How far the predicted picture of a step is from that of its partner.
 * @param {Content} content
 * @param {number} index
 * @param {Content} other
 */
export function apartAt(content, index, other) {
  const partner = partnerOf(content, index, other);
  if (partner === null || !content.begin || !sameSize(content, other)) return null;
  return difference(content.steps[index].x0, other.steps[partner].x0, content.begin.preview_matrix);
}
