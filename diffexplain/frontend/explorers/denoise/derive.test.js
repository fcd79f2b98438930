import { describe as group, expect, test } from "vitest";
import { combine } from "../../kit/tensors.js";
import { translator } from "../../kit/words.js";
import { measure, moveOf, remix, samplerMove, stepAndNext } from "./derive.js";
import { complete, reduceRuns, stepAt } from "./runs.js";
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

/** @param {any[]} steps @param {any} [more] @returns {any} */
const contentOf = (steps, more = {}) => ({ begin: null, steps, decoded: {}, end: null, whole: [], wholeEnd: [], ...more });

test("a deterministic first-order step has nothing beside it", () => {
  const one = step();
  const move = { changed: 0.1, beside: 0.25 };
  const two = { ...step({ index: 1 }), x: combine([one.next_a, one.x0], [one.next_b, one.noise]), before: move };
  const content = contentOf([one, two]);
  const found = samplerMove(content, 0);
  expect(Math.max(.../** @type {any} */ (found).beside.data.map(Math.abs))).toBeLessThan(1e-5);
  expect(found?.besideShare).toBe(0.25); // as Python measured it
  expect(samplerMove(content, 1)).toBe(null); // its next latent has not come
  expect(moveOf(content, 1)).toBe(null);
  const ended = contentOf([one, two], { end: { latents: one.x, move } });
  expect(stepAndNext(ended, 1)?.next).toBe(one.x);
  expect(moveOf(ended, 1)).toBe(move);
});

test("measures are those that Python sent, and what follows from the levels", () => {
  const [one, two] = [{ ...step(), moved: null }, { ...step({ index: 1 }), a: 0.8, b: 0.6, moved: 0.3,
    before: { changed: 0.2, beside: 0 } }];
  const content = contentOf([one, two], {
    end: { latents: two.x, like_final: tensor([0.5, 1]), move: { changed: 0, beside: 0 } },
  });
  expect(measure(content, 0)).toMatchObject({ signalShare: expect.closeTo(0.36), moved: null, sameLevel: false, likeFinal: 0.5,
    changed: 0.2 });
  expect(measure(content, 1)).toMatchObject({ moved: 0.3, likeFinal: null, changed: 0 }); // the last is like itself
  expect(measure(content, 5)).toBe(null);
});

test.each(KINDS)("what a preview of a model that predicts %s leaves out is made from the rest", (_, p, q) => {
  const one = step({ p, q });
  const made = complete({ ...one, x: null, cond: null });
  close(made.x, one.x);
  expect([made.full, complete(one).full]).toEqual([false, true]);
  close(made.cond, one.cond);
  expect(complete({ ...one, x: null, uncond: null, cond: null, guidance_scale: null }).cond).toBe(null);
  expect(complete({ ...one, x: null, x0: null, noise: null }).x).toBe(null);
});

test("all of a step takes the place of its preview, a few of them are kept, and both ends of a move are of one size", () => {
  const steps = Array.from({ length: 12 }, (_, index) => step({ index }));
  /** @param {any} message */
  const message = (message) => ({ run: 3, ...message });
  let runs = /** @type {any} */ ({ current: null, last: null, refused: null });
  for (const one of steps) runs = reduceRuns(runs, message({ kind: "step", number: one.index, data: { ...one, x: null } }));
  expect(samplerMove(runs.current.content, 2)?.next.shape).toEqual([2, 4, 4]);
  const large = (/** @type {any} */ one) => ({ data: new Float32Array(128), shape: [2, 8, 8], one });
  const whole = (/** @type {any} */ one) => ({ ...one, x: large(one), x0: large(one), noise: large(one) });
  const before = runs;
  runs = reduceRuns(runs, message({ kind: "step", number: 2, detail: true, data: whole(steps[2]) }));
  expect(stepAt(runs.current.content, 2)?.x?.shape).toEqual([2, 8, 8]);
  expect(samplerMove(runs.current.content, 2)?.next.shape).toEqual([2, 4, 4]); // until the other end is here, too
  runs = reduceRuns(runs, message({ kind: "step", number: 3, detail: true, data: whole(steps[3]) }));
  expect(samplerMove(runs.current.content, 2)?.straight.shape).toEqual([2, 8, 8]);
  for (const one of steps)
    runs = reduceRuns(runs, message({ kind: "step", number: one.index, detail: true, data: whole(one) }));
  expect(runs.current.content.whole.map((/** @type {any} */ one) => one.index)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  expect(runs.current.seen).toBe(11);
  expect(reduceRuns(before, message({ kind: "step", number: 2, run: 2, detail: true, data: whole(steps[2]) })).current).toBe(
    before.current,
  );
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
