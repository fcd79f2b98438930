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

/** @param {import("./pixels.js").Pixels} pixels @returns {Promise<import("./wire.js").Drawing>} */
export async function png({ data, width, height }) {
  const rows = new Uint8Array(height * (1 + 3 * width)); // each begins with 0: as it is
  for (let row = 0; row < height; row++)
    rows.set(data.subarray(3 * row * width, 3 * (row + 1) * width), row * (1 + 3 * width) + 1);
  const bytes = joined([SIGNATURE, chunk("IHDR", joined([big(width), big(height), RGB])), chunk("IDAT", await deflated(rows)),
    chunk("IEND", new Uint8Array(0))]);
  return { bytes, mime: "image/png", width, height };
}
