/**
 * Everything the page computes from a run's messages: x = a*x0 + b*noise at every step, and output = p*x0 + q*noise.
 * Of the arrays it may have previews, so it makes pictures of them; what it says in numbers comes from Python.
 *
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @import { Step, Content } from "./runs.js"
 */

import { logSnr, signalShare } from "../../kit/levels.js";
import { combine } from "../../kit/tensors.js";

/** Latents of every sampler at one scale: x / sqrt(a^2 + b^2), which is also what the U-Net is given. @param {Step} step */
export const unitScale = ({ a, b }) => 1 / Math.hypot(a, b);

/**
 * A step and where its latent goes, the next step's x or the final latents: all of both where both are here, else what there is.
 * @param {Content} content
 * @param {number} index
 * @returns {{ step: Step, next: Tensor } | null}
 */
export function stepAndNext(content, index) {
  const last = index === content.steps.length - 1;
  for (const [steps, end] of /** @type {const} */ ([[content.whole, content.wholeEnd[0]], [content.steps, content.end]])) {
    const [step, after] = [index, index + 1].map((at) => steps.find((one) => one.index === at));
    const next = last ? end?.latents : after?.x;
    if (step?.x && next) return { step, next };
  }
  return null;
}

/** What came of a step; null while it is not known. @param {Content} content @param {number} index */
export const moveOf = (content, index) =>
  content.steps[index + 1]?.before ?? (index === content.steps.length - 1 ? content.end?.move : null) ?? null;

/**
 * Guidance mixed anew from the two stored halves: output = uncond + scale * (cond - uncond), then the same 2x2 solve.
 * Written as a change against what was recorded, so that rounding in the stored halves is not magnified.
 * @param {Step} step
 * @param {number} scale
 * @returns {{ x0: Tensor, noise: Tensor } | null}  null without the two halves or where guidance was processed further
 */
export function remix(step, scale) {
  if (!step.x0 || !step.noise || !step.uncond || !step.cond || step.guidance_scale === null) return null;
  const { a, b, p, q } = step;
  const determinant = a * q - b * p;
  const change = (scale - step.guidance_scale) / determinant;
  return { x0: combine([1, step.x0], [-b * change, step.cond], [b * change, step.uncond]),
    noise: combine([1, step.noise], [a * change, step.cond], [-a * change, step.uncond]) };
}

/**
 * Where a deterministic first-order step (DDIM, eq. 12; Euler) would land: next_a * x0 + next_b * noise; and what this
 * sampler did beside it (fresh noise, a correction from earlier steps).
 * @param {Content} content
 * @param {number} index
 */
export function samplerMove(content, index) {
  const found = stepAndNext(content, index);
  if (!found?.step.x0 || !found.step.noise) return null;
  const { step: { next_a: a, next_b: b, x0, noise }, next } = found;
  const straight = combine([a, x0], [b, noise]);
  return { next, straight, beside: combine([1, next], [-1, straight]), besideShare: moveOf(content, index)?.beside ?? 0 };
}

/**
 * @typedef {object} Measures
 * @property {number} signalShare  a^2 / (a^2 + b^2)
 * @property {number} sigma  b / a
 * @property {number} logSnr  2 ln(a / b)
 * @property {number} nextSignalShare
 * @property {number | null} moved  how far the predicted original moved since the step before, relative
 * @property {number | null} likeFinal  correlation of the predicted original with that of the last step; null for the last
 * @property {number | null} changed  ||next x - x|| / ||x||, both at unit scale
 * @property {boolean} sameLevel  the step before was at this noise level too
 *
 * @param {Content} content
 * @param {number} index
 * @returns {Measures | null}
 */
export function measure(content, index) {
  const step = content.steps[index];
  if (!step) return null;
  const before = content.steps[index - 1];
  return { signalShare: signalShare(step.a, step.b), sigma: step.b / step.a, logSnr: logSnr(step.a, step.b),
    nextSignalShare: signalShare(step.next_a, step.next_b), moved: step.moved,
    likeFinal: index < content.steps.length - 1 ? content.end?.like_final.data[index] ?? null : null,
    changed: moveOf(content, index)?.changed ?? null,
    sameLevel: Boolean(before) && Math.abs(before.b / before.a - step.b / step.a) < 1e-6 * (step.b / step.a) };
}
