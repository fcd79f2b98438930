/**
 * What a page knows of a run over seeds, and which step of it is on screen. Plain data, made anew for each change.
 *
 * @import { Begin, Spread, Way, Walk } from "./messages"
 * @typedef {import("../../kit/tiles.js").Tile} Tile
 * @typedef {object} Pictures  of a wall or of both walks
 * @property {Record<number, Record<number, Tile>>} tiles  place -> lane -> predicted original, decoded where that has come
 * @property {Record<number, Spread>} spreads  place -> what they share
 *
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Pictures} first
 * @property {Pictures} other
 * @property {Pictures} walk
 * @property {Way | null} way  comes before the walk's first picture
 * @property {Walk | null} walked
 * @property {import("../../kit/protocol.js").Tensor | null} pairs  (n, n) distances
 * @property {import("./messages").End | null} end
 * @property {import("./messages").Progress | null} refining
 *
 * @typedef {object} View
 * @property {Content | null} content  the run on screen
 * @property {boolean} old  a newer run is on its way, of which nothing has come yet
 * @property {number} count  steps that are told
 * @property {number} index  the selected one among them
 * @property {Spread | null} spread  of the first wall at that step; null while not all pictures are there
 */

import { newest as latest, newestPart, ruled } from "../../kit/reducers.js";
import { selectedOf, shownRun } from "../../kit/shown.js";

/** Pictures of one of the walls. @param {"first" | "other" | "walk"} which */
const wallOf = (which) => ({ start: /** @type {Pictures} */ ({ tiles: {}, spreads: {} }),
  take: (/** @type {Pictures} */ before, /** @type {import("../../kit/protocol.js").Message} */ { kind, data },
    /** @type {Content} */ { begin }) =>
    data.which === which
      ? taken(before, kind, data, which === "walk" ? 2 * (begin?.request.frames ?? 0) : (begin?.seeds.length ?? 0))
      : before });

export const reduceRuns = ruled(
  /** @type {Record<keyof Content, import("../../kit/reducers.js").Rule>} */ ({ begin: latest("begin"), first: wallOf("first"),
    other: wallOf("other"), walk: wallOf("walk"), way: latest("way"), walked: latest("walk"),
    pairs: newestPart("pairs", "distances"), end: latest("end"), refining: latest("progress") }),
  (/** @type {Content} */ content) => content.end !== null,
);

/** @param {Pictures} pictures @param {string} kind @param {any} data @param {number} count  of pictures @returns {Pictures} */
function taken(pictures, kind, data, count) {
  const { place } = data;
  if (kind === "spread" && (data.exact || !pictures.spreads[place]?.exact))
    return { ...pictures, spreads: { ...pictures.spreads, [place]: data } };
  const exact = kind === "pictures";
  if (kind !== "preview" && !exact) return pictures;
  const lanes = exact ? Array.from({ length: count }, (_, lane) => lane) : [...data.lanes.data];
  const sheet = { sheet: data.sheet, columns: data.columns, count: lanes.length };
  const tiles = Object.fromEntries(lanes.map((lane, at) => [lane, { sheet, at, exact }]));
  return { ...pictures, tiles: { ...pictures.tiles, [place]: { ...pictures.tiles[place], ...tiles } } };
}

/**
 * The picture of a lane after a step: decoded where that has come; of a lane that is not there yet, where it is.
 * @param {Pictures} pictures
 * @param {number} place
 * @param {number} lane
 * @returns {Tile | null}
 */
export function tileAt({ tiles }, place, lane) {
  for (let at = place; at >= 0; at -= 1) { if (tiles[at]?.[lane]) return tiles[at][lane]; }
  return null;
}

/** The last place of which something has come, -1 for none. @param {Pictures} pictures */
export const newest = ({ tiles }) => Math.max(-1, ...Object.keys(tiles).map(Number));

/** Whether the pictures of a place are decoded. @param {Pictures} pictures @param {number} place */
export const exactAt = ({ tiles }, place) => Boolean(tiles[place]?.[0]?.exact);

/**
 * @param {import("../../kit/runs.js").Runs<Content>} runs
 * @param {number} wanted  the selected step; negative ones count from the end
 * @returns {View}
 */
export function viewOf(runs, wanted) {
  const { content, old, busy } = shownRun(runs);
  const count = content?.begin?.told.length ?? 0;
  if (!content) return { content, old, count, index: 0, spread: null };
  const drawing = busy && !exactAt(content.first, count - 1);
  const index = selectedOf(wanted, count, wanted === -1 && drawing ? newest(content.first) : null);
  const { spreads } = content.first;
  return { content, old, count, index, spread: spreads[index] ?? (drawing ? (spreads[index - 1] ?? null) : null) };
}
