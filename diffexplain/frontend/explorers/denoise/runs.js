/**
 * What a page knows of a denoising run.
 *
 * @import { Begin } from "./messages"
 * @typedef {import("./messages").Step & { number: number, full?: boolean }} Step  with the number of its message; `full`: no preview
 * @typedef {import("./messages").End & { number: number }} End
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Step[]} steps  those that have come, in order; of a large model their arrays are small, or null
 * @property {Record<number, Picture>} decoded  step index -> its predicted original through the VAE
 * @property {End | null} end
 * @property {Step[]} whole  steps with all of their numbers, as far as the reader has opened them; the newest is the last
 * @property {End[]} wholeEnd
 * @typedef {import("../../kit/runs.js").Runs<Content>} DenoiseRuns
 */

import { byNumber, inOrderNumbered, newest, newestNumbered, ruled, wholes } from "../../kit/reducers.js";
import { drawnStep as nearestDrawn } from "../../kit/steps.js";
import { combine } from "../../kit/tensors.js";

const MOST_WHOLE = 8; // 1.3 MB each at SDXL's size

export const reduceRuns = ruled({ begin: newest("begin"), steps: inOrderNumbered("step", complete),
  decoded: byNumber("decoded", "index", { part: "image" }), end: newestNumbered("end"), whole: wholes("step", MOST_WHOLE),
  wholeEnd: wholes("end", 1) }, (/** @type {Content} */ content) => content.end !== null);

/**
 * A step with the arrays that its preview leaves to be made from the others: x = a*x0 + b*noise, and under plain guidance
 * cond = uncond + (p*x0 + q*noise - uncond) / scale.
 * @param {Step} step
 * @returns {Step}
 */
export function complete(step) {
  const { x0, noise, uncond, a, b, p, q, guidance_scale: scale } = step;
  if (!x0 || !noise) return step;
  const full = step.x !== null;
  const x = step.x ?? combine([a, x0], [b, noise]);
  const cond = step.cond ?? (uncond && scale ? combine([1 - 1 / scale, uncond], [p / scale, x0], [q / scale, noise]) : null);
  return { ...step, x, cond, full };
}

/** All of a step where it is here, else what there is. @param {Content | null} content @param {number} index @returns {Step | null} */
export const stepAt = (content, index) => content?.whole.find((step) => step.index === index) ?? content?.steps[index] ?? null;

/** The step with arrays that is nearest to one that may have none. @param {Content | null} content @param {number} index @returns {Step | null} */
export const drawnStep = (content, index) => nearestDrawn(content?.steps ?? [], stepAt(content, index), ({ x }) => x);
