/** Pictures as PNG files. */
import { deflated } from "./zipped.js";

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const RGB = Uint8Array.of(8, 2, 0, 0, 0); // bits a channel, colours, and the only ways to compress, filter and interlace

const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** @param {Uint8Array} bytes */
const crc32 = (bytes) => (bytes.reduce((crc, byte) => CRCS[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** @param {number} value */
const big = (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((count, part) => count + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {string} name @param {Uint8Array} content */
function chunk(name, content) {
  const named = joined([new TextEncoder().encode(name), content]);
  return joined([big(content.length), named, big(crc32(named))]);
}

/**
 * @param {Float32Array} picture  (3, height, width), -1 to 1; what is beyond is cut off
 * @param {number} width
 * @returns {Promise<import("./wire.js").Drawing>}
 */
export async function png(picture, width) {
  const size = picture.length / 3, height = size / width;
  const rows = new Uint8Array(height * (1 + 3 * width)); // each begins with 0: as it is
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let colour = 0; colour < 3; colour++) {
        const value = picture[colour * size + row * width + column] / 2 + 0.5;
        rows[row * (1 + 3 * width) + 1 + 3 * column + colour] = Math.round(255 * Math.max(0, Math.min(1, value)));
      }
    }
  }
  const bytes = joined([SIGNATURE, chunk("IHDR", joined([big(width), big(height), RGB])), chunk("IDAT", await deflated(rows)),
    chunk("IEND", new Uint8Array(0))]);
  return { bytes, mime: "image/png", width, height };
}
