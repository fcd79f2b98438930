import { describe, expect, test } from "vitest";
import { Generator } from "./random.js";

/** @param {number} seed @param {number[]} counts */
const drawn = (seed, ...counts) => {
  const generator = new Generator(seed);
  return counts.map((count) => generator.randn(count));
};

describe("normal numbers", () => {
  test("are normal, however many are drawn at a time", () => {
    const few = Float32Array.from(drawn(1, ...Array(2000).fill(10)).flatMap((part) => [...part]));
    for (const numbers of [few, ...drawn(2, 20000)]) {
      const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
      expect(Math.abs(mean)).toBeLessThan(0.03);
      expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    }
  });

  test("of blocks are the same in one portion as in several", () => {
    const [whole] = drawn(3, 64);
    expect(drawn(3, 16, 48).flatMap((part) => [...part])).toEqual([...whole]);
  });

  test("that fill no block have the last sixteen drawn anew", () => {
    const [odd] = drawn(4, 40);
    const [block, ...rest] = drawn(4, 32, 8, 16);
    expect([...odd.slice(0, 24)]).toEqual([...block.slice(0, 24)]);
    expect(odd.length).toBe(40);
    expect([...odd.slice(24)]).not.toEqual([...block.slice(24), ...rest[0]]);
  });

  test("of which few are drawn come in pairs: the second waits for the next call", () => {
    const [three, one] = drawn(5, 3, 1);
    expect([...three, ...one]).toEqual([...drawn(5, 4)[0]]);
    const [, , later] = drawn(5, 3, 16, 1);
    expect(later).toEqual(one);
  });
});

test("none are none", () => expect(drawn(6, 0, 4)[1]).toEqual(drawn(6, 4)[0]));
