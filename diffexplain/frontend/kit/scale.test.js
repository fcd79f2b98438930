import { describe, expect, test } from "vitest";
import { linearScale, logScale } from "./scale.js";

const RANGES = /** @type {[number, number][]} */ ([[0, 100], [310, 12]]);
const LINEAR = /** @type {[number, number][]} */ ([[0, 1], [-7.25, 1e4], [999, 0]]);
const LOG = /** @type {[number, number][]} */ ([[1e-5, 3], [40, 0.002]]);
const cases = RANGES.flatMap((
  range,
) => [...LINEAR.map((domain) => /** @type {const} */ (["linear", linearScale, domain, range])),
  ...LOG.map((domain) => /** @type {const} */ (["log", logScale, domain, range]))]
);

describe.each(cases)("a %s scale", (_, scaleBetween, domain, range) => {
  const scale = scaleBetween(domain, range);
  test(`from ${domain} to ${range} puts its ends exactly at the ends, and what lies beyond them there too`, () => {
    expect(domain.map(scale)).toEqual(range);
    expect([scale.domain(), scale.range()]).toEqual([domain, range]);
    const [low, high] = domain[0] < domain[1] ? range : [range[1], range[0]];
    expect([-Infinity, Math.min(...domain) - 1, Math.max(...domain) + 1, Infinity].map(scale)).toEqual([low, low, high, high]);
  });
  test(`from ${domain} to ${range} is undone by its inverse, inside the ends`, () => {
    for (const share of [0, 0.2, 0.77, 1]) {
      const px = range[0] + share * (range[1] - range[0]);
      expect(scale(scale.invert(px))).toBeCloseTo(px, 9);
    }
    const beyond = 2 * range[1] - range[0];
    expect(scale.invert(beyond)).toBe(domain[1]);
  });
  test(`from ${domain} to ${range} knows no pixel for what is no number`, () => {
    expect([NaN, /** @type {any} */ (null), /** @type {any} */ (undefined)].map(scale)).toEqual([NaN, NaN, NaN]);
  });
  test(`from ${domain} to ${range} has ticks inside its ends, in their order`, () => {
    for (const count of [1, 3, 10, 25]) {
      const ticks = scale.ticks(count);
      expect(ticks.length).toBeGreaterThan(0);
      const rising = domain[0] < domain[1] ? ticks : ticks.toReversed();
      expect(rising).toEqual(ticks.toSorted((one, other) => one - other));
      for (const tick of ticks) expect(tick >= Math.min(...domain) && tick <= Math.max(...domain)).toBe(true);
    }
  });
});

test("ends that are one are in the middle", () => {
  expect([linearScale([3, 3], [0, 80])(3), logScale([3, 3], [0, 80])(3)]).toEqual([40, 40]);
  expect(linearScale([3, 5], [20, 20]).invert(20)).toBe(4);
});

describe("ticks of a logarithmic scale", () => {
  test("are all multiples of powers of ten, to the last digit", () => {
    expect(logScale([1e-5, 1e-4], [0, 1]).ticks(10)).toEqual([1e-5, 2e-5, 3e-5, 4e-5, 5e-5, 6e-5, 7e-5, 8e-5, 9e-5, 1e-4]);
    expect(logScale([7, 30], [0, 1]).ticks(5)).toEqual([7, 8, 9, 10, 20, 30]);
  });
  test("are powers alone where these are as many as asked for", () => {
    expect(logScale([1e-7, 2], [0, 1]).ticks(7)).toEqual([1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]);
    expect(logScale([2e9, 1e-9], [0, 1]).ticks(4)).toEqual([1e5, 1, 1e-5]);
  });
  test("are even where its ends are near each other", () => {
    expect(logScale([20, 29], [0, 1]).ticks(10)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  });
});
