/**
 * What a page knows of an attention run.
 *
 * @import { Begin, End, Apart, ApartStep } from "./messages"
 * @typedef {import("./messages").Step & { number: number }} Step  with the number of its message
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

import { byNumber, inOrderWhole, newest, ruled } from "../../kit/reducers.js";

export const reduceRuns = ruled({ begin: newest("begin"), steps: inOrderWhole("step"),
  decoded: byNumber("decoded", "index", { part: "image" }), end: newest("end"), apart: newest("apart"),
  apartSteps: byNumber("apart_step", "index", { from: "apart" }) }, (/** @type {Content} */ content) => content.end !== null);
