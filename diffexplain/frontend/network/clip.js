/** Sentences and pictures as points of CLIP's space, each of unit length (models/clip.py). */
import { resized } from "./pixels.js";

const SIDE = 64; // that the picture tower looks at

/** Each row of unit length. @param {Float32Array} points @param {number} rows @returns {Float32Array[]} */
function unit(points, rows) {
  const width = points.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const point = points.slice(row * width, (row + 1) * width);
    const length = Math.hypot(...point);
    return point.map((value) => value / length);
  });
}

/** @param {string[]} texts @param {import("./engine.js").Kit} kit */
export async function embedTexts(texts, { networks, tokenizer }) {
  const tokens = Int32Array.from(texts.flatMap((text) => [...tokenizer.padded(text)]));
  return unit(await networks.said(tokens, texts.length), texts.length);
}

/** @param {import("./pixels.js").Pixels[]} pictures @param {import("./engine.js").Kit} kit */
export async function embedPictures(pictures, { networks }) {
  const size = SIDE * SIDE;
  const pixels = new Float32Array(3 * size * pictures.length);
  pictures.forEach((picture, row) => {
    const { data } = resized(picture, SIDE, SIDE);
    for (let at = 0; at < data.length; at++) pixels[(3 * row + at % 3) * size + Math.floor(at / 3)] = data[at] / 255;
  });
  return unit(await networks.seen(pixels, pictures.length), pictures.length);
}

/** Of two points of unit length. @param {Float32Array} one @param {Float32Array} other */
export const cosine = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
