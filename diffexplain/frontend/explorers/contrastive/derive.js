/** What the page computes from a moment: the matrix in a reading, what lies nearest to what, colours' ends. */

import { ofPicture, ofText, rank, shares } from "../../kit/pairs.js";

/**
 * A matrix of cosines with its temperature.
 * @param {{ cosines: import("../../kit/protocol.js").Tensor, temperature: number }} measured
 * @returns {import("../../kit/pairs.js").Pairs}
 */
export const pairsOf = ({ cosines, temperature }) => ({ cosines: cosines.data, pictures: cosines.shape[0],
  texts: cosines.shape[1], temperature });

/**
 * From which value to which the colours go: the same at every moment, so that one sees it light up. Less than nothing in common is drawn
 * as nothing in common, but where all that there is is below nothing.
 * @param {{ cosines: import("../../kit/protocol.js").Tensor, temperature: number }[]} moments
 * @param {import("../../kit/pairs.js").Reading} reading
 * @returns {[number, number]}
 */
export function endsOf(moments, reading) {
  if (reading === "softmax_rows" || reading === "softmax_columns") return [0, 1];
  const highest = moments.map(({ cosines, temperature }) =>
    (reading === "scaled" ? temperature : 1) * Math.max(0, ...Array.from(cosines.data))
  );
  const last = moments[moments.length - 1];
  const low = Math.max(...Array.from(last.cosines.data)) > 0.05 ? 0 : -(reading === "scaled" ? last.temperature : 1);
  return [low, Math.max(...highest, 0.05)];
}

/**
 * The nearest ones of a list of cosines, the own among them wherever it stands.
 * @param {number[]} cosines
 * @param {number} own
 * @param {number} temperature
 * @param {number} most
 */
export function nearestOf(cosines, own, temperature, most) {
  const parts = shares(cosines, temperature);
  const order = cosines.map((_, at) => at).sort((a, b) => cosines[b] - cosines[a]);
  const shown = order.slice(0, most);
  if (!shown.includes(own)) shown[most - 1] = own;
  return shown.map((at) => ({ at, place: rank(cosines, at), cosine: cosines[at], share: parts[at] }));
}

/** @param {import("../../kit/pairs.js").Pairs} pairs @param {number} picture @param {number} most */
export const textsFor = (pairs, picture, most) => nearestOf(ofPicture(pairs, picture), picture, pairs.temperature, most);

/** @param {import("../../kit/pairs.js").Pairs} pairs @param {number} text @param {number} most */
export const picturesFor = (pairs, text, most) => nearestOf(ofText(pairs, text), text, pairs.temperature, most);

/**
 * Mean cosines of pictures with their own text, with texts of other pictures on the same ground, and with all others: what is told apart.
 * @param {{ cosines: import("../../kit/protocol.js").Tensor }} moment
 * @param {string[]} colours  of the grounds
 */
export function kinshipOf({ cosines }, colours) {
  const count = colours.length;
  const sums = { own: [0, 0], same: [0, 0], other: [0, 0] };
  cosines.data.forEach((value, at) => {
    const [row, column] = [Math.floor(at / count), at % count];
    const kin = row === column ? "own" : colours[row] === colours[column] ? "same" : "other";
    sums[kin][0] += value;
    sums[kin][1] += 1;
  });
  const mean = (/** @type {number[]} */ [sum, number]) => sum / number;
  return { own: mean(sums.own), same: mean(sums.same), other: mean(sums.other) };
}

/** The largest size among numbers, for colours that go both ways. @param {ArrayLike<number>} values */
export const reachOf = (values) => Math.max(1e-9, ...Array.from(values, Math.abs));

/**
 * The square that holds the points of all moments, so that what moves are the points.
 * @param {{ points: import("../../kit/protocol.js").Tensor }[]} moments
 */
export function frameOf(moments) {
  const ends = [0, 1].map((axis) => {
    const values = moments.flatMap(({ points }) => Array.from(points.data).filter((_, at) => at % 2 === axis));
    return [Math.min(...values), Math.max(...values)];
  });
  const [[left, right], [low, high]] = ends;
  return { x: (left + right) / 2, y: (low + high) / 2, reach: Math.max(right - left, high - low, 1e-6) / 2 };
}

/**
 * Places of points in a square of so many pixels, y downwards.
 * @param {import("../../kit/protocol.js").Tensor} points
 * @param {{ x: number, y: number, reach: number }} frame
 * @param {number} side
 */
export const placesOf = ({ data }, { x, y, reach }, side) =>
  Array.from({ length: data.length / 2 },
    (_, at) => [(side / 2) * (1 + (data[2 * at] - x) / reach), (side / 2) * (1 - (data[2 * at + 1] - y) / reach)]);
