/**
 * What a page knows of a fine-tuning.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").LossesMessage["data"]} Losses
 * @typedef {import("./messages").LookMessage["data"]} Look
 * @typedef {import("./messages").DivergedMessage["data"]} Diverged
 * @typedef {import("./messages").WeighedMessage["data"]} Weighed
 * @typedef {import("../../kit/messages").ChangedMessage["data"]} Changed
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Losses | null} losses
 * @property {Look[]} looks
 * @property {Diverged[]} breaks
 * @property {Changed[]} changes
 * @property {Weighed | null} weighed
 *
 * @typedef {object} View
 * @property {Content | null} content  of the session on screen
 * @property {boolean} old  a newer one is on its way, of which nothing has come yet
 * @property {number} index  of the look that is shown
 * @property {Look | null} look
 * @property {number} updates  that were made
 * @property {number} weight  that is chosen in the samples at several
 */

import { newest, oneByOne, pointByPoint, ruled } from "../../kit/reducers.js";
import { shownRun } from "../../kit/shown.js";

export const reduceRuns = ruled({ begin: newest("begin"), losses: pointByPoint("losses"), looks: oneByOne("look"),
  breaks: oneByOne("diverged"), changes: oneByOne("changed"), weighed: newest("weighed") },
  (/** @type {Content} */ { begin, looks }) => begin !== null && looks.length > 0);

/** @param {Content | null} content */
export const updatesOf = (content) => Math.max((content?.losses?.at.data.at(-1) ?? -1) + 1, content?.looks.at(-1)?.update ?? 0);

/**
 * @param {import("../../kit/runs.js").Runs<Content>} runs
 * @param {{ look: number | null, weight: number }} chosen
 * @returns {View}
 */
export function viewOf(runs, { look: wanted, weight }) {
  const { content, old } = shownRun(runs);
  const looks = content?.looks ?? [];
  const index = wanted === null ? looks.length - 1 : Math.max(0, looks.findLastIndex(({ at }) => at <= wanted));
  return { content, old, index, look: looks[index] ?? null, updates: updatesOf(content), weight };
}
