/**
 * Everything the page computes from a run's messages: x = a*x0 + b*noise at any step of any schedule.
 *
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {import("./messages").Curve} Curve
 * @typedef {import("./runs.js").Content} Content
 */

import { gaussianGap } from "../../kit/histogram.js";
import { levelAt, signalShare } from "../../kit/levels.js";
import { combine, moments } from "../../kit/tensors.js";

/** The fresh noises travel as bytes: 1 and 255 are minus and plus this (explorers/noise/explorer.py). */
const FRESH_LIMIT = 4;

/** Steps that were told exactly and have come, around one. @param {Content} content @param {number} step */
export function neighbours(content, step) {
  const come = (content.begin?.frames ?? []).filter((frame) => frame in content.frames);
  return { before: come.findLast((frame) => frame <= step) ?? 0, after: come.find((frame) => frame >= step) ?? null };
}

/**
 * All fresh noises up to a step, gathered into one. Between two steps that were told exactly: the mix of both that is as like to each as the
 * chain's own would be (what the steps between brought anew is not known here), brought to unit variance.
 * @param {Content} content
 * @param {number} step  from 1
 * @returns {Tensor | null}  null while nothing beyond it has come
 */
export function noiseAt(content, step) {
  const { before, after } = neighbours(content, step);
  if (after === null || !content.begin) return null;
  if (after === step || before === 0) return content.frames[after].noise;
  const [from, here, to] = [before, step, after].map((at) => levelAt(/** @type {any} */ (content.begin).curves[0], at));
  /** Correlation of the gathered noises of an earlier and a later step. @param {{ a: number, b: number }} early @param {{ a: number, b: number }} late */
  const alike = (early, late) => (early.a ? (late.a * early.b) / (early.a * late.b) : 0);
  const [left, right, both] = [alike(from, here), alike(here, to), alike(from, to)];
  const [one, other] = [(left * (1 - right * right)) / (1 - both * both), (right * (1 - left * left)) / (1 - both * both)];
  const size = Math.sqrt(one * one + other * other + 2 * one * other * both);
  if (size < 1e-6) return content.frames[after].noise; // like neither: nothing of the picture is left, and any noise will do
  return combine([one / size, content.frames[before].noise], [other / size, content.frames[after].noise]);
}

/** The noise that one step brought, as it was told. @param {Tensor} bytes @returns {Tensor} */
export const freshNoise = ({ data, shape }) => ({ shape,
  data: Float32Array.from(data, (value) => ((value - 128) / 127) * FRESH_LIMIT) });

/**
 * @typedef {object} Measures
 * @property {number} mean
 * @property {number} deviation  standard
 * @property {number | null} correlation  with the picture; null for a picture of one colour, which is like nothing
 * @property {number} gap  to the standard normal distribution, 0 to 1
 * @property {number} shape  the same after mean and deviation are brought to 0 and 1: how far from any bell curve
 * @property {number} signalShare  a^2 / (a^2 + b^2)
 * @property {number} count  how many values were measured
 *
 * @param {Tensor} x
 * @param {Tensor} x0
 * @param {{ a: number, b: number }} level
 * @returns {Measures}
 */
export function measure(x, x0, { a, b }) {
  const [now, before] = [moments(x.data), moments(x0.data)];
  let both = 0;
  for (let at = 0; at < x.data.length; at += 1) both += (x.data[at] - now.mean) * (x0.data[at] - before.mean);
  const spread = now.deviation * before.deviation * x.data.length;
  return { ...now, correlation: before.deviation < 1e-3 ? null : both / Math.max(1e-12, spread), gap: gaussianGap(x.data),
    shape: gaussianGap(Float32Array.from(x.data, (value) => (value - now.mean) / Math.max(1e-12, now.deviation))),
    signalShare: signalShare(a, b), count: x.data.length };
}

/**
 * What the last step leaves of the mean of each channel, beside how far the mean of so many noises strays by itself.
 * @param {Content} content
 */
export function leak({ begin }) {
  if (!begin) return null;
  const { a, b } = levelAt(begin.curves[0], begin.request.steps);
  const { data, shape: [channels] } = begin.x0;
  const size = data.length / channels;
  const stray = b / Math.sqrt(size);
  const shifts = Array.from({ length: channels },
    (_, channel) => ({ channel, shift: a * moments(data.subarray(channel * size, (channel + 1) * size)).mean }));
  shifts.sort((one, other) => Math.abs(other.shift) - Math.abs(one.shift)); // the strongest first
  return { left: a, stray, shifts, times: Math.abs(shifts[0].shift) / stray };
}

/** Whether enough of the picture is left after the last step to matter; DDPM's linear schedule keeps 0.6 %. @param {number} left */
export const isFlawed = (left) => left > 0.02;
