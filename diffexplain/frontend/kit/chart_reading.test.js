import { describe, expect, test } from "vitest";
import { nearestPoint, readingAfter } from "./chart_reading.js";

describe("a reading", () => {
  const line = (/** @type {number[]} */ xs, /** @type {number[]} */ ys) => ({ xs: Float64Array.from(xs),
    ys: Float64Array.from(ys) });
  const lines = [line([0, 10, 10.2, 20, 30], [NaN, 5, 6, NaN, 8]), line([0, 30], [50, 60])];
  const after = (/** @type {string} */ key, /** @type {number} */ at, series = 0) => readingAfter(key, { series, at }, lines);

  test("is of the nearest point of all lines, never of a gap", () => {
    expect(nearestPoint(lines, 19, 7)).toEqual({ series: 0, at: 2 });
    expect(nearestPoint(lines, 1, 40)).toEqual({ series: 1, at: 0 });
    expect(nearestPoint([line([1], [NaN])], 1, 1)).toBeNull();
  });
  test("moves a pixel at least, over gaps, and stays at the ends", () => {
    expect(after("ArrowRight", 1)).toEqual({ series: 0, at: 4 });
    expect(after("ArrowRight", 4)).toEqual({ series: 0, at: 4 });
    expect(after("ArrowLeft", 4)).toEqual({ series: 0, at: 2 });
    expect(after("ArrowLeft", 1)).toEqual({ series: 0, at: 1 });
    expect(after("Home", 4)).toEqual({ series: 0, at: 1 });
    expect(after("End", 1)).toEqual({ series: 0, at: 4 });
    expect(after("ArrowDown", 4)).toEqual({ series: 1, at: 1 });
    expect(after("ArrowUp", 1, 1)).toEqual({ series: 0, at: 4 });
    expect(after("ArrowUp", 4)).toEqual({ series: 0, at: 4 });
    expect(after("x", 1)).toBeNull();
  });
  test("goes right on the screen where the axis is reversed", () => {
    const falling = [line([30, 20, 10], [1, 2, 3])];
    expect(readingAfter("ArrowRight", { series: 0, at: 1 }, falling)).toEqual({ series: 0, at: 0 });
    expect(readingAfter("Home", { series: 0, at: 1 }, falling)).toEqual({ series: 0, at: 2 });
  });
});
