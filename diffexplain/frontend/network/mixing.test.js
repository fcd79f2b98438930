import { describe, expect, test } from "vitest";
import { guided, isWithin, scaleAt } from "./mixing.js";
import { mixed } from "./samplers.js";

const of = (/** @type {number[]} */ ...values) => Float32Array.from(values);
const [uncond, cond, x] = [of(1, -2, 0.5, 3), of(0.5, 1, -1, 2), of(2, 1, 0, -1)];
/** @type {any} */
const row = { level: { a: 0.8, b: 0.6 }, parameterization: { p: 0, q: 1 } };
const at = (/** @type {import("./mixing.js").Mixing} */ mixing, index = 1) =>
  guided({ uncond, cond, x, row }, mixing, 4, index, 4);

describe("guidance", () => {
  test("as it is made is plain, to the bit", () => expect(at({})).toEqual(mixed(uncond, cond, 4)));

  test("outside its interval is the half with the text", () => {
    expect(at({ interval: [0.5, 1] })).toBe(cond);
    expect(at({ interval: [0.5, 1] }, 2)).toEqual(mixed(uncond, cond, 4));
    expect([0, 1, 2, 3].map((index) => isWithin([0.2, 0.6], index, 4))).toEqual([false, true, false, false]);
    expect(isWithin([0, 1], 3, 4)).toBe(true);
  });

  test("by a schedule goes straight from its first scale to its last", () => {
    expect([0, 1, 2, 3].map((index) => scaleAt({ scales: [9, 3] }, 4, index, 4))).toEqual([9, 7, 5, 3]);
    expect(scaleAt({ scales: [9, 3] }, 4, 0, 1)).toBe(9);
  });

  test("rescaled has the spread of the half with the text", () => {
    const spread = (/** @type {Float32Array} */ values) => {
      const centre = values.reduce((sum, value) => sum + value, 0) / 4;
      return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    };
    expect(spread(at({ rescale: 1 }))).toBeCloseTo(spread(cond), 4);
    expect(at({ rescale: 0 })).toEqual(at({}));
  });

  test("with all of its parallel part is plain, nearly, and without it stands at right angles to the picture", () => {
    at({ parallel: 0.9999999 }).forEach((value, place) => expect(value).toBeCloseTo(at({})[place], 4));
    const original = x.map((value, place) => (value - 0.6 * cond[place]) / 0.8);
    const product = at({ parallel: 0 }).reduce((sum, value, place) => sum + (value - cond[place]) * original[place], 0);
    expect(product).toBeCloseTo(0, 4);
  });
});
