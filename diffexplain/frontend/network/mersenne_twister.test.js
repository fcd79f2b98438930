import { expect, test } from "vitest";
import { MersenneTwister } from "./mersenne_twister.js";

/** @param {number} seed @param {number} count */
const drawn = (seed, count) => {
  const twister = new MersenneTwister(seed);
  return Array.from({ length: count }, () => twister.next());
};

test("the ten thousandth number of seed 5489 is the one that the standard of C++ names", () => {
  expect(drawn(5489, 10000)[9999]).toBe(4123659995);
});

test("of a seed the lowest 32 bits count", () => {
  expect(drawn(2 ** 52 + 2 ** 32 + 7, 700)).toEqual(drawn(7, 700));
  expect(drawn(2 ** 53 - 1, 5)).toEqual(drawn(2 ** 32 - 1, 5));
  expect(drawn(8, 5)).not.toEqual(drawn(7, 5));
});
