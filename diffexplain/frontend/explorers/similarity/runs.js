/**
 * What a page knows of a similarity run.
 *
 * @typedef {import("./messages").MatrixMessage["data"]} Matrix
 * @typedef {import("./messages").FoundMessage["data"]} Found
 * @typedef {import("./messages").CandidateMessage["data"]} Candidate
 * @typedef {import("./messages").SpentMessage["data"]} Spent
 * @typedef {import("./messages").ProgressMessage["data"]} Progress
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {object} Content
 * @property {Matrix | null} matrix
 * @property {Record<string, Picture>} thumbnails  by reference; those on the gallery's sheet are not among them
 * @property {Progress | null} progress  of the last long task
 * @property {Found | null} found
 * @property {Candidate[]} candidates
 * @property {Spent | null} spent
 * @typedef {import("../../kit/runs.js").Runs<Content>} SimilarityRuns
 */

import { runsReducer } from "../../kit/runs.js";

export const reduceRuns = runsReducer({
  begin: () => /** @type {Content} */ ({ matrix: null, thumbnails: {}, progress: null, found: null, candidates: [], spent: null }),
  reduce(content, { kind, data }) {
    if (kind === "matrix") return { ...content, matrix: /** @type {Matrix} */ (data), progress: null };
    if (kind === "progress") return { ...content, progress: /** @type {Progress} */ (data) };
    if (kind === "thumbnails") {
      const added = Object.fromEntries(data.references.map((/** @type {string} */ reference, /** @type {number} */ at) => [reference, data.pictures[at]]));
      return { ...content, thumbnails: { ...content.thumbnails, ...added } };
    }
    if (kind === "found") return { ...content, found: /** @type {Found} */ (data), progress: null };
    if (kind === "candidate") return { ...content, candidates: [...content.candidates, /** @type {Candidate} */ (data)] };
    if (kind === "spent") return { ...content, spent: /** @type {Spent} */ (data), progress: null };
    return content;
  },
  complete: (content) => content.matrix !== null,
});
