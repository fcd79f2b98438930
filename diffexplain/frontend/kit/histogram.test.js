import { describe, expect, test } from "vitest";
import { densities, gaussian, gaussianBelow, gaussianGap } from "./histogram.js";

describe("densities", () => {
  test("have an area of the share of values inside", () => {
    const bins = densities([-3, -1, 0, 0.5, 0.999, 1, 7], -1, 1, 4);
    expect([...bins].reduce((sum, density) => sum + density * 0.5, 0)).toBeCloseTo(4 / 7, 12); // -1, 0, 0.5, 0.999: the end is not inside
    expect([...bins].map((density) => Math.round(density * 0.5 * 7))).toEqual([1, 0, 1, 2]);
  });
});

test("the distribution function is the area under the density", () => {
  let area = 0;
  for (let x = -8; x < 1.3; x += 1e-3) area += gaussian(x + 5e-4) * 1e-3;
  expect(gaussianBelow(1.3)).toBeCloseTo(area, 4);
  expect(gaussianBelow(0)).toBeCloseTo(0.5, 7);
  expect(gaussianBelow(-2) + gaussianBelow(2)).toBeCloseTo(1, 12);
});

test("the gap is nought for exact quantiles, and the share of what lies wrong else", () => {
  const quantiles = Array.from({ length: 2000 }, (_, at) => {
    let [low, high] = [-6, 6];
    while (high - low > 1e-7)
      gaussianBelow((low + high) / 2) < (at + 0.5) / 2000
        ? (low = (low + high) / 2)
        : (high = (low + high) / 2);
    return low;
  });
  expect(gaussianGap(quantiles)).toBeLessThan(0.001);
  expect(gaussianGap(new Float32Array(10))).toBeCloseTo(0.5, 6);
  expect(gaussianGap(quantiles.map((value) => value + 10))).toBeGreaterThan(0.99);
});
