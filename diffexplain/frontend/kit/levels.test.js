import { describe, expect, test } from "vitest";
import { levelAt, logSnr, stepAt, transition } from "./levels.js";

/** @param {(share: number) => [number, number]} level @param {number} steps */
function curve(level, steps) {
  const levels = Array.from({ length: steps + 1 }, (_, step) => level(step / steps));
  const [a, b] = [0, 1].map((part) => ({ data: Float32Array.from(levels, (each) => each[part]), shape: [steps + 1] }));
  return { a, b };
}
const cosine = curve((t) => [Math.cos(1.5 * t), Math.sin(1.5 * t)], 12);
const flow = curve((t) => [1 - t, t], 12);

describe.each([["cosine", cosine], ["flow", flow]])("%s", (_name, levels) => {
  test("the step of a level is the inverse of the level of a step, also between two steps", () => {
    for (const step of [0.5, 1, 3.25, 7, 11, 11.5]) {
      const { a, b } = levelAt(levels, step);
      expect(stepAt(levels, logSnr(a, b))).toBeCloseTo(step, 3);
    }
    expect(stepAt(levels, Infinity)).toBe(0);
  });
});

test("a schedule that never gets to a level has no step for it", () => {
  const short = curve((t) => [Math.cos(t), Math.sin(t)], 5);
  expect(stepAt(short, -50)).toBe(null);
  expect(stepAt(short, -Infinity)).toBe(null);
  expect(stepAt(flow, -Infinity)).toBe(12);
});

test("the Markov step keeps the variance of a variance-preserving schedule, and what has lost the picture keeps nothing", () => {
  const { keep, add } = transition(cosine, 5);
  expect(keep ** 2 + add ** 2).toBeCloseTo(1, 6);
  const lost = curve((t) => [Math.max(0, 1 - 2 * t), Math.min(1, 2 * t)], 12);
  for (const levels of [flow, lost]) expect(transition(levels, 12)).toEqual({ keep: 0, add: 1 });
});
