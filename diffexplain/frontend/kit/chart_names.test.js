import { expect, test } from "vitest";
import { apart, heightAt, roomiest, widthOf } from "./chart_names.js";

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

test("names stand beside their own line, clear of the others and of each other", () => {
  const courses = [20, 60, 100].map((top) => (/** @type {number} */ x) => top + 30 * x);
  const places = roomiest(courses.map((course) => ({ course, name: "cosine" })), 800, 160);
  places.forEach(({ x, y }, own) => {
    expect(Math.abs(courses[own](x) - y)).toBeCloseTo(12);
    courses.forEach((course, other) => other !== own && expect(Math.abs(course(x) - y)).toBeGreaterThan(14));
    expect(y).toBeGreaterThan(7);
    places.forEach((place, other) =>
      other !== own && expect(Math.abs(place.x - x) * 800 > 80 || Math.abs(place.y - y) > 14).toBe(true)
    );
  });
});

test("a long name stays within a narrow frame, and off what is written there", () => {
  const flat = { course: () => 80, name: "a very long name" };
  const [{ x }] = roomiest([flat], 200, 160);
  expect(Math.min(x, 1 - x) * 200).toBeGreaterThanOrEqual(widthOf(flat.name) / 2);
  for (const y of [68, 92]) {
    const [place] = roomiest([flat], 200, 160, [{ x: 0.5, y, wide: 200 }]);
    expect(Math.abs(place.y - y)).toBeGreaterThan(14);
  }
});

test("a name stands where its line is, not in a gap", () => {
  const late = (/** @type {number} */ x) => (x < 0.6 ? NaN : 80);
  const [of, other, none] = roomiest([late, () => 20, () => NaN].map((course) => ({ course, name: "flow" })), 800, 160);
  expect(of.x).toBeGreaterThanOrEqual(0.6);
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
