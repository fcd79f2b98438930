/**
 * What a page knows of a run over seeds.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").SpreadMessage["data"]} Spread
 * @typedef {import("./messages").WayMessage["data"]} Way
 * @typedef {import("./messages").WalkMessage["data"]} Walk
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 * @typedef {{ sheet: Picture, columns: number, count: number }} Sheet  `count` pictures row by row
 * @typedef {{ sheet: Sheet, at: number, exact: boolean }} Tile  one picture of a sheet
 * @typedef {object} Pictures  of a wall or of both walks
 * @property {Record<number, Record<number, Tile>>} previews  place -> lane -> predicted original
 * @property {Record<number, Sheet>} exact  place -> all pictures
 * @property {Record<number, Spread>} spreads  place -> what they share
 * @typedef {"first" | "other" | "walk"} Which
 *
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Pictures} first
 * @property {Pictures} other
 * @property {Pictures} walk
 * @property {Way | null} way  comes before the walk's first picture
 * @property {Walk | null} walked
 * @property {import("../../kit/protocol.js").Tensor | null} pairs  (n, n) distances
 * @property {import("./messages").EndMessage["data"] | null} end
 * @property {import("./messages").ProgressMessage["data"] | null} refining
 * @typedef {import("../../kit/runs.js").Runs<Content>} SeedRuns
 */

import { runsReducer } from "../../kit/runs.js";

/** @returns {Pictures} */
const none = () => ({ previews: {}, exact: {}, spreads: {} });

export const reduceRuns = runsReducer({
  begin: () => /** @type {Content} */ ({ begin: null, first: none(), other: none(), walk: none(), way: null, walked: null,
    pairs: null, end: null, refining: null }),
  reduce(content, { kind, data }) {
    const { begin } = content;
    if (kind === "begin") return { ...content, begin: /** @type {Begin} */ (data) };
    if (kind === "way") return { ...content, way: /** @type {Way} */ (data) };
    if (kind === "walk") return { ...content, walked: /** @type {Walk} */ (data) };
    if (kind === "pairs") return { ...content, pairs: data.distances };
    if (kind === "end") return { ...content, end: /** @type {any} */ (data) };
    if (kind === "progress") return { ...content, refining: /** @type {any} */ (data) };
    const which = /** @type {Which} */ (data.which);
    const pictures = content[which];
    if (!pictures) return content;
    return { ...content,
      [which]: taken(pictures, kind, data, which === "walk" ? 2 * (begin?.request.frames ?? 0) : (begin?.seeds.length ?? 0)) };
  },
  complete: (content) => content.end !== null,
});

/** @param {Pictures} pictures @param {string} kind @param {any} data @param {number} count @returns {Pictures} */
function taken(pictures, kind, data, count) {
  const { place } = data;
  if (kind === "preview") {
    const sheet = { sheet: data.sheet, columns: data.columns, count: data.lanes.data.length };
    const tiles = Object.fromEntries([...data.lanes.data].map((lane, at) => [lane, { sheet, at, exact: false }]));
    return { ...pictures, previews: { ...pictures.previews, [place]: { ...pictures.previews[place], ...tiles } } };
  }
  if (kind === "pictures")
    return { ...pictures, exact: { ...pictures.exact, [place]: { sheet: data.sheet, columns: data.columns, count } } };
  if (kind === "spread" && (data.exact || !pictures.spreads[place]?.exact))
    return { ...pictures, spreads: { ...pictures.spreads, [place]: data } };
  return pictures;
}

/**
 * The picture of a lane after a step: decoded where that has come; of a lane that is not there yet, where it is.
 * @param {Pictures} pictures
 * @param {number} place
 * @param {number} lane
 * @returns {Tile | null}
 */
export function tileAt({ previews, exact }, place, lane) {
  for (let at = place; at >= 0; at -= 1) {
    if (exact[at]) return { sheet: exact[at], at: lane, exact: true };
    if (previews[at]?.[lane]) return previews[at][lane];
  }
  return null;
}

/** The last place of which something has come, -1 for none. @param {Pictures} pictures */
export const newest = ({ previews, exact }) =>
  Math.max(-1, ...Object.keys(previews).map(Number), ...Object.keys(exact).map(Number));
