/**
 * What is on screen: a run, the place on the axis, the row that the reader follows. Plain data, made anew for each change.
 *
 * @typedef {import("./runs.js").Content} Content
 * @typedef {object} View
 * @property {Content | null} content
 * @property {boolean} old  a newer run is on its way, of which nothing has come yet
 * @property {boolean} busy  the run on screen goes on
 * @property {import("./derive.js").Axis} axis
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
import { domainOf, groupOf, stopAt, stopsOf } from "./derive.js";

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
 * @param {{ axis: import("./derive.js").Axis, place: number | null, row: number | null }} chosen
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
