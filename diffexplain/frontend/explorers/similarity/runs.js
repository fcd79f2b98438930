/**
 * What a page knows of a similarity run. Thumbnails hold for all runs: they stand in `runs.lasting.thumbnails`.
 *
 * @import { Matrix, Found, Candidate, Spent } from "./messages"
 * @typedef {import("./messages").Progress & { task: "drawing" | "embedding" | "gallery" | "older" }} Progress
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Matrix | null} matrix
 * @property {Progress | null} progress  of the last long task
 * @property {Found | null} found
 * @property {Candidate[]} candidates
 * @property {Spent | null} spent
 * @typedef {import("../../kit/runs.js").Runs<Content>} SimilarityRuns
 */

import { inOrder, newest, ruled } from "../../kit/reducers.js";

export const reduceRuns = ruled({ matrix: newest("matrix"), progress: newest("progress", "matrix", "found", "spent"),
  found: newest("found"), candidates: inOrder("candidate"), spent: newest("spent") },
  (/** @type {Content} */ content) => content.matrix !== null);

/** The picture of a reference; none for those on the gallery's sheet. @param {SimilarityRuns} runs @param {string} reference @returns {Picture | undefined} */
export function thumbnailOf({ lasting }, reference) {
  const { references = [], pictures = [] } = lasting?.thumbnails ?? {};
  return pictures[references.indexOf(reference)];
}
