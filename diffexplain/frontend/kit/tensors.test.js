import { expect, test } from "vitest";
import { combine, correlation, extent, mean, moments, nearestIndex } from "./tensors.js";

const tensor = (/** @type {number[]} */ ...data) => ({ data: Float32Array.from(data), shape: [data.length] });

test("a sum of tensors is linear, and leaves its terms as they are", () => {
  const [one, other] = [tensor(1, 2, 3), tensor(4, 0, -4)];
  expect([...combine([2, one], [0.5, other]).data]).toEqual([4, 4, 4]);
  expect(combine([1, one], [-1, one]).data.every((value) => value === 0)).toBe(true);
  expect([...one.data]).toEqual([1, 2, 3]);
});

test("moments shift and scale with their values", () => {
  const values = [1, 5, 2, 8];
  const { mean: middle, deviation } = moments(values);
  const moved = moments(values.map((value) => 3 * value - 2));
  expect(middle).toBe(mean(values));
  expect(moved.mean).toBeCloseTo(3 * middle - 2);
  expect(moved.deviation).toBeCloseTo(3 * deviation);
});

test("a correlation is 1 with itself, -1 with its mirror, and not a number where nothing varies", () => {
  const values = [1, 5, 2, 8];
  expect(correlation(values, values.map((value) => 2 * value + 1))).toBeCloseTo(1);
  expect(correlation(values, values.map((value) => -value))).toBeCloseTo(-1);
  expect(correlation(values, [3, 3, 3, 3])).toBeNaN();
});

test("extent and nearest", () => {
  expect(extent([3, -1, 2])).toEqual({ low: -1, high: 3 });
  expect(extent([])).toEqual({ low: 0, high: 1 });
  expect([[0, 5, 9], [5, 4], []].map((numbers) => nearestIndex(numbers, 6))).toEqual([1, 0, 0]);
});
