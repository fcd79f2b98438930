import { describe, expect, test } from "vitest";
import { fusedMultiplyAdd } from "./single_precision.js";

const { fround } = Math;

/** A double as a whole number of 2**-1100. @param {number} value */
function whole(value) {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0];
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (exponent ? 1n << 52n : 0n);
  return (value < 0 ? -mantissa : mantissa) << BigInt(Math.max(exponent, 1) + 25);
}

/** The nearest single to one*other + added, found by trying its neighbours; of two as near, the even one. @param {number} one @param {number} other @param {number} added */
function nearest(one, other, added) {
  const sum = whole(one * other) + whole(added);
  const start = fround(one * other + added);
  const bits = new Int32Array(Float32Array.of(start).buffer)[0];
  const near = [bits - 1, bits, bits + 1].map((each) => ({ each, value: new Float32Array(Int32Array.of(each).buffer)[0] }));
  const apart = (/** @type {{ value: number }} */ { value }) => {
    const off = whole(value) - sum;
    return off < 0n ? -off : off;
  };
  return near.reduce((best, next) =>
    apart(next) < apart(best) || (apart(next) === apart(best) && !(next.each & 1)) ? next : best
  ).value;
}

/** @param {number} seed */
function* chances(seed) {
  for (let state = seed >>> 0;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield fround(state / 2 ** 31 - 1);
  }
}

describe("a fused multiplication and addition", () => {
  test("is rounded once", () => {
    const chance = chances(1);
    const next = () => Number(chance.next().value);
    for (let at = 0; at < 3000; at++) {
      const [one, other, added] = [next(), next(), fround(next() * 2 ** ((at % 60) - 30))];
      expect(fusedMultiplyAdd(one, other, added)).toBe(nearest(one, other, added));
    }
  });

  test("also where the sum in double precision lies halfway between two singles, and the rest decides", () => {
    const one = fround(1 + 2 ** -12);
    for (const [other, added] of [[one, 2 ** 29], [one, -(2 ** 29)], [-one, 2 ** 29], [fround(1 + 2 ** -23), 2 ** -60]]) {
      for (const tiny of [1, fround(1 + 2 ** -23), fround(1 - 2 ** -24)]) {
        expect(fusedMultiplyAdd(other, tiny, added)).toBe(nearest(other, tiny, added));
      }
    }
    expect(fusedMultiplyAdd(fround(2 ** -24), 1, 1)).toBe(1); // a tie goes to the even one
    expect(fusedMultiplyAdd(fround(2 ** -24 + 2 ** -47), fround(1 + 2 ** -23), 1)).toBe(fround(1 + 2 ** -23));
  });
});
