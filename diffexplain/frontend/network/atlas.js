/** The map that ships, and where something new goes among its points (core/projection.py, maps/atlas.py). */
import { halfToFloat } from "../kit/protocol.js";
import { cosine } from "./clip.js";

const NEIGHBOURS = 15; // that decide where a point lies
const FOUND = 12; // neighbours of each kind that are named
const SAME = 1e-6; // a distance below it is rounding
const BISECTIONS = 64;
const SMALLEST_SCALE = 1e-3; // of the mean distance

/** @typedef {Record<string, { data: any, shape: number[] }>} Arrays  by name */

/** @type {Record<string, (bytes: Uint8Array) => any>} */
const READ = { F32: (bytes) => new Float32Array(bytes.slice().buffer), U8: (bytes) => bytes,
  I16: (bytes) => new Int16Array(bytes.slice().buffer), I32: (bytes) => new Int32Array(bytes.slice().buffer),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes.slice().buffer), halfToFloat) };

/** What a file of safetensors holds. @param {Uint8Array} bytes @returns {Arrays} */
export function tensors(bytes) {
  const begin = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, begin)));
  delete header.__metadata__;
  return Object.fromEntries(
    Object.entries(header).map((
      [name, { dtype, shape, data_offsets: [from, to] }],
    ) => [name, { shape, data: READ[dtype](bytes.subarray(begin + from, begin + to)) }]),
  );
}

/** Rows of a matrix. @param {Arrays[string]} array @returns {any[]} */
const rows = ({ data, shape: [count, width] }) =>
  Array.from({ length: count }, (_, row) => data.subarray(row * width, (row + 1) * width));

/** @param {Float32Array} point */
function unit(point) {
  const length = Math.max(Math.hypot(...point), 1e-12);
  return point.map((value) => value / length);
}

/** @param {Float32Array} one @param {Float32Array} other */
const less = (one, other) => one.map((value, at) => value - other[at]);

/**
 * The nearest of some points by cosine, the nearest first.
 * @param {Float32Array[]} fitted  of unit length @param {Float32Array} asked @param {number} count
 */
function nearest(fitted, asked, count) {
  const at = unit(asked);
  const away = fitted.map((point) => Math.max(0, 1 - cosine(point, at))).map((distance) => distance < SAME ? 0 : distance);
  const order = [...away.keys()].sort((one, other) => away[one] - away[other]).slice(0, count);
  return order.map((index) => ({ index, distance: away[index] }));
}

/** How far each neighbour belongs to a new point's neighbourhood: weights that sum to log2(k) without the first. @param {number[]} distances */
function memberships(distances) {
  const target = Math.log2(distances.length);
  let low = 0, high = Infinity, scale = 1;
  for (let round = 0; round < BISECTIONS; round++) {
    const sum = distances.slice(1).reduce((total, distance) => total + Math.exp(-distance / Math.max(scale, 1e-12)), 0);
    if (sum > target) high = scale;
    else low = scale;
    scale = Math.min(high === Infinity ? 2 * scale : (low + high) / 2, 1e12);
  }
  const mean = distances.reduce((total, distance) => total + distance, 0) / distances.length;
  scale = Math.max(scale, SMALLEST_SCALE * mean, 1e-12);
  return distances.map((distance) => Math.exp(-distance / scale));
}

/** Points of the map, and where others lie on it. */
export class Atlas {
  /** @param {Arrays} arrays  as maps/shipped.py writes them */
  constructor(arrays) {
    this.kinds = arrays.kinds.data;
    this.points = rows(arrays.embeddings).map(unit);
    this.centres = rows(arrays.centres);
    this.flat = { umap: rows(arrays.umap), closed: rows(arrays.closed) };
    this.moved = this.points.map((point, at) => unit(less(point, this.centres[this.kinds[at]])));
    this.shadows = ["pca", "gap"].map((name) => ({ mean: arrays[`${name}_mean`].data, axes: rows(arrays[`${name}_axes`]) }));
  }

  /** Where a new point lies on the four maps, (4, 2). @param {Float32Array} point @param {0 | 1} kind  1 for a text */
  place(point, kind) {
    const middle = (/** @type {Float32Array[]} */ fitted, /** @type {any[]} */ flat, /** @type {Float32Array} */ at) => {
      const found = nearest(fitted, at, NEIGHBOURS);
      const known = found[0].distance < SAME; // a fitted point comes out where it was put
      const weights = known ? found.map((_, place) => place ? 0 : 1) : memberships(found.map(({ distance }) => distance));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return [0, 1].map((axis) =>
        found.reduce((total, { index }, place) => total + weights[place] / sum * flat[index][axis], 0)
      );
    };
    const [pca, gap] = this.shadows.map(({ mean, axes }) => axes.map((axis) => cosine(less(point, mean), axis)));
    const closed = unit(less(point, this.centres[kind]));
    return [middle(this.points, this.flat.umap, point), pca, gap, middle(this.moved, this.flat.closed, closed)];
  }

  /** The nearest points of a kind, and their cosines. @param {Float32Array} point @param {0 | 1} kind */
  find(point, kind) {
    const among = [...this.kinds.keys()].filter((at) => this.kinds[at] === kind);
    const found = nearest(among.map((at) => this.points[at]), point, FOUND);
    return { indices: { data: Int32Array.from(found, ({ index }) => among[index]), shape: [found.length] },
      cosines: { data: Float32Array.from(found, ({ distance }) => 1 - distance), shape: [found.length] } };
  }
}
