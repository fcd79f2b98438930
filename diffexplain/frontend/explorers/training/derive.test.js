import { describe, expect, it } from "vitest";
import { answerOf, errorBetween, sumOf, wantedOf } from "./derive.js";

const tensor = (/** @type {number[]} */ values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });
const [a, b] = [0.6, 0.8];

describe("what the network shall say", () => {
  const [original, noise] = [tensor([1, -0.5]), tensor([0.25, 2])];
  const sum = sumOf(original, noise, a, b);
  it("with the sum gives back both parts, whichever of the three it is", () => {
    const solved = (/** @type {string} */ kind) => {
      const said = wantedOf(kind, original, noise, a, b).data;
      return Array.from(sum.data,
        (x, at) => kind === "noise" ? (x - b * said[at]) / a : kind === "original" ? said[at] : a * x - b * said[at]);
    };
    for (const kind of ["noise", "original", "velocity"]) {
      solved(kind).forEach((value, at) => expect(value).toBeCloseTo(original.data[at], 5));
    }
  });
  it("is told back from the noise and the picture that it amounts to, and what follows is the other of the two", () => {
    const of = (/** @type {import("./derive.js").Predicted} */ kind) => answerOf(kind, original, noise, a, b);
    expect([of("noise").answer, of("noise").follows]).toEqual([noise, original]);
    expect([of("original").answer, of("original").follows]).toEqual([original, noise]);
    expect(of("velocity")).toEqual({ answer: wantedOf("velocity", original, noise, a, b), follows: original });
  });
  it("costs nothing where it is said", () => expect(errorBetween(noise, wantedOf("noise", original, noise, a, b))).toBe(0));
  it("costs the mean of the squares where it is not", () => expect(errorBetween(tensor([1, 3]), tensor([0, 0]))).toBe(5));
});
