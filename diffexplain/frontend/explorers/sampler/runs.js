/**
 * What a page knows of a comparison.
 *
 * @import { Begin, End, Long, Progress } from "./messages"
 * @typedef {import("../../kit/protocol.js").Picture} Picture
 *
 * @typedef {object} Look  one evaluation of the network for one sampler
 * @property {number} index
 * @property {number} timestep
 * @property {number} logSnr  of the noisy latents that it saw
 * @property {number} seconds  the row's share of the call
 * @property {Picture | null} preview  the predicted original, one pixel a latent pixel
 * @property {Picture | null} image  the same, decoded
 * @property {number | null} toOwn  RMS difference to the row's own finished picture
 * @property {number | null} along  to what the long run predicts at this noise level
 * @property {number | null} toEnd  to the long run's finished picture
 * @property {[number, number] | null} spot  where it lies on the map
 *
 * @typedef {{ looks: Look[], count: number }} Way  `count` is how many looks there will be; 0 while nobody knows
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Way[]} ways  one a row
 * @property {End | null} end
 * @property {Long | null} long
 * @property {[number, number][]} longSpots  places of the first long run's pictures on the map
 * @property {Progress | null} progress  of what comes next; null once it is there
 * @typedef {import("../../kit/runs.js").Runs<Content>} SamplerRuns
 */

import { newest, ruled } from "../../kit/reducers.js";

/** @param {Way[]} ways @param {{ row: number, indices: number[] }} where @param {(at: number) => Partial<Look>} news */
function told(ways, { row, indices }, news) {
  const way = ways[row];
  if (!way) return ways;
  const looks = way.looks.slice();
  indices.forEach((index, at) => (looks[index] = { ...looks[index], ...news(at) }));
  return ways.map((other, at) => (at === row ? { ...way, looks } : other));
}

/** @param {Way[]} before @param {import("./messages").Evaluated} data */
function evaluated(before, { rows, indices, counts, timesteps, log_snr: levels, seconds, pictured, images }) {
  const ways = before.slice();
  rows.forEach((row, at) => {
    const shown = pictured.indexOf(at);
    const look = { index: indices[at], timestep: timesteps.data[at], logSnr: levels.data[at], seconds,
      preview: shown < 0 ? null : images[shown], image: null, toOwn: null, along: null, toEnd: null, spot: null };
    ways[row] = { count: counts[at], looks: [...ways[row].looks.slice(0, indices[at]), look] };
  });
  return ways;
}

/** @param {import("../../kit/protocol.js").Tensor} places @param {number} at @returns {[number, number]} */
const pair = (places, at) => [places.data[2 * at], places.data[2 * at + 1]];

/** What happens to the rows. @type {Record<string, (ways: Way[], data: any) => Way[]>} */
const OF_WAYS = { begin: (_, { rows }) => rows.map(() => ({ looks: [], count: 0 })), evaluated,
  decoded: (ways, data) => told(ways, data, (at) => ({ image: data.images[at], toOwn: data.to_own.data[at] })),
  compared: (ways, data) => told(ways, data, (at) => ({ along: data.along.data[at], toEnd: data.to_end.data[at] })),
  placed: (ways, data) => told(ways, data, (at) => ({ spot: pair(data.places, at) })) };

/** @type {import("../../kit/reducers.js").Rule} */
const ways = { start: [], take: (before, { kind, data }) => OF_WAYS[kind]?.(before, data) ?? before };

/** The long run's pictures are placed as one more row. @type {import("../../kit/reducers.js").Rule} */
const longSpots = { start: [],
  take: (before, { kind, data }, content) =>
    kind === "placed" && data.row >= content.ways.length
      ? data.indices.map((/** @type {number} */ _, /** @type {number} */ at) => pair(data.places, at))
      : before };

export const reduceRuns = ruled({ begin: newest("begin"), ways, end: newest("end"), long: newest("long"), longSpots,
  progress: newest("progress", "long", "placed") }, (/** @type {Content} */ content) => content.end !== null);
