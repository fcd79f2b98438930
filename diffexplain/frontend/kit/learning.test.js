import { describe, expect, it } from "vitest";
import { course, dots, lookAt, newest, one } from "./learning.js";

const tensor = (/** @type {number[]} */ values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });

it("takes one of several", () => expect(Array.from(one(tensor([1, 2, 3, 4], [2, 2]), 1).data)).toEqual([3, 4]));

describe("losses", () => {
  const losses = { at: tensor([0, 1, 2, 3]), loss: tensor([4, 2, 1, 3]) };
  it("are averaged where there are many, in their order", () => expect(course(losses, 2)).toEqual({ x: [1, 3], y: [3, 2] }));
  it("are told as they lie apart", () => expect(newest(losses.loss, 2)).toEqual({ least: 1, most: 3, mean: 2 }));
  it("that are no numbers are left out", () => expect(newest(tensor([NaN, 3]), 2).mean).toBe(3));
});

it("looks back to what was there", () => {
  const looks = [{ update: 0 }, { update: 20 }, { update: 40 }];
  expect([lookAt(looks, 39)?.update, lookAt(looks, null)?.update, lookAt([], 3)]).toEqual([20, 40, null]);
});

it("draws the points that lie in the plane, and none that are beyond it or no numbers", () => {
  expect(dots(tensor([1, 2, NaN, 0, 0, Infinity, 9, 0], [4, 2]))).toBe("M1.00 -2.00h0");
});
