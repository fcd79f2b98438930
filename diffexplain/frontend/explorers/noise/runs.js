/**
 * What a page knows of a run down the chain.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").FrameMessage["data"]} Frame
 * @typedef {import("./messages").EndMessage["data"]} End
 * @typedef {import("./messages").ProgressMessage["data"]} Progress
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Progress | null} drawing  how far the model is with the picture that it draws first
 * @property {Begin | null} begin
 * @property {Record<number, Frame>} frames  step -> what was told of it exactly
 * @property {Record<number, Picture>} decoded  step -> its latents through the VAE
 * @property {End | null} end
 * @typedef {import("../../kit/runs.js").Runs<Content>} NoiseRuns
 */

import { runsReducer } from "../../kit/runs.js";

export const reduceRuns = runsReducer({
  begin: () => /** @type {Content} */ ({ drawing: null, begin: null, frames: {}, decoded: {}, end: null }),
  reduce(content, { kind, data }) {
    if (kind === "progress") return { ...content, drawing: /** @type {Progress} */ (data) };
    if (kind === "begin") return { ...content, begin: /** @type {Begin} */ (data) };
    if (kind === "frame") return { ...content, frames: { ...content.frames, [data.step]: /** @type {Frame} */ (data) } };
    if (kind === "decoded") return { ...content, decoded: { ...content.decoded, [data.index]: data.image } };
    if (kind === "end") return { ...content, end: /** @type {End} */ (data) };
    return content;
  },
  complete: (content) => content.end !== null,
});
