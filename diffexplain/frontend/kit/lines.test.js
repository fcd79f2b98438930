import { expect, test } from "vitest";
import { fixed, tiny, tinyPercent } from "./format.js";
import { roomiest, valueAt } from "./lines.js";

test("a course is straight between its points and goes on at its ends", () => {
  const points = [{ x: 0, y: 10 }, { x: 0.5, y: 0 }, { x: 1, y: -4 }];
  expect([0, 0.25, 0.5, 0.75, 1, 2].map((x) => valueAt(points, x))).toEqual([10, 5, 0, -2, -4, -4]);
  expect(valueAt([{ x: 0, y: Infinity }, { x: 1, y: 3 }], 0.5)).toBe(3);
});

test("names stand beside their own line, clear of the others and of each other", () => {
  const courses = [20, 60, 100].map((top) => (/** @type {number} */ x) => top + 30 * x);
  const places = roomiest(courses, 800, 160);
  places.forEach(({ x, y }, own) => {
    expect(Math.abs(courses[own](x) - y)).toBeCloseTo(12);
    courses.forEach((course, other) => other !== own && expect(Math.abs(course(x) - y)).toBeGreaterThan(14));
    expect(y).toBeGreaterThan(7);
    places.forEach((place, other) =>
      other !== own && expect(Math.abs(place.x - x) * 800 > 80 || Math.abs(place.y - y) > 14).toBe(true)
    );
  });
});

test("numbers: two figures of small ones, two digits beside each other", () => {
  expect([0, 0.00000123, -0.0123, 0.68, 12.3, 1234].map(tiny)).toEqual(["0", "0.0000012", "−0.012", "0.68", "12", "1234"]);
  expect([0.068265, 0.00006].map(tinyPercent)).toEqual(["6.8 %", "0.0060 %"]);
  expect([1.005, -0.001, -2.5, Infinity, -Infinity].map(fixed)).toEqual(["1.00", "0.00", "−2.50", "∞", "−∞"]);
});
