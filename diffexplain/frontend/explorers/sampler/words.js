/** Plain sentences, each chosen from what this run has measured; and the numbers at the cursor. */

import { percent } from "../../kit/format.js";
import { lookAt, settledAfter, spread } from "./derive.js";
import { level as levelWords, range } from "./text.js";

const ELSEWHERE = 0.002; // long runs that end further apart than this are worth a sentence

/** Share of noise in the noisy latents at a log-SNR. @param {number} logSnr */
export const noiseShare = (logSnr) => 1 / (1 + Math.exp(logSnr));

/** @param {import("./view.js").View} view */
const labels = ({ content }) => (content?.begin?.rows ?? []).map(({ label }) => label);

/** Distances of all rows that stand at the cursor, by name of the measure. @param {import("./view.js").View} view @param {import("./derive.js").Measure} measure */
export function distancesHere({ content, axis, place }, measure) {
  return (content?.ways ?? []).flatMap((way, row) => {
    const look = lookAt(way, axis, place);
    const value = look?.[measure];
    return look && typeof value === "number" ? [{ row, look, value }] : [];
  });
}

/**
 * What is seen at the place of the cursor.
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view
 */
export function hereLine(text, view) {
  const { content, axis, place, stops, row } = view;
  if (!content?.begin || !stops.length) return text.foot.waiting;
  const names = labels(view);
  const looks = content.ways.map((way) => lookAt(way, axis, place));
  if (looks.every((one) => !one || one.index === 0)) return text.foot.here(text.at[axis](place), text.foot.same);
  const look = looks[row ?? looks.findIndex(Boolean)] ?? looks.find(Boolean);
  const level = axis === "log_snr" ? place : (look?.logSnr ?? 0);
  const distances = distancesHere(view, "along").sort((one, other) => one.value - other.value);
  const own = distances.find((one) => one.row === row);
  const [best, worst] = [distances[0], distances[distances.length - 1]];
  const compared = own
    ? text.foot.ofRow(names[own.row], own.value)
    : distances.length > 1
    ? text.foot.between2(names[best.row], best.value, names[worst.row], worst.value)
    : "";
  return text.sentences([text.foot.here(text.at[axis](place), text.foot.noise(percent(noiseShare(level)))), compared]);
}

/**
 * Who ends where, and why.
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view
 * @returns {string[]}
 */
export function endLines(text, view) {
  const { content } = view;
  if (!content?.begin || !content.end) return [];
  const { rows } = content.begin;
  const names = labels(view);
  const { end, long } = content;
  const lines = end.groups.filter((group) => group.length > 1).map((group) => {
    const most = spread(end.matrix, group)[1];
    const those = group.map((at) => names[at]);
    const fresh = group.every((at) => rows[at].fresh);
    if (most < 5e-4) return (fresh ? text.foot.equalFresh : text.foot.equal)(those);
    return (fresh ? text.foot.alikeFresh : text.foot.alike)(those, most);
  });
  if (!long) return lines;
  const final = Array.from(long.final.data);
  const fresh = rows.map((_, at) => at).filter((at) => rows[at].fresh);
  for (const far of [true, false]) {
    const those = fresh.filter((at) => final[at] >= end.threshold === far).sort((a, b) => final[a] - final[b]);
    if (!those.length) continue;
    const distance = text.foot.between(final[those[0]], final[/** @type {number} */ (those.at(-1))]);
    lines.push((far ? text.foot.fresh : text.foot.freshNear)(those.map((at) => names[at]), distance));
  }
  const plain = rows.map((_, at) => at).filter((at) => !rows[at].fresh).sort((a, b) => final[a] - final[b]);
  const [best, worst] = [plain[0], plain[plain.length - 1]];
  const cost = (/** @type {number} */ at) => end.rows[at].evaluations;
  if (plain.length > 1)
    lines.push(text.foot.nearest(names[best], final[best], cost(best), names[worst], final[worst], cost(worst)));
  else if (plain.length === 1) lines.push(text.foot.coarse(names[best], final[best], cost(best)));
  long.runs.forEach((run, at) => {
    const those = rows.map((_, row) => row).filter((row) => long.of_row[row] === at && !rows[row].fresh);
    if (at > 0 && those.length && long.apart.data[at] >= ELSEWHERE)
      lines.push(text.foot.starts(those.map((row) => names[row]), run.timestep, long.runs[0].timestep, long.apart.data[at]));
  });
  return lines;
}

/**
 * What the chart of distances says.
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view
 * @param {import("./derive.js").Measure} measure
 */
export function distanceLine(text, view, measure) {
  const { content } = view;
  if (!content?.begin || !content.end) return text.distance.pending;
  const names = labels(view);
  const { lines } = text.distance;
  if (measure === "toOwn") {
    const settled = content.ways.map((way) => settledAfter(way, content.end?.threshold ?? 0));
    const order = settled.map((_, at) => at).filter((at) => settled[at] !== null).sort((a, b) =>
      /** @type {number} */ (settled[a]) - /** @type {number} */ (settled[b])
    );
    if (!order.length) return text.distance.pending;
    const values = order.map((at) =>
      lines.settledAt(names[at], /** @type {number} */ (settled[at]), content.ways[at].looks.length)
    );
    return text.sentences([lines.settled(text.list(values), percent(content.end.threshold)), lines.later]);
  }
  if (!content.long) return view.busy ? text.distance.waiting : text.distance.stopped;
  if (measure === "toEnd") return lines.toEnd;
  const fresh = content.begin.rows.filter((row) => row.fresh).map((row) => row.label);
  const { evaluations } = content.long.runs[0];
  return fresh.length ? lines.along(text.list(fresh), evaluations) : lines.alongAll(evaluations);
}

/**
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view
 * @returns {Record<keyof import("./text.js").Text["facts"], [string, string]>}
 */
export function numbers({ formulas }, { content, axis, place, row, stops }) {
  const way = content?.ways[row ?? 0];
  const at = axis === "log_snr" ? place : ((way && lookAt(way, axis, place)?.logSnr) ?? NaN);
  const there = stops.length > 0 && Number.isFinite(at);
  return { logSnr: [there ? levelWords(at) : "–", formulas.logSnr],
    noise: [there ? percent(noiseShare(at)) : "–", formulas.noise],
    end: [content?.end ? range(Math.max(...content.end.matrix.data)) : "–", formulas.end],
    long: [content?.long ? String(content.long.runs[0].evaluations) : "–", formulas.long] };
}
