/**
 * What a page knows of four models in training. Where there is something of each, it is in the order of `MODELS`.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").LossesMessage["data"]} Losses
 * @typedef {import("./messages").LookMessage["data"]} Look
 * @typedef {import("./messages").PlaneMessage["data"]} Plane
 * @typedef {import("./messages").SpentMessage["data"]} Spent
 * @typedef {import("./messages").DivergedMessage["data"]} Diverged
 * @typedef {import("../../kit/messages").ChangedMessage["data"]} Changed
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Losses | null} losses
 * @property {Look[]} looks
 * @property {Plane | null} plane
 * @property {Spent | null} spent
 * @property {Diverged[]} breaks
 * @property {Changed[]} changes
 *
 * @typedef {object} View
 * @property {Content | null} content  of the session on screen
 * @property {boolean} old  a newer one is on its way, of which nothing has come yet
 * @property {number} index  of the look that is shown
 * @property {Look | null} look
 * @property {number} updates  that were made
 * @property {{ row: number, column: number }} place  of the latent planes, from the top left
 */

import { newest, oneByOne, pointByPoint, ruled } from "../../kit/reducers.js";
import { shownRun } from "../../kit/shown.js";

export const MODELS = /** @type {const} */ (["autoencoder", "vae", "gan", "diffusion"]);
/** How many places of the latent plane are decoded along each side. */
export const PLACES = 11;

export const reduceRuns = ruled({ begin: newest("begin"), losses: pointByPoint("losses"), looks: oneByOne("look"),
  plane: newest("plane"), spent: newest("spent"), breaks: oneByOne("diverged"), changes: oneByOne("changed") },
  (/** @type {Content} */ { begin, looks }) => begin !== null && looks.length > 0);

/** @param {Content | null} content */
export const updatesOf = (content) => Math.max((content?.losses?.at.data.at(-1) ?? -1) + 1, content?.looks.at(-1)?.update ?? 0);

/**
 * @param {import("../../kit/runs.js").Runs<Content>} runs
 * @param {{ look: number | null, across: number, up: number }} chosen
 * @returns {View}
 */
export function viewOf(runs, { look: wanted, across, up }) {
  const { content, old } = shownRun(runs);
  const looks = content?.looks ?? [];
  const index = wanted === null ? looks.length - 1 : Math.max(0, looks.findLastIndex(({ at }) => at <= wanted));
  return { content, old, index, look: looks[index] ?? null, updates: updatesOf(content),
    place: { row: PLACES - 1 - up, column: across } };
}
