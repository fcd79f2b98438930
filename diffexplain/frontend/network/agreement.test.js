import { expect, test } from "vitest";
import { distances, groups, starts } from "./agreement.js";

test("pictures are grouped where no two of a group are as far apart as the threshold", () => {
  const line = [0, 0.05, 0.1, 0.5, 0.52].map((value) => Float32Array.of(value, value));
  const matrix = distances(line);
  expect(matrix[0][2]).toBeCloseTo(0.1);
  expect(matrix[2][0]).toBe(matrix[0][2]);
  expect(groups(matrix, 0.08)).toEqual([[0, 1], [3, 4], [2]]);
  expect(groups(matrix, 0.2)).toEqual([[0, 1, 2], [3, 4]]);
  expect(groups(matrix, 0)).toEqual([[0], [1], [2], [3], [4]]);
});

test("starts come once each, the commonest first, then the noisier", () =>
  expect(starts([951, 999, 951, 900, 981])).toEqual([951, 999, 981, 900]));
