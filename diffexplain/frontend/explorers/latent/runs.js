/**
 * What a page knows of a run of the latent explorer.
 *
 * @import { Begin, Restored, Changed } from "./messages"
 * @typedef {object} Content
 * @property {Record<string, import("./messages").Progress>} progress  by task
 * @property {Begin | null} begin
 * @property {Restored | null} restored
 * @property {Changed | null} changed
 * @property {import("./messages").Blended | null} blended
 * @property {import("./messages").Noised | null} noised
 * @property {import("./messages").Spread | null} spread
 * @property {import("./messages").Sizes | null} sizes
 * @property {import("./messages").Chance | null} chance
 * @property {import("./messages").Cost | null} cost
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
