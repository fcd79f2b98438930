import { describe as group, expect, test } from "vitest";
import { translator } from "../../kit/words.js";
import { combine, correlation, measure, nextLatents, relativeChange, remix, samplerMove } from "./derive.js";
import { words } from "./text.js";
import { describe } from "./words.js";

const text = words(translator({}, "en"));

/** Repeatable numbers. @param {number} seed @param {number} count */
function draw(seed, count = 32) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return (state / 2 ** 30 - 1) * 2;
  });
}
const tensor = (/** @type {ArrayLike<number>} */ data) => ({ data: Float32Array.from(data), shape: [2, 4, 4] });
const close = (/** @type {any} */ left, /** @type {any} */ right) =>
  left.data.forEach((/** @type {number} */ value, /** @type {number} */ at) => expect(value).toBeCloseTo(right.data[at], 4));

/** A step made from a known original and noise, its output read as (p, q). */
function step({ index = 0, a = 0.6, b = 0.8, p = 0, q = 1, w = 5, next_a = 0.8, next_b = 0.6 } = {}) {
  const [x0, uncond, cond] = [1, 2, 3].map((seed) => tensor(draw(seed + 10 * index)));
  const guided = combine([1 - w, uncond], [w, cond]);
  const solved = (/** @type {any} */ x) => ({ x0: combine([q / (a * q - b * p), x], [-b / (a * q - b * p), guided]),
    noise: combine([a / (a * q - b * p), guided], [-p / (a * q - b * p), x]) });
  const x = combine([a, x0], [b, tensor(draw(9))]);
  return /** @type {any} */ ({ index, timestep: 500, a, b, p, q, next_a, next_b, x, uncond, cond, guided, guidance_scale: w,
    guidance_residual: 0, seconds: 0, ...solved(x) });
}

const KINDS =
  /** @type {[string, number, number][]} */ ([["noise", 0, 1], ["original", 1, 0], ["flow", -1, 1], ["v", -0.8, 0.6]]);

group.each(KINDS)("a model that predicts %s", (_, p, q) => {
  test("a*x0 + b*noise is x, before and after guidance is mixed anew", () => {
    const one = step({ p, q });
    for (const parts of [one, remix(one, 1), remix(one, 9)])
      close(combine([one.a, /** @type {any} */ (parts).x0], [one.b, /** @type {any} */ (parts).noise]), one.x);
  });

  test("the same scale changes nothing; another is what solving from the halves gives", () => {
    const one = step({ p, q });
    close(remix(one, 5)?.x0, one.x0);
    const anew = combine([1 - 2, one.uncond], [2, one.cond]);
    const determinant = one.a * q - one.b * p;
    close(remix(one, 2)?.x0, combine([q / determinant, one.x], [-one.b / determinant, anew]));
  });
});

test("without two halves nothing is mixed", () => {
  expect(remix({ ...step(), uncond: null }, 3)).toBe(null);
  expect(remix({ ...step(), guidance_scale: null }, 3)).toBe(null);
});

test("a deterministic first-order step has nothing beside it", () => {
  const one = step();
  const two = { ...step({ index: 1 }), x: combine([one.next_a, one.x0], [one.next_b, one.noise]) };
  const content = { begin: null, steps: [one, two], decoded: {}, end: null };
  expect(samplerMove(content, 0)?.besideShare).toBeCloseTo(0, 5);
  expect(samplerMove(content, 1)).toBe(null); // its next latent has not come
  expect(nextLatents({ ...content, end: /** @type {any} */ ({ latents: one.x }) }, 1)).toBe(one.x);
});

test("measures compare like with like", () => {
  const [one, two] = [step(), { ...step({ index: 1 }), a: 0.8, b: 0.6 }];
  const content = { begin: null, steps: [one, two], decoded: {}, end: /** @type {any} */ ({ latents: two.x }) };
  expect(measure(content, 0)).toMatchObject({ signalShare: expect.closeTo(0.36), moved: null, sameLevel: false });
  expect(measure(content, 1)?.likeFinal).toBeCloseTo(1);
  expect(measure(content, 1)?.moved).toBeCloseTo(relativeChange(one.x0, two.x0));
  expect(measure(content, 5)).toBe(null);
  expect(correlation(one.x0, combine([-3, one.x0]))).toBeCloseTo(-1);
});

test("the words follow the measures", () => {
  const base = { signalShare: 0.5, sigma: 1, logSnr: 0, nextSignalShare: 0.6, moved: 0.1, likeFinal: 0.9, changed: 0.2,
    sameLevel: false };
  expect(describe(text, { ...base, signalShare: 0.01, moved: null })).toMatch(/99 %.*first guess/);
  expect(describe(text, { ...base, signalShare: 0.3, moved: 0.5 })).toMatch(
    /outweighs the picture.*changing its mind.*50 %.*90 %/,
  );
  expect(describe(text, { ...base, moved: 0.01 })).toMatch(/hardly moves/);
  expect(describe(text, { ...base, likeFinal: null })).not.toMatch(/at the end/);
  expect(describe(text, { ...base, nextSignalShare: 1 })).toMatch(/no noise is left/);
  expect(describe(text, { ...base, sameLevel: true })).toMatch(/second time/);
});
