/**
 * What a page knows of a denoising run.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").StepMessage["data"] & { number: number, full?: boolean }} Step  with the number of its message; `full`: no preview
 * @typedef {import("./messages").EndMessage["data"] & { number: number }} End
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Step[]} steps  those that have come, in order; of a large model their arrays are small, or null
 * @property {Record<number, Picture>} decoded  step index -> its predicted original through the VAE
 * @property {End | null} end
 * @property {Step[]} whole  steps with all of their numbers, as far as the reader has opened them; the newest is the last
 * @property {End | null} wholeEnd
 * @typedef {import("../../kit/runs.js").Runs<Content>} DenoiseRuns
 */

import { runsReducer } from "../../kit/runs.js";
import { combine } from "../../kit/tensors.js";

const MOST_WHOLE = 8; // 1.3 MB each at SDXL's size

export const reduceRuns = runsReducer({
  begin: () => /** @type {Content} */ ({ begin: null, steps: [], decoded: {}, end: null, whole: [], wholeEnd: null }),
  reduce(content, { kind, data, number }) {
    if (kind === "begin") return { ...content, begin: /** @type {Begin} */ (data) };
    if (kind === "step")
      return { ...content,
        steps: [...content.steps.slice(0, data.index), complete(/** @type {Step} */ ({ ...data, number }))] };
    if (kind === "end") return { ...content, end: /** @type {End} */ ({ ...data, number }) };
    if (kind === "decoded") return { ...content, decoded: { ...content.decoded, [data.index]: data.image } };
    return content;
  },
  complete: (content) => content.end !== null,
  detail(content, { kind, data, number }) {
    if (kind === "end") return { ...content, wholeEnd: /** @type {End} */ ({ ...data, number }) };
    if (kind !== "step") return content;
    const others = content.whole.filter(({ index }) => index !== data.index);
    return { ...content, whole: [...others, /** @type {Step} */ ({ ...data, number })].slice(-MOST_WHOLE) };
  },
});

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

/** How many steps a run has, also before they have come. @param {Content | null} content */
export const stepCount = (content) => content?.begin?.step_count ?? content?.steps.length ?? 0;

/** All of a step where it is here, else what there is. @param {Content | null} content @param {number} index @returns {Step | null} */
export const stepAt = (content, index) => content?.whole.find((step) => step.index === index) ?? content?.steps[index] ?? null;

/** The step with arrays that is nearest to one that may have none. @param {Content | null} content @param {number} index @returns {Step | null} */
export function drawnStep(content, index) {
  const step = stepAt(content, index);
  if (!content || !step || step.x) return step;
  for (let away = 1; away < content.steps.length; away += 1) {
    const near = [index - away, index + away].map((at) => content.steps[at]).find((one) => one?.x);
    if (near) return near;
  }
  return step;
}
