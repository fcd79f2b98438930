import { describe, expect, test } from "vitest";
import { makeNormal } from "./box_muller.js";
import { MersenneTwister } from "./mersenne_twister.js";

/** @param {number} seed */
const uniform = (seed) => {
  const twister = new MersenneTwister(seed);
  return Float32Array.from({ length: 16 }, () => (twister.next() & 0xffffff) / 2 ** 24);
};

describe("sixteen numbers", () => {
  test("a cosine and its sine have the radius of their first number and the angle of their second", () => {
    for (let seed = 0; seed < 300; seed++) {
      const [numbers, normal] = [uniform(seed), uniform(seed)];
      makeNormal(normal);
      for (let at = 0; at < 8; at++) {
        const radius = Math.sqrt(-2 * Math.log(1 - numbers[at]));
        const angle = 2 * Math.PI * numbers[at + 8];
        expect(Math.abs(normal[at] - radius * Math.cos(angle))).toBeLessThan(4e-6);
        expect(Math.abs(normal[at + 8] - radius * Math.sin(angle))).toBeLessThan(4e-6);
      }
    }
  });

  test("the ends of the range are numbers, and a zero has no sign", () => {
    const numbers = new Float32Array(16);
    numbers[1] = numbers[9] = 1 - 2 ** -24;
    numbers[10] = 0.25;
    makeNormal(numbers);
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(numbers[1]).toBeCloseTo(Math.sqrt(48 * Math.LN2), 4);
    for (const at of [0, 2, 8, 10]) expect(Object.is(numbers[at], 0)).toBe(true);
  });
});
