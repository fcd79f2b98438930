/**
 * What is on screen: a run and the selected step of it. Plain data, made anew for each change.
 *
 * @typedef {import("./runs.js").Content} Content
 * @typedef {object} View
 * @property {Content | null} content  the run on screen
 * @property {boolean} old  a newer run is on its way, of which nothing has come yet
 * @property {number} count  steps that are told
 * @property {number} index  the selected one among them
 * @property {import("./runs.js").Spread | null} spread  of the first wall at that step; null while not all pictures are there
 */

import { selectedOf, shownRun } from "../../kit/shown.js";
import { newest } from "./runs.js";

/**
 * @param {import("./runs.js").SeedRuns} runs
 * @param {number} wanted  the selected step; negative ones count from the end
 * @returns {View}
 */
export function viewOf(runs, wanted) {
  const { content, old, busy } = shownRun(runs);
  const count = content?.begin?.told.length ?? 0;
  if (!content) return { content, old, count, index: 0, spread: null };
  const drawing = busy && !content.first.exact[count - 1];
  const index = selectedOf(wanted, count, wanted === -1 && drawing ? newest(content.first) : null);
  return { content, old, count, index,
    spread: content.first.spreads[index] ?? (drawing ? (content.first.spreads[index - 1] ?? null) : null) };
}
