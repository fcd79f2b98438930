/**
 * Shares as colours: matplotlib's plasma (CC0), dark violet to yellow. Its lightness only rises, so that it keeps its
 * order in grey and under the three common colour-vision deficiencies; explorers/attention/still.py has the same stops.
 */

import { mapped } from "./heatmap.js";
import { mappedRaster } from "./pixels.js";
import { extent } from "./tensors.js";

const THINNER = 3; // a wash over a picture: how much less of it there is where the share is least

export const PLASMA = [[13, 8, 135], [126, 3, 168], [204, 71, 120], [248, 149, 64], [240, 249, 33]];

/** Red, green and blue of a share between the ends of a scale. @param {number} share  clipped to [0, 1] @returns {number[]} */
export const plasma = (share) => mapped(share, PLASMA);

/**
 * @param {ArrayLike<number>} values  height * width of them
 * @param {number} height
 * @param {number} width
 * @param {number} low  the value of the first colour
 * @param {number} high  of the last
 * @returns {import("./pixels.js").Raster}
 */
export const shareRaster = (values, height, width, low, high) =>
  mappedRaster(values, height, width, (value) => plasma((value - low) / (high - low || 1)));

/**
 * How much of a wash over a picture there is: the picture is seen where nothing is, and the colour where much is.
 * @param {number} share  0 to 1
 * @param {number} strength  of the whole: 0 is the picture alone, 1 the map alone
 * @returns {number}  0 to 1
 */
export const opacity = (share, strength) => strength ** (1 + THINNER * (1 - Math.max(0, Math.min(1, share))));

/**
 * Shares to be laid over a picture, as `shareRaster`.
 * @param {{ data: ArrayLike<number>, height: number, width: number }} map
 * @param {{ low: number, high: number }} scale
 * @param {number} strength
 * @returns {import("./pixels.js").Raster}
 */
export const washRaster = ({ data, height, width }, { low, high }, strength) =>
  mappedRaster(data, height, width, (value) => {
    const share = (value - low) / (high - low || 1);
    return [...plasma(share), 255 * opacity(share, strength)];
  });

/** The colours of a wash over a grey picture as a CSS background, from left to right. @param {number} strength */
export function washKey(strength) {
  const stops = Array.from({ length: 9 },
    (_, at) => `rgb(${plasma(at / 8).map(Math.round).join(" ")} / ${opacity(at / 8, strength)})`);
  return `linear-gradient(to right, ${stops.join(", ")}), rgb(128 128 128)`;
}

/**
 * A map drawn finer: a smooth curve through the middles of its patches, in both directions (Catmull and Rom 1974), cut off where it
 * would overshoot: it reaches no value that no patch has.
 * @param {ArrayLike<number>} values  height * width of them
 * @param {number} height
 * @param {number} width
 * @param {number} times  odd: then the middle of each patch is a pixel with exactly its value
 * @returns {{ data: Float32Array, height: number, width: number }}
 */
export function finer(values, height, width, times) {
  const samples = (/** @type {number} */ count) =>
    Array.from({ length: count * times }, (_, at) => {
      const position = Math.max(0, Math.min(count - 1, (at + 0.5) / times - 0.5));
      const low = Math.floor(position);
      const t = position - low;
      return { from: [-1, 0, 1, 2].map((step) => Math.max(0, Math.min(count - 1, low + step))),
        weights: [t * (t * (2 - t) - 1), t * t * (3 * t - 5) + 2, t * (t * (4 - 3 * t) + 1), t * t * (t - 1)].map((weight) =>
          weight / 2
        ) };
    });
  const { low: least, high: most } = extent(values);
  const across = samples(width);
  const rows = new Float32Array(height * width * times); // first along the rows, then between them
  for (let row = 0; row < height; row += 1) {
    across.forEach(({ from, weights }, x) => (rows[row * width * times + x] = from.reduce((sum, column, at) =>
      sum + weights[at] * values[row * width + column], 0))
    );
  }
  const fine = new Float32Array(height * times * width * times);
  samples(height).forEach(({ from, weights }, y) => {
    for (let x = 0; x < width * times; x += 1) {
      const value = from.reduce((sum, row, at) => sum + weights[at] * rows[row * width * times + x], 0);
      fine[y * width * times + x] = Math.max(least, Math.min(most, value));
    }
  });
  return { data: fine, height: height * times, width: width * times };
}
