import { describe, expect, it } from "vitest";
import { course, dots, lookAt, newest, one, rateOf, standing, undone, upwards } from "./learning.js";

const tensor = (/** @type {number[]} */ values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });

it("takes one of several", () => expect(Array.from(one(tensor([1, 2, 3, 4], [2, 2]), 1).data)).toEqual([3, 4]));

describe("losses", () => {
  const losses = { at: tensor([0, 1, 2, 3]), loss: tensor([4, 2, 1, 3]) };
  it("are averaged where there are many, in their order", () => expect(course(losses, 2)).toEqual({ x: [1, 3], y: [3, 2] }));
  it("are told as they lie apart", () => expect(newest(losses.loss, 2)).toEqual({ least: 1, most: 3, mean: 2 }));
  it("that led to a break don't count, and the axis is that of the others", () => {
    const breaks = [{ update: 3, back: 1, rate: 1e9, loss: 1e6 }];
    const broken = { at: tensor([0, 1, 2, 3, 4]), loss: tensor([4, 50, 1e6, 3, 2]) };
    const kept = standing(broken, breaks);
    expect(Array.from(kept.at.data)).toEqual([0, 3, 4]);
    expect(Array.from(kept.loss.data)).toEqual([4, 3, 2]);
    expect(upwards(course(kept).y).domain[1]).toBe(4);
    expect(standing(broken, []).loss.shape).toEqual([5]);
    const words = /** @type {any} */ ({ undone: (/** @type {string} */ loss) => `to ${loss}` });
    const more = [...breaks, { ...breaks[0], loss: 7 }, { ...breaks[0], update: 9, loss: null }];
    expect(undone(more, words)).toEqual([{ x: 3, name: "to 1.0 × 10⁶" }, { x: 9, name: "to ∞" }]);
  });
  it("that are no numbers are left out", () => expect(newest(tensor([NaN, 3]), 2).mean).toBe(3));
});

it("looks back to what was there", () => {
  const looks = [{ update: 0 }, { update: 20 }, { update: 40 }];
  expect([lookAt(looks, 39)?.update, lookAt(looks, null)?.update, lookAt([], 3)]).toEqual([20, 40, null]);
});

it("writes a learning rate in two figures", () => {
  expect([0.004, 0.3, 1, 1e9].map(rateOf)).toEqual(["4.0e−3", "0.30", "1.0", "1.0e9"]);
});

it("draws the points that lie in the plane, and none that are beyond it or no numbers", () => {
  expect(dots(tensor([1, 2, NaN, 0, 0, Infinity, 9, 0], [4, 2]))).toBe("M1.00 -2.00h0");
});
