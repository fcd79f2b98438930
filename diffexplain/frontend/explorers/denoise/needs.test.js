import { expect, test } from "vitest";
import { has, lacksArrays, needs } from "./needs.js";

/** @param {any} more @returns {any} */
const view = ({ index = 0, shape = [64, 64], bare = [], ...more }) => ({ index,
  content: { begin: { preview_shape: shape }, end: null, whole: [], wholeEnd: [], decoded: {},
    steps: [10, 11, 12].map((number, at) => ({ index: at, number,
      x: /** @type {number[]} */ (bare).includes(at) ? null : {} })
    ), ...more } });

test.each([["", 1, []], ["sentence", 1, []], ["noise", 1, [10]], ["unet", 1, [11]], ["sampler", 1, [11, 12]], ["sampler", 2, [
  12,
]], ["decoder", 1, [11]]])("the place %j at step %i needs %j",
  (place, index, numbers) => expect(needs(view({ index }), place)).toEqual(numbers));

test("the last step's next latents and its whole picture are the end's", () => {
  const ended = view({ index: 2, end: { number: 20 } });
  expect(needs(ended, "sampler")).toEqual([12, 20]);
  expect(needs(ended, "decoder")).toEqual([12, 20]);
  expect(needs(view({ index: 1, end: { number: 20 } }), "decoder")).toEqual([11]);
});

test("nothing is needed of a run that came whole, or of none", () => {
  expect(needs(view({ shape: null }), "unet")).toEqual([]);
  expect(needs(view({ steps: [{ number: 10, x: {}, full: true }] }), "noise")).toEqual([]); // an export with all numbers
  expect(needs(/** @type {any} */ ({ content: null, index: 0 }), "unet")).toEqual([]);
});

test("a step without arrays is needed even with no place open, and is not drawn", () => {
  const some = view({ index: 1, bare: [1] });
  expect(needs(some, "")).toEqual([11]);
  expect(["unet", "sampler", "noise", "decoder"].map((place) => lacksArrays(some, place))).toEqual([true, true, false, false]);
  expect(["unet", "sampler"].map((place) => lacksArrays({ ...some, index: 0 }, place))).toEqual([false, true]);
});

test("what is here is known by its number", () => {
  const { content } = view({ whole: [{ number: 11 }], wholeEnd: [{ number: 20 }] });
  expect([10, 11, 20].map((number) => has(content, number))).toEqual([false, true, true]);
});
