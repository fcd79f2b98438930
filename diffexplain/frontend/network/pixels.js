/**
 * Pictures as a screen has them, in 256 levels, and what Pillow does with them.
 *
 * @typedef {{ data: Uint8Array, width: number, height: number }} Pixels  red, green, blue of each, row by row
 */

const { floor, max, min, round } = Math;
const limited = (/** @type {number} */ value) => max(0, min(255, value));

/**
 * Of values plane by plane, (3, height, width).
 * @param {Float32Array} planes @param {number} width @param {(value: number) => number} share  of a value, 0 to 1; what is beyond is cut off
 * @returns {Pixels}
 */
function ofPlanes(planes, width, share) {
  const size = planes.length / 3;
  const data = new Uint8Array(3 * size);
  for (let at = 0; at < size; at++) {
    for (let colour = 0; colour < 3; colour++) data[3 * at + colour] = round(limited(255 * share(planes[colour * size + at])));
  }
  return { data, width, height: size / width };
}

/** A picture as a decoder gives it, -1 to 1. @param {Float32Array} picture  (3, height, width) @param {number} width */
export const pixelsOf = (picture, width) => ofPlanes(picture, width, (value) => value / 2 + 0.5);

/** Of values of 0 to 1. @param {Float32Array} values  (3, height, width) @param {number} width */
export const pixelsOfShares = (values, width) => ofPlanes(values, width, (value) => value);

/**
 * What latents look like, nearly, plane by plane: 0 to 1 and beyond (core/preview.py).
 * @param {Float32Array} latents
 * @param {import("./facts.js").Facts} facts
 */
export function linear(latents, { preview_matrix: matrix, latents: [channels, rows, columns] }) {
  const size = rows * columns;
  return Float32Array.from({ length: 3 * size }, (_, place) => {
    const [colour, at] = [floor(place / size), place % size];
    let sum = matrix[channels][colour];
    for (let channel = 0; channel < channels; channel++) sum += latents[channel * size + at] * matrix[channel][colour];
    return sum;
  });
}

/** The same as a picture, a colour each. @param {Float32Array} latents @param {import("./facts.js").Facts} facts */
export const colours = (latents, facts) => pixelsOfShares(linear(latents, facts), facts.latents[2]);

/**
 * Pictures of one size on one, row by row without gaps; the last row may end early, in white.
 * @param {Pixels[]} tiles @param {number} columns @returns {Pixels}
 */
export function sheet(tiles, columns) {
  const { width, height } = tiles[0];
  const board = { width: columns * width, height: Math.ceil(tiles.length / columns) * height };
  const data = new Uint8Array(3 * board.width * board.height).fill(255);
  tiles.forEach((tile, at) => {
    const [left, top] = [(at % columns) * width, floor(at / columns) * height];
    for (let row = 0; row < height; row++)
      data.set(tile.data.subarray(3 * row * width, 3 * (row + 1) * width), 3 * ((top + row) * board.width + left));
  });
  return { ...board, data };
}

const REACH = 2, SHARPNESS = -0.5; // of the bicubic filter (Keys 1981)
const PARTS = 2 ** 22; // of one, in which Pillow counts weights

/** @param {number} distance */
function bicubic(distance) {
  const x = Math.abs(distance);
  if (x < 1) return ((SHARPNESS + 2) * x - (SHARPNESS + 3)) * x * x + 1;
  return x < REACH ? (((x - 5) * x + 8) * x - 4) * SHARPNESS : 0;
}

/** What each of `many` numbers becomes of among `count`: where it begins, and weights. @param {number} count @param {number} many */
function weights(count, many) {
  const scale = count / many, wide = max(1, scale);
  return Array.from({ length: many }, (_, at) => {
    const centre = (at + 0.5) * scale;
    const begin = max(0, floor(centre - REACH * wide + 0.5)), end = min(count, floor(centre + REACH * wide + 0.5));
    const raw = Array.from({ length: end - begin }, (_, place) => bicubic((begin + place - centre + 0.5) / wide));
    const sum = raw.reduce((total, each) => total + each, 0);
    return { begin, shares: raw.map((each) => round(each * (1 / sum) * PARTS) / PARTS) };
  });
}

/** Each row at another width. @param {Pixels} pixels @param {number} width @returns {Pixels} */
function atWidth({ data, width: before, height }, width) {
  const found = new Uint8Array(3 * width * height);
  weights(before, width).forEach(({ begin, shares }, column) => {
    for (let row = 0; row < height; row++) {
      for (let colour = 0; colour < 3; colour++) {
        const sum = shares.reduce((total, share, at) => total + share * data[3 * (row * before + begin + at) + colour], 0.5);
        found[3 * (row * width + column) + colour] = limited(floor(sum));
      }
    }
  });
  return { data: found, width, height };
}

/** Rows as columns. @param {Pixels} pixels @returns {Pixels} */
function turned({ data, width, height }) {
  const found = new Uint8Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++)
      found.set(data.subarray(3 * (row * width + column), 3 * (row * width + column + 1)), 3 * (column * height + row));
  }
  return { data: found, width: height, height: width };
}

/** At another size, as `Image.resize` of Pillow with its bicubic filter. @param {Pixels} pixels @param {number} width @param {number} height */
export const resized = (pixels, width, height) => turned(atWidth(turned(atWidth(pixels, width)), height));
