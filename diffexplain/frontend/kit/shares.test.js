import { expect, test } from "vitest";
import { finer, plasma, shareRaster, washRaster } from "./shares.js";

const luminance = (/** @type {number[]} */ [red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

test("more is lighter, from end to end, and what lies beyond is clipped", () => {
  const light = Array.from({ length: 101 }, (_, at) => luminance(plasma(at / 100)));
  for (let at = 1; at < light.length; at += 1) expect(light[at]).toBeGreaterThan(light[at - 1]);
  expect(plasma(-3)).toEqual(plasma(0));
  expect(plasma(7)).toEqual(plasma(1));
  expect(plasma(NaN)).toEqual(plasma(0));
});

test("a raster has the colours of its values", () => {
  const { pixels, width, height } = shareRaster([0.1, 0.2, 0.3, 0.3], 2, 2, 0.1, 0.3);
  expect([width, height]).toEqual([2, 2]);
  expect([...pixels.slice(0, 3)]).toEqual(plasma(0));
  expect([...pixels.slice(12, 16)]).toEqual([...plasma(1), 255]);
  expect([...shareRaster([0.2], 1, 1, 0.2, 0.2).pixels.slice(0, 3)]).toEqual(plasma(0)); // the same everywhere
});

test.each([[3, 4, 5], [1, 6, 3], [2, 1, 7], [1, 1, 3]])(
  "a finer map of %i x %i has the patches' values in their middles and none beyond",
  (height, width, times) => {
    const values = Float32Array.from({ length: height * width }, (_, at) => ((at * 37) % 11) / 11);
    const fine = finer(values, height, width, times);
    expect([fine.height, fine.width]).toEqual([height * times, width * times]);
    const middle = (times - 1) / 2;
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        expect(fine.data[(row * times + middle) * fine.width + column * times + middle]).toBeCloseTo(
          values[row * width + column],
          6,
        );
      }
    }
    expect(Math.max(...fine.data)).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
    expect(Math.min(...fine.data)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
  },
);

test("a wash is none or the whole map at the ends of its strength, and between them thinner where less is", () => {
  const map = { data: [0, 0.25, 0.5, 1], height: 1, width: 4 };
  const opacities = (/** @type {number} */ strength) =>
    [...washRaster(map, { low: 0, high: 1 }, strength).pixels].filter((_, at) => at % 4 === 3);
  expect(opacities(0)).toEqual([0, 0, 0, 0]);
  expect(opacities(1)).toEqual([255, 255, 255, 255]);
  const [least, less, more, most] = opacities(0.6);
  expect(least < less && less < more && more < most).toBe(true);
  expect([least / 255, most / 255]).toEqual([expect.closeTo(0.6 ** 4, 2), expect.closeTo(0.6, 2)]);
});
