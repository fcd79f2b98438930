/**
 * What a page knows of a run over seeds.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").SpreadMessage["data"]} Spread
 * @typedef {import("./messages").WayMessage["data"]} Way
 * @typedef {import("./messages").WalkMessage["data"]} Walk
 * @typedef {import("../../kit/tiles.js").Sheet} Sheet
 * @typedef {import("../../kit/tiles.js").Tile} Tile
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

import { newest as latest, newestPart, ruled } from "../../kit/reducers.js";

/** Pictures of one of the walls. @param {Which} which */
const wallOf = (which) => ({ start: /** @type {Pictures} */ ({ previews: {}, exact: {}, spreads: {} }),
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
