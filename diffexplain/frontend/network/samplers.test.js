import { describe, expect, test } from "vitest";
import { mixed, scaled, solved, stepped } from "./samplers.js";

/** @returns {import("./samplers.js").TableRow} */
const row = (changes = {}) => ({ timestep: 500, scale: 1, level: { a: 0.6, b: 0.8 }, next_level: { a: 0.8, b: 0.6 },
  parameterization: { p: 0, q: 1 }, x: 0.8 / 0.6, prediction: 0.6 - (0.8 * 0.8) / 0.6, x_before: 0, prediction_before: 0,
  fresh: 0, draws: false, ...changes });
const of = (/** @type {number[]} */ ...values) => Float32Array.from(values);
const picture = of(1, -0.5, 0.25);
const noise = of(0.3, -2, 0.7);
const latents = picture.map((value, at) => 0.6 * value + 0.8 * noise[at]);

describe("guidance", () => {
  test("at 0 and 1 it is one of the halves, and two equal halves are left alone at any scale", () => {
    expect(mixed(picture, noise, 0)).toEqual(picture);
    mixed(picture, noise, 1).forEach((value, at) => expect(value).toBeCloseTo(noise[at], 6));
    expect(mixed(noise, noise, 7.5)).toEqual(noise);
  });
});

describe("a step", () => {
  test("of the true noise goes to the same picture with less of that noise", () => {
    const next = stepped(row(), { x: latents, prediction: noise }, null, null);
    next.forEach((value, at) => expect(value).toBeCloseTo(0.8 * picture[at] + 0.6 * noise[at], 5));
  });

  test("knows the call before and fresh noise by their coefficients, and leaves all that it was given as it was", () => {
    const now = { x: of(1), prediction: of(2) };
    const before = { x: of(3), prediction: of(4) };
    const mixing = row({ x: 1, prediction: 10, x_before: 100, prediction_before: 1000, fresh: 10000 });
    expect(stepped(mixing, now, before, of(5))).toEqual(of(54321));
    expect([now.x, now.prediction, before.x, before.prediction]).toEqual([of(1), of(2), of(3), of(4)]);
  });
});

describe("a prediction", () => {
  test.each([[{ p: 0, q: 1 }], [{ p: 1, q: 0 }], [{ p: -0.8, q: 0.6 }]])("of %o says what picture and what noise there is",
    (parameterization) => {
      const prediction = picture.map((value, at) => parameterization.p * value + parameterization.q * noise[at]);
      const { x0, noise: found } = solved(row({ parameterization }), { x: latents, prediction });
      x0.forEach((value, at) => expect(value).toBeCloseTo(picture[at], 5));
      found.forEach((value, at) => expect(value).toBeCloseTo(noise[at], 5));
    });
});

test("latents are scaled in single precision", () =>
  expect(scaled(of(0.1, 2), 0.1)[0]).toBe(Math.fround(Math.fround(0.1) ** 2)));
