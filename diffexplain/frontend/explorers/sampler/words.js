/**
 * Plain sentences, each chosen from what this run has measured; and the numbers at the cursor.
 *
 * @typedef {import("./text.js").Text} Text
 * @import { View, Measure } from "./derive.js"
 */

import { percent } from "../../kit/format.js";
import { lookAt, settledAfter, spread } from "./derive.js";
import { level, range } from "./text.js";

const ELSEWHERE = 0.002; // long runs that end further apart than this are worth a sentence

/** Share of noise in the noisy latents at a log-SNR. @param {number} logSnr */
export const noiseShare = (logSnr) => 1 / (1 + Math.exp(logSnr));

const byValue = (/** @type {{ value: number }} */ one, /** @type {{ value: number }} */ other) => one.value - other.value;

/** Distances of all rows that stand at the cursor. @param {View} view @param {Measure} measure */
export const distancesHere = ({ content, axis, place }, measure) =>
  (content?.ways ?? []).flatMap((way, row) => {
    const look = lookAt(way, axis, place);
    const value = look?.[measure];
    return look && typeof value === "number" ? [{ row, look, value }] : [];
  });

/** What is seen at the place of the cursor. @param {Text} text @param {View} view */
export function hereLine(text, view) {
  const { content, axis, place, stops, row } = view;
  if (!content?.begin || !stops.length) return text.foot.waiting;
  const { rows } = content.begin;
  const looks = content.ways.map((way) => lookAt(way, axis, place));
  if (looks.every((one) => !one || one.index === 0)) return text.foot.here(text.at[axis](place), text.foot.same);
  const look = looks[row ?? -1] ?? looks.find(Boolean);
  const logSnr = axis === "log_snr" ? place : (look?.logSnr ?? 0);
  const distances = distancesHere(view, "along").sort(byValue);
  const own = distances.find((one) => one.row === row);
  const [best, worst] = [distances[0], distances[distances.length - 1]];
  const compared = own
    ? text.foot.ofRow(rows[own.row].label, own.value)
    : distances.length > 1
    ? text.foot.between2(rows[best.row].label, best.value, rows[worst.row].label, worst.value)
    : "";
  return text.sentences([text.foot.here(text.at[axis](place), text.foot.noise(percent(noiseShare(logSnr)))), compared]);
}

/** Who ends where, and why. @param {Text} text @param {View} view @returns {string[]} */
export function endLines({ foot }, { content }) {
  if (!content?.begin || !content.end) return [];
  const { begin: { rows }, end, long } = content;
  const names = (/** @type {number[]} */ those) => those.map((at) => rows[at].label);
  const lines = end.groups.filter((group) => group.length > 1).map((group) => {
    const most = spread(end.matrix, group)[1];
    const fresh = group.every((at) => rows[at].fresh);
    if (most < 5e-4) return (fresh ? foot.equalFresh : foot.equal)(names(group));
    return (fresh ? foot.alikeFresh : foot.alike)(names(group), most);
  });
  if (!long) return lines;
  const order = Array.from(long.final.data, (value, row) => ({ row, value })).sort(byValue);
  const fresh = order.filter(({ row }) => rows[row].fresh);
  for (const far of [true, false]) {
    const those = fresh.filter(({ value }) => value >= end.threshold === far);
    if (!those.length) continue;
    const distance = foot.between(those[0].value, those[those.length - 1].value);
    lines.push((far ? foot.fresh : foot.freshNear)(names(those.map(({ row }) => row)), distance));
  }
  const [best, ...others] = order.filter(({ row }) => !rows[row].fresh);
  const costs = (
    /** @type {typeof best} */ { row, value },
  ) => /** @type {const} */ ([rows[row].label, value, end.rows[row].evaluations]);
  const worst = others.at(-1);
  if (best) lines.push(worst ? foot.nearest(...costs(best), ...costs(worst)) : foot.coarse(...costs(best)));
  long.runs.forEach((run, at) => {
    const those = [...rows.keys()].filter((row) => long.of_row[row] === at && !rows[row].fresh);
    if (at > 0 && those.length && long.apart.data[at] >= ELSEWHERE)
      lines.push(foot.starts(names(those), run.timestep, long.runs[0].timestep, long.apart.data[at]));
  });
  return lines;
}

/** What the chart of distances says. @param {Text} text @param {View} view @param {Measure} measure */
export function distanceLine(text, { content, busy }, measure) {
  if (!content?.begin || !content.end) return text.distance.pending;
  const { begin: { rows }, end: { threshold }, ways, long } = content;
  const { lines, pending, waiting, stopped } = text.distance;
  if (measure === "toOwn") {
    const settled = ways.flatMap((way, row) => {
      const value = settledAfter(way, threshold);
      return value === null ? [] : [{ row, value }];
    }).sort(byValue);
    if (!settled.length) return pending;
    const values = settled.map(({ row, value }) => lines.settledAt(rows[row].label, value, ways[row].looks.length));
    return text.sentences([lines.settled(text.list(values), percent(threshold)), lines.later]);
  }
  if (!long) return busy ? waiting : stopped;
  if (measure === "toEnd") return lines.toEnd;
  const fresh = rows.filter((row) => row.fresh).map((row) => row.label);
  const { evaluations } = long.runs[0];
  return fresh.length ? lines.along(text.list(fresh), evaluations) : lines.alongAll(evaluations);
}

/** The numbers at the cursor, with how they come about. @param {Text} text @param {View} view @returns {Record<keyof Text["facts"], [string, string]>} */
export function numbers({ formulas }, { content, axis, place, row, stops }) {
  const way = content?.ways[row ?? 0];
  const at = axis === "log_snr" ? place : ((way && lookAt(way, axis, place)?.logSnr) ?? NaN);
  const there = stops.length > 0 && Number.isFinite(at);
  return { logSnr: [there ? level(at) : "–", formulas.logSnr], noise: [there ? percent(noiseShare(at)) : "–", formulas.noise],
    end: [content?.end ? range(Math.max(...content.end.matrix.data)) : "–", formulas.end],
    long: [content?.long ? String(content.long.runs[0].evaluations) : "–", formulas.long] };
}
