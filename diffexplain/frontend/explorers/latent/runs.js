/**
 * What a page knows of a run of the latent explorer.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").RestoredMessage["data"]} Restored
 * @typedef {import("./messages").ChangedMessage["data"]} Changed
 * @typedef {object} Content
 * @property {Record<string, import("./messages").ProgressMessage["data"]>} progress  by task
 * @property {Begin | null} begin
 * @property {Restored | null} restored
 * @property {Changed | null} changed
 * @property {import("./messages").BlendedMessage["data"] | null} blended
 * @property {import("./messages").NoisedMessage["data"] | null} noised
 * @property {import("./messages").SpreadMessage["data"] | null} spread
 * @property {import("./messages").SizesMessage["data"] | null} sizes
 * @property {import("./messages").ChanceMessage["data"] | null} chance
 * @property {import("./messages").CostMessage["data"] | null} cost
 * @typedef {import("../../kit/runs.js").Runs<Content>} LatentRuns
 */

import { byNumber, newest, ruled } from "../../kit/reducers.js";
import { shownRun } from "../../kit/shown.js";

export const PARTS = /** @type {const} */ (["restored", "changed", "blended", "noised", "spread", "sizes", "chance", "cost"]);

export const reduceRuns = ruled(
  /** @type {any} */ ({ progress: byNumber("progress", "task"), begin: newest("begin"),
    ...Object.fromEntries(PARTS.map((part) => [part, newest(part)])) }),
  (/** @type {Content} */ content) => content.restored !== null,
);

/**
 * What is on screen: of the newest run what has come, and until then of the run before what would be the same again.
 * @param {LatentRuns} runs
 * @returns {{ content: Content | null, old: boolean }}
 */
export function viewOf(runs) {
  const { content, ghost, old } = shownRun(runs);
  const [now, before] = [content?.begin?.request, ghost?.begin?.request];
  if (!content || !ghost || !now || !before) return { content, old };
  const { picture, other, seed } = now;
  if (before.picture !== picture || before.other !== other || before.seed !== seed) return { content, old };
  return { content: { ...content, ...Object.fromEntries(PARTS.map((part) => [part, content[part] ?? ghost[part]])) }, old };
}
