/** Which pictures are the same, and how far apart the others are (explorers/sampler/agreement.py). Pictures are values of 0 to 1. */

/** The root of the mean squared difference. @param {Float32Array} one @param {Float32Array} other */
export const rms = (one, other) => Math.sqrt(one.reduce((sum, value, at) => sum + (value - other[at]) ** 2, 0) / one.length);

/** Of all pairs. @param {Float32Array[]} pictures */
export const distances = (pictures) => pictures.map((one) => pictures.map((other) => rms(other, one)));

/**
 * Grouped by complete linkage: those are joined first that lie nearest, as long as no two of a group differ by the threshold or more.
 * @param {number[][]} matrix @param {number} threshold
 */
export function groups(matrix, threshold) {
  let clusters = matrix.map((_, at) => [at]);
  while (clusters.length > 1) {
    const pairs = clusters.flatMap((one, at) =>
      clusters.slice(at + 1).map((other) => ({ one, other, apart: Math.max(...one.flatMap((left) =>
        other.map((right) => matrix[left][right])
      )) }))
    );
    const nearest = pairs.reduce((best, pair) => pair.apart < best.apart ? pair : best);
    if (!(nearest.apart < threshold)) break;
    const joined = [...nearest.one, ...nearest.other].sort((one, other) => one - other);
    clusters = [...clusters.filter((cluster) => cluster !== nearest.one && cluster !== nearest.other), joined];
  }
  return clusters.sort((one, other) => other.length - one.length || one[0] - other[0]);
}

/** Where some start, each timestep once: where most do first, of those that few do the noisier. @param {number[]} timesteps */
export function starts(timesteps) {
  const count = (/** @type {number} */ start) => timesteps.filter((each) => each === start).length;
  return [...new Set(timesteps)].sort((one, other) => count(other) - count(one) || other - one);
}
