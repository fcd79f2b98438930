/**
 * What a page knows of a training.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").LossesMessage["data"]} Losses
 * @typedef {import("./messages").ExamplesMessage["data"]} Examples
 * @typedef {import("./messages").ProbeMessage["data"]} Probe
 * @typedef {import("./messages").SheetMessage["data"]} Sheet
 * @typedef {import("./messages").DivergedMessage["data"]} Diverged
 * @typedef {import("../../kit/messages").ChangedMessage["data"]} Changed
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Losses | null} losses
 * @property {Examples | null} examples
 * @property {Probe[]} probes
 * @property {Sheet[]} sheets
 * @property {Diverged[]} breaks
 * @property {Changed[]} changes
 *
 * @typedef {object} View
 * @property {Content | null} content  of the session on screen
 * @property {boolean} old  a newer one is on its way, of which nothing has come yet
 * @property {number} index  of the sheet that is shown
 * @property {boolean} isNewest  whether that is the last one
 * @property {Sheet | null} sheet
 * @property {Probe | null} probe  the last look before it, or the newest with the newest sheet
 * @property {number} level  which of the fixed noise levels
 * @property {number} updates  that were made
 */

import { lookAt } from "../../kit/learning.js";
import { newest, oneByOne, pointByPoint, ruled } from "../../kit/reducers.js";
import { shownRun } from "../../kit/shown.js";

export const reduceRuns = ruled({ begin: newest("begin"), losses: pointByPoint("losses"), examples: newest("examples"),
  probes: oneByOne("probe"), sheets: oneByOne("sheet"), breaks: oneByOne("diverged"), changes: oneByOne("changed") },
  (/** @type {Content} */ { begin, sheets }) => begin !== null && sheets.length > 0);

/** @param {Content | null} content */
export const updatesOf = (content) =>
  Math.max((content?.losses?.at.data.at(-1) ?? -1) + 1, content?.probes.at(-1)?.update ?? 0);

/**
 * @param {import("../../kit/runs.js").Runs<Content>} runs
 * @param {{ sheet: number | null, level: number }} chosen
 * @returns {View}
 */
export function viewOf(runs, { sheet: wanted, level }) {
  const { content, old } = shownRun(runs);
  const sheets = content?.sheets ?? [];
  const last = sheets.length - 1;
  const index = wanted === null ? last : Math.max(0, sheets.findLastIndex(({ at }) => at <= wanted));
  const sheet = sheets[index] ?? null;
  const probe = lookAt(content?.probes ?? [], index === last ? null : sheet?.update ?? null);
  return { content, old, index, isNewest: index === last, sheet, probe, level, updates: updatesOf(content) };
}
