import { describe, expect, test } from "vitest";
import { extentOf, scaleOf, ticksOf } from "./chart_scale.js";

describe("scales", () => {
  test("put the noisy end left and keep every point inside", () => {
    const x = scaleOf({ reverse: true }, [[0, 999, 500]], [5, 95]);
    expect([x(999), x(0)]).toEqual([5, 95]);
    const y = scaleOf({}, [[7, -5, Infinity, NaN]], [45, 5]);
    expect([y(7), y(-5), y(Infinity), y(-Infinity)]).toEqual([5, 45, 5, 45]);
    expect(y(NaN)).toBeNaN();
  });
  test("give back from a pixel the value that it stands for", () => {
    for (const axis of /** @type {import("./chart_scale.js").Axis[]} */ ([{}, { reverse: true }, { kind: "log" }])) {
      const scale = scaleOf(axis, [[0.002, 40]], [10, 300]);
      for (const value of [0.002, 0.3, 7, 40]) expect(scale.invert(scale(value))).toBeCloseTo(value, 9);
    }
  });
  test("a logarithmic one gives each power of ten the same room, and what is not positive the floor", () => {
    const scale = scaleOf({ kind: "log" }, [[0, -3, 0.01, 10]], [300, 0]);
    expect([0.01, 0.1, 1, 10].map((value) => Math.round(scale(value)))).toEqual([300, 200, 100, 0]);
    expect([scale(0), scale(-3)]).toEqual([300, 300]);
  });
  test("have room for one value, and for none", () => {
    expect(extentOf([[4, 4]], "linear")).toEqual([3, 5]);
    expect(extentOf([[4]], "log")).toEqual([2, 8]);
    expect(extentOf([[], [NaN]], "linear")).toEqual([0, 1]);
    expect(extentOf([[-1, 0]], "log")).toEqual([0.1, 1]);
  });
});

describe("ticks", () => {
  const ticks = (/** @type {import("./chart_scale.js").Axis} */ axis, /** @type {number} */ most) =>
    ticksOf(axis, scaleOf(axis, [], [0, 100]), most);
  test.each(
    /** @type {[number, number][]} */ ([[0, 0.3], [0, 0.5], [0.02, 0.08], [0.04, 0.06], [0, 1.2], [-3e5, 4e6], [3.2, 3.9]]),
  )("from %d to %d are few, evenly spaced and inside", (low, high) => {
    const found = ticks({ domain: [low, high] }, 4);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.length).toBeLessThanOrEqual(5);
    for (const tick of found) expect(tick >= low - 1e-9 && tick <= high + 1e-9).toBe(true);
    for (const at of found.keys()) if (at > 1) expect(found[at] - found[at - 1]).toBeCloseTo(found[1] - found[0], 9);
  });
  test("of a count are whole", () => {
    expect(ticks({ domain: [-5.4, 7.1], whole: true }, 8)).toEqual([-4, -2, 0, 2, 4, 6]);
    expect(ticks({ domain: [-5.4, 7.1], whole: true }, 13)).toHaveLength(13);
    for (const most of [2, 5, 9, 30]) expect(ticks({ domain: [1, 2.2], whole: true }, most)).toEqual([1, 2]);
    for (const tick of ticks({ domain: [1, 39], whole: true }, 8)) expect(tick % 5).toBe(0);
  });
  test("of a logarithmic axis are 1, 2 and 5, or powers alone where there are many", () => {
    expect(ticks({ kind: "log", domain: [0.001, 0.5] }, 12)).toEqual([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]);
    expect(ticks({ kind: "log", domain: [1e-6, 1] }, 6)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
    expect(ticks({ kind: "log", domain: [0.2, 0.5] }, 6).length).toBeGreaterThan(2); // less than one power
    for (const most of [2, 5, 9])
      expect(ticks({ kind: "log", domain: [1e-9, 1e4] }, most).length).toBeLessThanOrEqual(most + 1);
  });
});
