/**
 * What a page knows of a data set run. The data sets hold for all runs: they stand in `runs.lasting.sets`.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").BatchMessage["data"] & { pictures: import("../../kit/tiles.js").Sheet }} Batch
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {import("./messages").MineMessage["data"] | null} mine
 * @property {Batch[]} batches
 * @property {import("./messages").ScoredMessage["data"] | null} scored
 * @property {import("./messages").ProgressMessage["data"] | null} progress
 * @property {import("./messages").LearningMessage["data"] | null} learning
 * @property {import("./messages").LearnedMessage["data"][]} learned
 * @typedef {import("../../kit/runs.js").Runs<Content>} DatasetRuns
 */

import { inOrder, newest, ruled } from "../../kit/reducers.js";

export const reduceRuns = ruled({ begin: newest("begin"), mine: newest("mine"),
  batches: inOrder("batch",
    ({ data }) => ({ ...data, pictures: { sheet: data.sheet, columns: data.columns, count: data.captions.length } })),
  scored: newest("scored"), progress: newest("progress", "scored", "learning"), learning: newest("learning"),
  learned: inOrder("learned") }, (/** @type {Content} */ content) => content.scored !== null);
