/**
 * What a page knows of a run down the chain.
 *
 * @import { Begin, Frame, End, Progress } from "./messages"
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Progress | null} drawing  how far the model is with the picture that it draws first
 * @property {Begin | null} begin
 * @property {Record<number, Frame>} frames  step -> what was told of it exactly
 * @property {Record<number, Picture>} decoded  step -> its latents through the VAE
 * @property {End | null} end
 * @typedef {import("../../kit/runs.js").Runs<Content>} NoiseRuns
 */

import { byNumber, newest, ruled } from "../../kit/reducers.js";

export const reduceRuns = ruled({ drawing: newest("progress"), begin: newest("begin"), frames: byNumber("frame", "step"),
  decoded: byNumber("decoded", "index", { part: "image" }), end: newest("end") },
  (/** @type {Content} */ content) => content.end !== null);
