/**
 * What a page knows of an embedding run. The map itself holds for all runs: it stands in `runs.lasting.map`.
 *
 * @typedef {import("./messages").MapMessage["data"]} MapData
 * @typedef {import("./messages").PlacedMessage["data"]} Placed
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").StepMessage["data"]} Step
 * @typedef {import("./messages").ProgressMessage["data"] & { task: "model" | "pictures" | "texts" | "umap" | "closed" | "drawing" }} Progress
 * @typedef {object} Content
 * @property {Progress | null} progress  of what comes next; null once it is there
 * @property {Placed | null} search
 * @property {Placed | null} picture
 * @property {Begin | null} begin  of the denoising runs
 * @property {Step[]} steps  those that have come, in order
 * @typedef {import("../../kit/runs.js").Runs<Content>} EmbeddingRuns
 */

import { runsReducer } from "../../kit/runs.js";

export const reduceRuns = runsReducer({
  begin: () => /** @type {Content} */ ({ progress: null, search: null, picture: null, begin: null, steps: [] }),
  reduce(content, { kind, data }) {
    if (kind === "progress") return { ...content, progress: /** @type {Progress} */ (data) };
    if (kind === "placed") return { ...content, progress: null, [data.what]: data };
    if (kind === "begin") return { ...content, progress: null, begin: /** @type {Begin} */ (data) };
    if (kind === "step") return { ...content, steps: [...content.steps.slice(0, data.index), /** @type {Step} */ (data)] };
    return content;
  },
  complete: (content) => content.search !== null || content.picture !== null || content.steps.length > 0,
});
