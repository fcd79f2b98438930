/**
 * What a page knows of an embedding run. The map itself holds for all runs: it stands in `runs.lasting.map`.
 *
 * @import { Placed, Begin, Step } from "./messages"
 * @typedef {import("./messages").Progress & { task: "model" | "pictures" | "texts" | "umap" | "closed" | "drawing" }} Progress
 * @typedef {object} Content
 * @property {Progress | null} progress  of what comes next; null once it is there
 * @property {Placed | null} search
 * @property {Placed | null} picture
 * @property {Begin | null} begin  of the denoising runs
 * @property {Step[]} steps  those that have come, in order
 * @typedef {import("../../kit/runs.js").Runs<Content>} EmbeddingRuns
 */

import { inOrder, newest, ruled } from "../../kit/reducers.js";

/** The newest of what was placed. @param {"search" | "picture"} what */
const placed = (what) => ({ start: null,
  take: (/** @type {any} */ before, /** @type {import("../../kit/protocol.js").Message} */ { kind, data }) =>
    kind === "placed" && data.what === what ? data : before });

export const reduceRuns = ruled({ progress: newest("progress", "placed", "begin"), search: placed("search"),
  picture: placed("picture"), begin: newest("begin"), steps: inOrder("step") },
  (/** @type {Content} */ content) => content.search !== null || content.picture !== null || content.steps.length > 0);
