/**
 * What a page knows of an attention run.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").StepMessage["data"]} Step
 * @typedef {import("./messages").EndMessage["data"]} End
 * @typedef {import("./messages").ApartMessage["data"]} Apart
 * @typedef {import("./messages").ApartStepMessage["data"]} ApartStep
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Step[]} steps  those that have come, in order
 * @property {Record<number, Picture>} decoded  step index -> its predicted original through the VAE
 * @property {End | null} end
 * @property {Apart | null} apart  which layers there are, once they are taken apart
 * @property {Record<number, ApartStep>} apartSteps
 * @typedef {import("../../kit/runs.js").Runs<Content>} AttentionRuns
 */

import { byNumber, inOrder, newest, ruled } from "../../kit/reducers.js";

export const reduceRuns = ruled({ begin: newest("begin"), steps: inOrder("step"),
  decoded: byNumber("decoded", "index", { part: "image" }), end: newest("end"), apart: newest("apart"),
  apartSteps: byNumber("apart_step", "index", { from: "apart" }) }, (/** @type {Content} */ content) => content.end !== null);

/** How many steps a run has, also before they have come. @param {Content | null} content */
export const stepCount = (content) => content?.begin?.step_count ?? content?.steps.length ?? 0;
