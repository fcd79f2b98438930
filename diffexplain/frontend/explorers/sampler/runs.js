/**
 * What a page knows of a comparison.
 *
 * @typedef {import("./messages").BeginMessage["data"]} Begin
 * @typedef {import("./messages").EndMessage["data"]} End
 * @typedef {import("./messages").LongMessage["data"]} Long
 * @typedef {import("./messages").ProgressMessage["data"]} Progress
 * @typedef {import("./messages").GroundMessage["data"]} Ground
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

import { runsReducer } from "../../kit/runs.js";

/** @param {Content} content @param {number} row @param {number[]} indices @param {(at: number) => Partial<Look>} news */
function told(content, row, indices, news) {
  const way = content.ways[row];
  if (!way) return content;
  const looks = way.looks.slice();
  indices.forEach((index, at) => (looks[index] = { ...looks[index], ...news(at) }));
  return { ...content, ways: content.ways.map((other, at) => (at === row ? { ...way, looks } : other)) };
}

/** @param {Content} content @param {import("./messages").EvaluatedMessage["data"]} data */
function evaluated(content, { rows, indices, counts, timesteps, log_snr: levels, seconds, pictured, images }) {
  const ways = content.ways.slice();
  rows.forEach((row, at) => {
    const shown = pictured.indexOf(at);
    const look = { index: indices[at], timestep: timesteps.data[at], logSnr: levels.data[at], seconds,
      preview: shown < 0 ? null : images[shown], image: null, toOwn: null, along: null, toEnd: null, spot: null };
    ways[row] = { count: counts[at], looks: [...ways[row].looks.slice(0, indices[at]), look] };
  });
  return { ...content, ways };
}

/** @param {import("../../kit/protocol.js").Tensor} places @param {number} at @returns {[number, number]} */
const pair = (places, at) => [places.data[2 * at], places.data[2 * at + 1]];

/** @param {Content} content @param {import("../../kit/protocol.js").Message} message @returns {Content} */
function reduce(content, { kind, data }) {
  if (kind === "begin")
    return { ...content, begin: /** @type {Begin} */ (data), ways: data.rows.map(() => ({ looks: [], count: 0 })) };
  if (kind === "evaluated") return evaluated(content, /** @type {any} */ (data));
  if (kind === "end") return { ...content, end: /** @type {End} */ (data) };
  if (kind === "decoded")
    return told(content, data.row, data.indices, (at) => ({ image: data.images[at], toOwn: data.to_own.data[at] }));
  if (kind === "progress") return { ...content, progress: /** @type {Progress} */ (data) };
  if (kind === "long") return { ...content, progress: null, long: /** @type {Long} */ (data) };
  if (kind === "compared")
    return told(content, data.row, data.indices, (at) => ({ along: data.along.data[at], toEnd: data.to_end.data[at] }));
  if (kind !== "placed") return content;
  const rest = { ...content, progress: null };
  if (data.row >= content.ways.length)
    return { ...rest,
      longSpots: data.indices.map((/** @type {number} */ _, /** @type {number} */ at) => pair(data.places, at)) };
  return told(rest, data.row, data.indices, (at) => ({ spot: pair(data.places, at) }));
}

export const reduceRuns = runsReducer({
  begin: () => /** @type {Content} */ ({ begin: null, ways: [], end: null, long: null, longSpots: [], progress: null }),
  reduce,
  complete: (content) => content.end !== null,
});
