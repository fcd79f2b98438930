/**
 * What is on screen, made anew for each change, and what is read off it: places on the shared axis, who stands where, when a picture is
 * settled. Plain data, no page.
 *
 * @import { Content, Look, Way } from "./runs.js"
 * @typedef {"log_snr" | "evaluations"} Axis
 * @typedef {"along" | "toEnd" | "toOwn"} Measure
 * @typedef {{ position: number, index: number, picture: import("../../kit/protocol.js").Picture, coarse: boolean }} Shot  a predicted
 *   original on the axis, and which evaluation it is of; coarse: one pixel a latent pixel
 *
 * @typedef {object} View
 * @property {Content | null} content
 * @property {boolean} old  a newer run is on its way, of which nothing has come yet
 * @property {boolean} busy  the run on screen goes on
 * @property {Axis} axis
 * @property {[number, number]} domain  of the axis
 * @property {number[]} stops  places where someone has looked
 * @property {number} stop  the selected one
 * @property {number} place  where that is
 * @property {number | null} row  the highlighted sampler
 * @property {{ family: string, dash: string }[]} strokes  of the rows' lines
 * @property {number[]} groups  which group each row ends in; empty before its end
 */

import { DASHES as FEW } from "../../kit/line_chart.js";
import { isBusy } from "../../kit/runs.js";
import { shownRun } from "../../kit/shown.js";
import { nearestIndex } from "../../kit/tensors.js";

const NEAR = 1e-4; // two levels that differ by less are one place

/** Where a look stands on the axis. @param {Look} look @param {Axis} axis */
export const placeOf = (look, axis) => (axis === "evaluations" ? look.index + 1 : look.logSnr);

/** The ends of the axis. @param {Content | null} content @param {Axis} axis @returns {[number, number]} */
export function domainOf(content, axis) {
  if (!content?.begin) return axis === "evaluations" ? [1, 20] : [-5, 7];
  if (axis === "log_snr") return [content.begin.limits.data[0], content.begin.limits.data[1]];
  const counts = content.ways.map(({ count, looks }) => Math.max(count, looks.length));
  return [1, Math.max(2, content.begin.request.steps, ...counts)];
}

/** A place as a share of the axis. @param {number} place @param {[number, number]} domain */
export const shareOf = (place, [low, high]) => Math.max(0, Math.min(1, (place - low) / (high - low || 1)));

/** All places where any sampler looks, rising. @param {Content | null} content @param {Axis} axis @returns {number[]} */
export function stopsOf(content, axis) {
  const all = (content?.ways ?? []).flatMap(({ looks }) => looks.map((look) => placeOf(look, axis))).sort((a, b) => a - b);
  return all.filter((place, at) => at === 0 || place - all[at - 1] > NEAR);
}

/** The stop nearest to a place; the last one for null. @param {number[]} stops @param {number | null} place */
export const stopAt = (stops, place) => (place === null ? Math.max(0, stops.length - 1) : nearestIndex(stops, place));

/** The last look that a sampler has taken up to a place; null before its first. @param {Way} way @param {Axis} axis @param {number} place @returns {Look | null} */
export const lookAt = (way, axis, place) => way.looks.findLast((look) => placeOf(look, axis) <= place + NEAR) ?? null;

/** The best picture of a look that has come. @param {Look} look */
export const pictureOf = (look) => look.image ?? look.preview ?? null;

/** The pictures of a sampler's looks along the axis. @param {Look[]} looks @param {Axis} axis @returns {Shot[]} */
export const shotsOf = (looks, axis) =>
  looks.flatMap((look) => {
    const picture = pictureOf(look);
    return picture ? [{ position: placeOf(look, axis), index: look.index, picture, coarse: !look.image }] : [];
  });

/** Those of a long run, by noise level. @param {import("./messages").Long["runs"][number]} [run] @returns {Shot[]} */
export const shotsOfLong = (run) =>
  run ? run.images.map((picture, index) => ({ position: run.log_snr.data[index], index, picture, coarse: false })) : [];

/**
 * A strip of cells, each with the last picture that lies within it, null where none does; at the cursor the last one up to there.
 * @param {Shot[]} shots
 * @param {number} place
 * @param {[number, number]} domain
 * @param {number} count  of cells
 */
export function stripOf(shots, place, domain, count) {
  const cells = /** @type {(Shot | null)[]} */ (Array.from({ length: count }, () => null));
  const cellAt = (/** @type {Shot} */ { position }) => Math.min(count - 1, Math.floor(shareOf(position, domain) * count));
  const here = shots.findLast(({ position }) => position <= place + NEAR) ?? null;
  const selected = here ? cellAt(here) : -1;
  for (const shot of shots) cells[cellAt(shot)] = shot;
  if (here) cells[selected] = here;
  return { here, cells, selected };
}

/**
 * After how many evaluations a sampler's predicted original stays within a distance of its own finished picture; null where that is not known.
 * @param {Way} way
 * @param {number} threshold
 */
export function settledAfter(way, threshold) {
  const measured = way.looks.filter((look) => typeof look.toOwn === "number");
  if (!measured.length || way.looks.length < way.count) return null;
  const last = measured.findLastIndex((look) => /** @type {number} */ (look.toOwn) >= threshold);
  return measured[last + 1] ? measured[last + 1].index + 1 : null;
}

/** The largest and the smallest distance between any two of some rows. @param {import("../../kit/protocol.js").Tensor} matrix @param {number[]} rows @returns {[number, number]} */
export function spread({ data, shape }, rows) {
  const values = rows.flatMap((one, at) => rows.slice(at + 1).map((other) => data[one * shape[1] + other]));
  return values.length ? [Math.min(...values), Math.max(...values)] : [0, 0];
}

/** Which group each row is in. @param {number[][]} groups @returns {number[]} */
export function groupOf(groups) {
  const of = /** @type {number[]} */ ([]);
  groups.forEach((group, at) => group.forEach((row) => (of[row] = at)));
  return of;
}

/** A group's letter. @param {number} group */
export const letterOf = (group) => String.fromCharCode(65 + group);

/** One colour a family, one dash a member: lines stay apart without colour, too. */
const DASHES = [...FEW, "12 3"];

/** The look of each row's line. @param {{ family: string }[]} rows */
export const strokesOf = (rows) =>
  rows.map(({ family }, at) => {
    const before = rows.slice(0, at).filter((row) => row.family === family).length;
    return { family, dash: DASHES[before % DASHES.length] };
  });

/**
 * @param {import("./runs.js").SamplerRuns} runs
 * @param {{ axis: Axis, place: number | null, row: number | null }} chosen
 * @returns {View}
 */
export function viewOf(runs, { axis, place: wanted, row }) {
  const shown = shownRun(runs, ({ ways }) => ways.some(({ looks }) => looks.length > 0));
  const content = shown.content ?? runs.current?.content ?? null;
  const stops = stopsOf(content, axis);
  const stop = stopAt(stops, wanted);
  const rows = content?.begin?.rows ?? [];
  return { content, axis, stops, stop, old: shown.old && shown.content !== null,
    busy: content === runs.current?.content && isBusy(runs.current?.status), domain: domainOf(content, axis),
    place: stops[stop] ?? 0, row: row !== null && row < rows.length ? row : null, strokes: strokesOf(rows),
    groups: content?.end ? groupOf(content.end.groups) : [] };
}
