/**
 * Tensors as pictures: latents through a linear map to RGB, one channel through a diverging colour map.
 * Latents are drawn one value a pixel and enlarged by CSS, so a learner sees how few numbers there are.
 *
 * @typedef {import("./protocol.js").Tensor} Tensor
 * @typedef {{ pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number }} Raster  RGBA
 */

/**
 * Latents to RGB: `[z, 1] @ matrix`, with matrix (channels + 1, 3) fitted by least squares in Python (core/preview.py).
 * @param {Tensor} latents  (channels, height, width)
 * @param {Tensor} matrix  (channels + 1, 3)
 * @param {number} [scale]  latents are multiplied by it first
 * @param {number} [offset]  share of the constant row: 1 for a picture; 0 puts zero at mid-grey, as for noise
 * @returns {Raster}
 */
export function latentRaster(latents, matrix, scale = 1, offset = 1) {
  const [channels, height, width] = latents.shape;
  const size = height * width;
  const pixels = new Uint8ClampedArray(size * 4);
  for (let colour = 0; colour < 3; colour += 1) {
    const constant = offset * matrix.data[channels * 3 + colour] + (1 - offset) * 0.5;
    for (let at = 0; at < size; at += 1) {
      let value = constant;
      for (let channel = 0; channel < channels; channel += 1) {
        value += scale * latents.data[channel * size + at] * matrix.data[channel * 3 + colour];
      }
      pixels[at * 4 + colour] = value * 255;
    }
  }
  for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
  return { pixels, width, height };
}

/**
 * Colours of a pixel model, -1 to 1; what lies beyond is clipped, as a screen must.
 * @param {Tensor} colours  (3, height, width)
 * @param {number} [scale]  they are multiplied by it first
 * @returns {Raster}
 */
export function colourRaster({ data, shape: [, height, width] }, scale = 1) {
  const size = height * width;
  const pixels = new Uint8ClampedArray(size * 4).fill(255);
  for (let colour = 0; colour < 3; colour += 1) {
    for (let at = 0; at < size; at += 1) pixels[at * 4 + colour] = 127.5 * (scale * data[colour * size + at] + 1);
  }
  return { pixels, width, height };
}

// Blue - near white - red-brown: keeps its order and its middle under the three common colour-vision deficiencies.
const DIVERGING = [[-1, 33, 71, 138], [-0.5, 96, 152, 200], [0, 240, 240, 238], [0.5, 224, 140, 84], [1, 138, 46, 14]];

/** @param {number} value  clipped to [-1, 1] @returns {[number, number, number]} */
export function diverging(value) {
  const clipped = Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0;
  const above = Math.max(1, DIVERGING.findIndex(([position]) => position >= clipped));
  const [low, high] = [DIVERGING[above - 1], DIVERGING[above]];
  const share = (clipped - low[0]) / (high[0] - low[0]);
  const mix = (/** @type {number} */ i) => low[i] + share * (high[i] - low[i]);
  return [mix(1), mix(2), mix(3)];
}

/**
 * One plane of numbers through the diverging map.
 * @param {ArrayLike<number>} values  height * width of them, from `start` on
 * @param {number} height
 * @param {number} width
 * @param {number} limit  the value that gets the darkest colour; zero is the near-white middle
 * @param {number} [start]
 * @returns {Raster}
 */
export const heatRaster = (values, height, width, limit, start = 0) =>
  mappedRaster(values, height, width, (value) => diverging(value / limit), start);

/**
 * One plane of numbers, each a pixel of its own colour.
 * @param {ArrayLike<number>} values  height * width of them, from `start` on
 * @param {number} height
 * @param {number} width
 * @param {(value: number) => number[]} colourOf  red, green, blue and, of a pixel that lets something through, its opacity: 0 to 255
 * @param {number} [start]
 * @returns {Raster}
 */
export function mappedRaster(values, height, width, colourOf, start = 0) {
  const pixels = new Uint8ClampedArray(height * width * 4);
  for (let at = 0; at < height * width; at += 1) {
    const [red, green, blue, opacity = 255] = colourOf(values[start + at]);
    pixels.set([red, green, blue, opacity], at * 4);
  }
  return { pixels, width, height };
}

/** Gives a canvas a size in px, and as many pixels as the screen has there; draws in px. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function sized(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext("2d");
  context?.scale(ratio, ratio);
  return context;
}

/** @param {HTMLCanvasElement} canvas @param {Raster} raster */
export function paint(canvas, raster) {
  if (canvas.width !== raster.width || canvas.height !== raster.height) {
    canvas.width = raster.width;
    canvas.height = raster.height;
  }
  const context = canvas.getContext("2d");
  if (context) context.putImageData(new ImageData(raster.pixels, raster.width, raster.height), 0, 0);
}
