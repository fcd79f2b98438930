/**
 * What a page knows of a run of the U-Net explorer.
 *
 * @import { Begin, Step, End, Maps, Redrawn, Progress } from "./messages"
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Step[]} steps  those that have come, in order
 * @property {Record<number, Picture>} decoded  step index -> its predicted original through the VAE
 * @property {End | null} end
 * @property {Record<string, Maps>} maps  block -> its feature maps
 * @property {Record<string, Redrawn>} redrawn  block -> the run without it; "" for all at once
 * @property {Progress | null} progress
 * @typedef {import("../../kit/runs.js").Runs<Content>} UNetRuns
 */

import { byNumber, inOrder, newest, ruled } from "../../kit/reducers.js";

export const reduceRuns = ruled({ begin: newest("begin"), steps: inOrder("step"),
  decoded: byNumber("decoded", "index", { part: "image" }), end: newest("end"), maps: byNumber("maps", "block"),
  redrawn: byNumber("redrawn", "block"), progress: newest("progress") },
  (/** @type {Content} */ content) => content.end !== null);
