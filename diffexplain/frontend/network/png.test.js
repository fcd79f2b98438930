import { crc32, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { pixelsOf } from "./pixels.js";
import { png } from "./png.js";

test("a picture is a whole PNG of its pixels, what is beyond black and white cut off", async () => {
  const picture = Float32Array.of(-1, 1, 0, -2, 2, 0.5, /* green */ 0, 0, 0, 0, 0, 0, /* blue */ 1, 1, 1, -1, -1, -1);
  const { bytes, ...rest } = await png(pixelsOf(picture, 3));
  expect(rest).toEqual({ mime: "image/png", width: 3, height: 2 });
  const view = new DataView(bytes.buffer);
  /** @type {Record<string, Uint8Array>} */
  const chunks = {};
  for (let at = 8; at < bytes.length;) {
    const size = view.getUint32(at);
    const named = bytes.subarray(at + 4, at + 8 + size);
    expect(view.getUint32(at + 8 + size)).toBe(crc32(named));
    chunks[String.fromCharCode(...named.subarray(0, 4))] = named.subarray(4);
    at += 12 + size;
  }
  expect(Object.keys(chunks)).toEqual(["IHDR", "IDAT", "IEND"]);
  expect([...inflateSync(chunks.IDAT)]).toEqual([0, 0, 128, 255, 255, 128, 255, 128, 128, 255, /* below */ 0, 0, 128, 0, 255,
    128, 0, 191, 128, 0]);
});
