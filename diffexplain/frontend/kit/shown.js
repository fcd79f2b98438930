/** Which run is on screen, which of its steps, and what is said of where the newest one stands: the same in all explorers. */

import { isBusy, isOver } from "./runs.js";

/**
 * @template Content
 * @typedef {object} Shown
 * @property {Content | null} content  the run on screen
 * @property {number} run  its number
 * @property {Content | null} ghost  the complete run before, where another one is shown
 * @property {boolean} busy  the run on screen goes on
 * @property {boolean} old  a newer one is on its way, of which nothing can be shown yet
 */

/**
 * The run on screen: the newest of which something has come; the last complete one before that, and when the newest fails.
 * @template Content
 * @param {import("./runs.js").Runs<Content>} runs
 * @param {(content: Content) => boolean} [come]  whether something of a run can be shown
 * @returns {Shown<Content>}
 */
export function shownRun({ current, last }, come = (content) => Boolean(/** @type {any} */ (content).begin)) {
  const begun = current && come(current.content) ? current : null;
  const shown = begun && !(isOver(begun.status) && last) ? begun : last;
  return { content: shown?.content ?? null, run: shown?.number ?? 0, ghost: last && last !== shown ? last.content : null,
    busy: isBusy(shown?.status), old: shown !== current && isBusy(current?.status) };
}

/**
 * The kept run, for a view that shows it beside the one on screen: null where none is kept, or where it is that one.
 * @template Content
 * @param {import("./runs.js").Runs<Content>} runs
 * @param {number} shown  number of the run on screen
 */
export const keptBeside = ({ kept }, shown) => (kept && kept.number !== shown ? kept : null);

/**
 * The selected one of some steps.
 * @param {number | null} wanted  negative ones count from the end, as in Python; null for the one in the middle
 * @param {number} count
 * @param {number | null} [newest]  the last that has come while more do: whoever has selected the end follows the run, and the middle as far
 *   as there
 */
export function selectedOf(wanted, count, newest = null) {
  const asked = wanted === null
    ? Math.min(Math.floor(count / 2), newest ?? count)
    : wanted >= 0
    ? wanted
    : newest ?? count + wanted;
  return Math.max(0, Math.min(asked, count - 1));
}

/** What to select so that the last step stays the last when their number changes. @param {number} index @param {number} count */
export const fromEnd = (index, count) => (index === count - 1 ? -1 : index);

/**
 * Where the newest run stands: the explorer's own words for a state, else those of all explorers.
 * @template Content
 * @param {Pick<import("./shell.js").Page<Content, any>, "runs" | "kit">} page
 * @param {Partial<Record<import("./runs.js").Status["state"], (content: Content) => string | null>>} own  null: those of all explorers
 */
export function stateWords({ runs, kit }, own) {
  const { current } = runs.get();
  if (!current) return "";
  const { state } = current.status;
  return own[state]?.(current.content) ?? /** @type {Record<string, any>} */ (kit.state)[state] ?? "";
}
