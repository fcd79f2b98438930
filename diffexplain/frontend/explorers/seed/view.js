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

import { isBusy, isOver } from "../../kit/runs.js";
import { newest } from "./runs.js";

/**
 * @param {import("./runs.js").SeedRuns} runs
 * @param {number} wanted  the selected step; negative ones count from the end
 * @returns {View}
 */
export function viewOf({ current, last }, wanted) {
  const begun = current?.content.begin ? current : null;
  const shown = begun && !(isOver(current?.status) && last) ? begun : last;
  const content = shown?.content ?? null;
  const count = content?.begin?.told.length ?? 0;
  const old = shown !== current && isBusy(current?.status);
  if (!content) return { content, old, count, index: 0, spread: null };
  const asked = wanted < 0 ? count + wanted : wanted;
  const drawing = isBusy(shown?.status) && !content.first.exact[count - 1];
  const index = Math.max(0, Math.min(count - 1, wanted === -1 && drawing ? newest(content.first) : asked)); // the last step runs with the run
  return { content, old, count, index,
    spread: content.first.spreads[index] ?? (drawing ? (content.first.spreads[index - 1] ?? null) : null) };
}
