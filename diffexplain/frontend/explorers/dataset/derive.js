/**
 * Everything the page computes from the scores: what a threshold keeps and loses, at any threshold, and of whom. Plain numbers.
 *
 * @typedef {"right" | "noisy" | "detail" | "mismatched" | "filler"} Kind
 * @typedef {object} Pair
 * @property {number} at  among all pairs
 * @property {number} score  cosine of picture and caption
 * @property {Kind} kind
 * @property {boolean} right  picture and caption belong together
 * @property {boolean} chinese
 * @property {boolean} unseen
 * @property {string} caption
 * @property {import("../../kit/tiles.js").Tile} tile
 *
 * @typedef {{ keptRight: number, keptWrong: number, lostRight: number, lostWrong: number }} Outcome
 */

import { remembered } from "../../kit/memo.js";
import { shownRun } from "../../kit/shown.js";

export const KINDS = /** @type {Kind[]} */ (["right", "noisy", "detail", "mismatched", "filler"]);
export const MARKS = [0.28, 0.3]; // of LAION-5B's English part and of LAION-400M
const STEP = 0.025; // of a bar
const COURSE = 101; // thresholds that are tried along the axis

/** All pairs that have come. @param {import("./runs.js").Batch[]} batches @returns {Pair[]} */
export const pairsOf = (batches) =>
  remembered(batches, "pairs", () =>
    batches.flatMap(({ scores, kinds, chinese, unseen, captions, pictures }) =>
      captions.map((caption, at) => ({ score: scores.data[at], kind: KINDS[kinds.data[at]], right: kinds.data[at] < 2,
        chinese: chinese.data[at] === 1, unseen: unseen.data[at] === 1, caption, tile: { sheet: pictures, at, exact: true } })
      )
    ).map((pair, at) => ({ ...pair, at })));

/** @param {Pair[]} pairs @param {number} threshold @returns {Outcome} */
export function outcomeOf(pairs, threshold) {
  const found = { keptRight: 0, keptWrong: 0, lostRight: 0, lostWrong: 0 };
  for (const { score, right } of pairs) {
    if (score >= threshold) found[right ? "keptRight" : "keptWrong"] += 1;
    else found[right ? "lostRight" : "lostWrong"] += 1;
  }
  return found;
}

/** Precision, recall and the share that is kept; NaN where there is nothing to share. @param {Outcome} outcome */
export function measuresOf({ keptRight, keptWrong, lostRight, lostWrong }) {
  const kept = keptRight + keptWrong;
  return { precision: keptRight / kept, recall: keptRight / (keptRight + lostRight),
    kept: kept / (kept + lostRight + lostWrong) };
}

/** The middle one; NaN of none. @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** From which cosine to which the axis goes: whole tenths around all that stands on it. @param {number[]} values @returns {[number, number]} */
export function domainOf(values) {
  const all = [...values, ...MARKS];
  return [Math.floor(Math.min(...all) * 10 - 1e-9) / 10, Math.ceil(Math.max(...all) * 10 + 1e-9) / 10];
}

/** How many scores are in each bar of the axis. @param {number[]} scores @param {[number, number]} domain */
export function countsOf(scores, [low, high]) {
  const counts = new Array(Math.round((high - low) / STEP)).fill(0);
  for (const score of scores) counts[Math.max(0, Math.min(counts.length - 1, Math.floor((score - low) / STEP)))] += 1;
  return counts;
}

/** Measures along the axis. @param {Pair[]} pairs @param {[number, number]} domain */
export function courseOf(pairs, [low, high]) {
  const x = Array.from({ length: COURSE }, (_, at) => low + ((high - low) * at) / (COURSE - 1));
  const all = x.map((threshold) => measuresOf(outcomeOf(pairs, threshold)));
  return { x, precision: all.map(({ precision }) => precision), recall: all.map(({ recall }) => recall),
    kept: all.map(({ kept }) => kept) };
}

/**
 * The pairs of one quarter that lie nearest to the threshold: those about which the filter was least sure.
 * @param {Pair[]} pairs @param {number} threshold @param {boolean} kept @param {boolean} right @param {number} most
 */
export const nearest = (pairs, threshold, kept, right, most) =>
  pairs.filter((pair) => pair.right === right && pair.score >= threshold === kept).sort((one, other) =>
    Math.abs(one.score - threshold) - Math.abs(other.score - threshold)
  ).slice(0, most);

/** @typedef {"english" | "chinese" | "seen" | "unseen" | "clean" | "noisy" | "mismatched" | "detail" | "filler"} GroupName */

/** Of whom one may ask how many stay; `right`: of right pairs alone, or of wrong ones. */
export const GROUPS =
  /** @type {Record<GroupName, { right: boolean, of: (pair: Pair) => boolean }>} */ ({
    english: { right: true, of: ({ chinese }) => !chinese },
    chinese: { right: true, of: ({ chinese }) => chinese },
    seen: { right: true, of: ({ unseen }) => !unseen },
    unseen: { right: true, of: ({ unseen }) => unseen },
    clean: { right: true, of: ({ kind }) => kind === "right" },
    noisy: { right: true, of: ({ kind }) => kind === "noisy" },
    mismatched: { right: false, of: ({ kind }) => kind === "mismatched" },
    detail: { right: false, of: ({ kind }) => kind === "detail" },
    filler: { right: false, of: ({ kind }) => kind === "filler" },
  });

/**
 * Of each group that there is how many there are, their mean score, and the share that stays.
 * @param {Pair[]} pairs @param {number} threshold
 */
export function groupsOf(pairs, threshold) {
  const names = /** @type {GroupName[]} */ (Object.keys(GROUPS));
  return names.map((name) => {
    const { right, of } = GROUPS[name];
    const own = pairs.filter((pair) => pair.right === right && of(pair));
    const mean = own.reduce((sum, { score }) => sum + score, 0) / own.length;
    return { name, right, count: own.length, mean, kept: own.filter(({ score }) => score >= threshold).length / own.length };
  }).filter(({ count }) => count > 0);
}

/**
 * What is on screen. A newer run is shown as soon as some of its pairs have come.
 * @param {import("./runs.js").DatasetRuns} runs
 * @param {{ threshold: number }} chosen
 */
export function viewOf(runs, { threshold }) {
  const { content, run, old } = shownRun(runs, ({ batches }) => batches.length > 0);
  const pairs = content ? pairsOf(content.batches) : [];
  const scores = pairs.map(({ score }) => score);
  const mine = content?.mine ?? null;
  const domain = domainOf([...scores, ...(mine ? [mine.score] : [])]);
  return { content, run, old, pairs, mine, domain, threshold, outcome: outcomeOf(pairs, threshold),
    sets: /** @type {import("./messages").DataSet[]} */ (runs.lasting?.sets?.sets ?? []) };
}

/** @typedef {ReturnType<typeof viewOf>} View */
