import { expect, test } from "vitest";
import { apart, gapBetween, heightAt, roomiest } from "./chart_names.js";

test("a line is straight between its points and goes on at its ends, whichever way it runs", () => {
  const [xs, ys] = [[0, 0.5, 1], [10, 0, -4]];
  const read = (/** @type {number[]} */ across, /** @type {number[]} */ up) =>
    [-1, 0, 0.25, 0.5, 0.75, 1, 2].map((x) => heightAt(across, up, x));
  expect(read(xs, ys)).toEqual([10, 10, 5, 0, -2, -4, -4]);
  expect(read([...xs].reverse(), [...ys].reverse())).toEqual(read(xs, ys));
  expect(heightAt([0, 1, 2], [5, NaN, 5], 0.5)).toBeNaN();
  expect([0.5, 1.5].map((x) => heightAt([0, 1, 2], [Infinity, 3, -Infinity], x))).toEqual([3, 3]);
  expect(heightAt([], [], 0)).toBeNaN();
});

const room = { left: 40, right: 760, height: 160 };

test("names stand beside their own line, clear of the others, of each other and of what is written, and inside", () => {
  const courses = [20, 60, 100].map((top) => (/** @type {number} */ x) => top + 0.0375 * x);
  const written = [{ x: 100, y: 12, half: 60 }];
  for (const [halves, { left, right, height }]
    of /** @type {const} */ ([[[40, 40, 40], room], [[40, 20, 90], room], [[20, 30, 50], { ...room, right: 240 }]]))
  {
    const places = roomiest(courses, [...halves], { left, right, height }, written);
    places.forEach(({ x, y, half }, own) => {
      expect(Math.abs(courses[own](x) - y)).toBeCloseTo(12);
      courses.forEach((course, other) => other !== own && expect(Math.abs(course(x) - y)).toBeGreaterThan(14));
      expect(y).toBeGreaterThan(7);
      expect([x - half >= left, x + half <= right]).toEqual([true, true]);
      for (const other of [...written, ...places])
        if (other !== places[own]) expect(gapBetween(places[own], other)).toBeGreaterThan(0);
    });
  }
});

test("a name stands where its line is, not in a gap", () => {
  const late = (/** @type {number} */ x) => (x < 480 ? NaN : 80);
  const [of, other, none] = roomiest([late, () => 20, () => NaN], [40, 40, 40], room);
  expect(of.x).toBeGreaterThanOrEqual(480);
  expect(Number.isFinite(other.y)).toBe(true);
  expect(none.y).toBeNaN();
});

test("labels keep their order, their distance and the frame", () => {
  for (const wanted of [[10, 11, 12, 90], [5, 5, 5], [99, 98, 97, 96], [50]]) {
    const places = apart(wanted, 14, 0, 100);
    const sorted = [...places].sort((a, b) => a - b);
    sorted.forEach((place, at) => at && expect(place - sorted[at - 1]).toBeGreaterThan(13.5));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(-0.01);
    expect(Math.max(...places)).toBeLessThanOrEqual(100.01);
  }
});
