import { describe, expect, test } from "vitest";
import { logSnr } from "../../kit/levels.js";
import { translator } from "../../kit/words.js";
import { apartAt, difference, partnerOf } from "./alignment.js";
import { words } from "./text.js";
import { changes } from "./words.js";

const tensor = (/** @type {number} */ seed, shape = [2, 4, 4]) => ({ shape,
  data: Float32Array.from({ length: shape.reduce((size, length) => size * length, 1) },
    (_, at) => Math.sin(seed * 7.3 + at * 1.7)) });
const MATRIX = tensor(99, [3, 3]);
/** A run at some levels. @param {number[]} levels  log-SNR @param {any} [begin] */
const runAt = (levels, begin = {}) => /** @type {any} */ ({ decoded: {}, end: null, whole: [], wholeEnd: [],
  begin: { step_count: levels.length, latent_shape: [2, 4, 4], preview_matrix: MATRIX, ...begin },
  steps: levels.map((level, index) => ({ index, a: Math.sqrt(1 / (1 + Math.exp(-level))),
    b: Math.sqrt(1 / (1 + Math.exp(level))), x0: tensor(index + levels.length) })
  ) });
const partners = (/** @type {any} */ run, /** @type {any} */ other) =>
  run.steps.map((/** @type {any} */ _, /** @type {number} */ index) => partnerOf(run, index, other));

describe("steps of two runs", () => {
  const few = runAt([-5, -1, 3]);
  const many = runAt([-5.2, -4, -2.9, -1.4, 0.5, 2, 4]);

  test("belong together where their log-SNR is nearest, whatever their numbers", () => {
    expect(partners(many, few)).toEqual([0, 0, 1, 1, 1, 2, 2]);
    for (const [index, partner] of partners(many, few).entries()) {
      const far = few.steps.map((/** @type {any} */ one) =>
        Math.abs(logSnr(one.a, one.b) - logSnr(many.steps[index].a, many.steps[index].b))
      );
      expect(far[partner]).toBe(Math.min(...far));
    }
  });

  test("of a run and itself are the same, also where a level comes twice or is infinite", () => {
    for (const run of [few, many, runAt([-5, -2, -2, 1, 1, 4]), runAt([-Infinity, -2, Infinity]), runAt([0])])
      expect(partners(run, run)).toEqual(run.steps.map((/** @type {any} */ one) =>
        one.index
      ));
  });

  test("that have not come have no partner", () => {
    const begun = { ...many, steps: many.steps.slice(0, 2) };
    expect([1, 2].map((index) => partnerOf(begun, index, few))).toEqual([0, null]);
    expect(partnerOf(few, 0, { ...many, steps: [] })).toBe(null);
  });
});

describe("the difference of two predicted pictures", () => {
  const run = runAt([-5, -2, -2, 1, 4]);

  test("of a run and itself is zero at every step, and mid-grey", () => {
    for (const { index } of run.steps) {
      expect(apartAt(run, index, run)?.rms).toBe(0);
      expect([...new Set(apartAt(run, index, run)?.raster.pixels)]).toEqual([128, 255]);
    }
  });

  test("is that of the colours: root mean square over pixels and colours, the same both ways", () => {
    const [one, other] = [tensor(1), tensor(2)];
    const colours = (/** @type {any} */ { data }) =>
      Array.from({ length: 48 }, (_, at) =>
        [0, 1].reduce((sum, channel) =>
          sum + data[channel * 16 + Math.floor(at / 3)] * MATRIX.data[channel * 3 + (at % 3)], MATRIX.data[6 + (at % 3)]));
    const [left, right] = [colours(one), colours(other)];
    const expected = Math.sqrt(left.reduce((sum, value, at) => sum + (value - right[at]) ** 2, 0) / 48);
    expect(difference(one, other, MATRIX)?.rms).toBeCloseTo(expected, 5);
    expect(difference(other, one, MATRIX)?.rms).toBeCloseTo(expected, 5);
  });

  test("of previews of two sizes is that of the smaller one's numbers", () => {
    const large = tensor(3, [2, 8, 8]);
    const small = { shape: [2, 4, 4],
      data: Float32Array.from({ length: 32 },
        (_, at) => large.data[Math.floor(at / 16) * 64 + (2 * (Math.floor(at / 4) % 4) + 1) * 8 + 2 * (at % 4) + 1]) };
    expect(difference(large, small, MATRIX)?.rms).toBe(0);
    expect(difference(small, large, MATRIX)?.raster.width).toBe(4);
  });

  test("is not drawn of pictures of two sizes, or of steps without arrays", () => {
    expect(apartAt(run, 0, runAt([-5], { latent_shape: [2, 8, 8] }))).toBe(null);
    const bare = { ...run, steps: run.steps.map((/** @type {any} */ step) => ({ ...step, x0: null })) };
    expect(apartAt(bare, 0, run)).toBe(null);
  });
});

test("what two runs were asked differently is said in words, and nothing else", () => {
  const text = words(translator({}, "en"));
  const asked = (/** @type {any} */ request, sampler_label = "DDIM", picture_size = [64, 64]) => /** @type {any} */ ({
    sampler_label,
    picture_size,
    request: { prompt: "a fox", negative_prompt: "", seed: 7, steps: 8, guidance_scale: 4, ...request },
  });
  const said = (/** @type {any} */ one, /** @type {any} */ other) => changes(text, one, other);
  expect(said(asked({}), asked({}))).toEqual([]);
  expect(said(asked({}), asked({ guidance_scale: 8 }))).toEqual(["Guidance 4 → 8"]);
  expect(said(asked({}), asked({ prompt: "a cat", seed: 8, steps: 20 }, "Euler", [64, 96]))).toEqual([
    "Prompt “a fox” → “a cat”",
    "Seed 7 → 8",
    "Sampler DDIM → Euler",
    "Steps 8 → 20",
    "Size 64 × 64 → 64 × 96",
  ]);
  expect(said(asked({ negative_prompt: "red" }), asked({}))).toEqual(["Negative prompt “red” → nothing"]);
});
