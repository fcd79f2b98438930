import { expect, test } from "vitest";
import { drawnStep, pictureOf, shownStep, stepCount } from "./steps.js";

/** @param {number[]} indices @param {any} [more] */
const content = (indices, more) => ({ begin: { step_count: 5 }, steps: indices.map((index) => ({ index, x: {} })), end: null,
  decoded: {}, ...more });
/** @param {number} come @param {number | null} wanted @param {any} [more] */
const shown = (come, wanted, more) =>
  shownStep(
    /** @type {any} */ ({
      current: { number: 7, status: { state: more?.end ? "done" : "running" },
        content: content([0, 1, 2, 3, 4].slice(0, come), more) },
      last: null,
    }),
    wanted,
  );

test("whoever has selected the end follows a run as it comes, the middle as far as there, and a step stays", () => {
  expect([1, 2, 3, 5].map((come) => shown(come, null).index)).toEqual([0, 1, 2, 2]);
  expect([1, 3, 5].map((come) => shown(come, -1).index)).toEqual([0, 2, 4]);
  expect(shown(2, 3)).toMatchObject({ run: 7, index: 3, count: 5, following: false });
  expect([null, -1].map((wanted) => shown(2, wanted).following)).toEqual([true, true]);
  expect(shown(5, -2, { end: {} })).toMatchObject({ index: 3, following: false });
});

test("how many steps there are is known before they have come", () => {
  expect([content([0]), content([0, 1], { begin: null }), null].map(stepCount)).toEqual([5, 2, 0]);
});

test("a step without arrays is drawn from its nearest neighbour that has them", () => {
  const steps = [0, 1, 2, 3].map((index) => ({ index, x: index % 3 ? null : {} }));
  const drawn = (/** @type {typeof steps} */ all, /** @type {any} */ step) => drawnStep(all, step, ({ x }) => x);
  expect(steps.map((step) => drawn(steps, step)?.index)).toEqual([0, 0, 3, 3]);
  expect(drawn(steps.slice(1, 2), steps[1])).toBe(steps[1]);
  expect(drawn(steps, null)).toBe(null);
});

test("what is expected at a step is its decoded picture, until then its latents in colours", () => {
  const latents = { data: Float32Array.from([1]), shape: [1, 1, 1] };
  const run = content([], { begin: { preview_matrix: { data: Float32Array.from([1, 1, 1, 0, 0, 0]), shape: [2, 3] } },
    steps: [{ x0: latents }, { x0: latents }], decoded: { 1: "decoded" } });
  expect(pictureOf(run, 1)).toEqual({ picture: "decoded" });
  expect([...(pictureOf(run, 0)?.raster?.pixels ?? [])]).toEqual([255, 255, 255, 255]);
  expect([pictureOf(run, 2), pictureOf(null, 0)]).toEqual([null, null]);
});
