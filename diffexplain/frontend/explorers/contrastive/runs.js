/**
 * What a page knows of a contrastive session.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").LossesMessage["data"]} Losses
 * @typedef {import("./messages").MomentMessage["data"]} Moment
 * @typedef {import("./messages").ApartMessage["data"]} Apart
 * @typedef {import("./messages").DivergedMessage["data"]} Diverged
 * @typedef {import("./messages").ShippedMessage["data"]} Shipped
 * @typedef {import("../../kit/messages").ChangedMessage["data"]} Changed
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Losses | null} losses
 * @property {Moment[]} moments
 * @property {Apart | null} apart
 * @property {Diverged[]} breaks
 * @property {Shipped | null} shipped
 * @property {Changed[]} changes  of what may change on the way
 */

import { newest, oneByOne, pointByPoint, ruled } from "../../kit/reducers.js";
import { shownRun } from "../../kit/shown.js";

export const reduceRuns = ruled({ begin: newest("begin"), losses: pointByPoint("losses"), moments: oneByOne("moment"),
  apart: newest("apart"), breaks: oneByOne("diverged"), shipped: newest("shipped"), changes: oneByOne("changed") },
  (/** @type {Content} */ content) => content.moments.length > 0);

/** How many updates were made. @param {Content | null} content */
export const updatesOf = (content) =>
  Math.max((content?.losses?.at.data.at(-1) ?? -1) + 1, content?.moments.at(-1)?.update ?? 0);

/** Value of a live field as the newest update found it. @param {Content} content @param {string} name */
export function valueOf({ changes }, name) {
  const last = changes.findLast(({ field }) => field === name);
  return last ? JSON.parse(last.value) : undefined;
}

/**
 * The moment that is selected: by its number in the series of which some are kept; null stands for the newest.
 * @param {import("../../kit/runs.js").Runs<Content>} runs
 * @param {number | null} wanted
 */
export function viewOf(runs, wanted) {
  const { content } = shownRun(runs, ({ begin, moments }) => begin !== null && moments.length > 0);
  const moments = content?.moments ?? [];
  const last = moments.length - 1;
  const at = wanted === null ? last : wanted < 0 ? Math.max(0, last + 1 + wanted) : placeOf(moments, wanted);
  return { content, index: at, count: moments.length, moment: moments[at] ?? null };
}

/** @param {Moment[]} moments @param {number} number */
const placeOf = (moments, number) => Math.max(0, moments.findLastIndex(({ at }) => at <= number));
