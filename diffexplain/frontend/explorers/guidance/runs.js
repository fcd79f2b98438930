/**
 * What a page knows of a guidance run.
 *
 * @import { Begin, Step, Decoded, End, Drawing, Scales, Ways } from "./messages"
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Step[]} steps  those that have come, in order
 * @property {Record<number, Decoded>} decoded  by the index of the step
 * @property {End | null} end
 * @property {Record<string, Drawing>} drawing  how far the pictures of a panel are
 * @property {Scales | null} scales
 * @property {Ways | null} ways
 *
 * @typedef {import("../../kit/steps.js").ShownStep<Content> & Mixed} View
 * @typedef {object} Mixed
 * @property {Step | null} step  null while it has not come
 * @property {number | null} own  the scale that the step was mixed with
 * @property {number | null} scale  the one that it is shown with
 */

import { byNumber, inOrder, newest, ruled } from "../../kit/reducers.js";
import { shownStep } from "../../kit/steps.js";

export const reduceRuns = ruled({ begin: newest("begin"), steps: inOrder("step"), decoded: byNumber("decoded", "index"),
  end: newest("end"), drawing: byNumber("drawing", "what"), scales: newest("scales"), ways: newest("ways") },
  (/** @type {Content} */ content) => content.end !== null);

/**
 * @param {import("../../kit/runs.js").Runs<Content>} runs
 * @param {{ step: number | null, remix: number | null }} chosen
 * @returns {View}
 */
export function viewOf(runs, { step: wanted, remix }) {
  const shown = shownStep(runs, wanted);
  const { content, index } = shown;
  const step = content?.steps[index] ?? null;
  const own = step?.scale ?? content?.begin?.request.guidance_scale ?? null;
  return { ...shown, step, own, scale: remix ?? own };
}
