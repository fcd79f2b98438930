import { describe, expect, test } from "vitest";
import { levelAt, transition } from "../../kit/levels.js";
import { combine } from "../../kit/tensors.js";
import { freshNoise, leak, measure, neighbours, noiseAt } from "./derive.js";
import { describe as said } from "./words.js";

/** A repeatable source of standard normal numbers (Box-Muller over a small generator). @param {number} seed */
function gaussians(seed) {
  let state = seed;
  const uniform = () => ((state = (state * 1664525 + 1013904223) % 2 ** 32) + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
/** @param {number} seed @param {number} [count] */
const noise = (seed, count = 20000) => {
  const draw = gaussians(seed);
  return { data: Float32Array.from({ length: count }, draw), shape: [1, 1, count] };
};
const vector = (/** @type {number[]} */ values) => ({ data: Float32Array.from(values), shape: [values.length] });
/** @param {string} name @param {(share: number) => [number, number]} level @param {number} steps */
function curve(name, level, steps) {
  const levels = Array.from({ length: steps + 1 }, (_, step) => level(step / steps));
  return { name, a: vector(levels.map(([a]) => a)), b: vector(levels.map(([, b]) => b)) };
}
const cosine = curve("cosine", (t) => [Math.cos(1.5 * t), Math.sin(1.5 * t)], 12);
const flow = curve("flow", (t) => [1 - t, t], 12);

/** A chain walked here, with frames told at some steps. @param {typeof cosine} levels @param {number[]} frames */
function walked(levels, frames) {
  const x0 = noise(99);
  const content =
    /** @type {any} */ ({ drawing: null, begin: { request: { steps: 12 }, x0, curves: [levels], frames }, frames: {},
      decoded: {}, end: null });
  /** @type {any[]} */
  const all = [];
  let gathered = /** @type {import("./derive.js").Tensor} */ (noise(0));
  for (let step = 1; step <= 12; step += 1) {
    const { keep, add } = transition(levels, step);
    const [before, here] = [levelAt(levels, step - 1), levelAt(levels, step)];
    const fresh = noise(step);
    gathered = combine([(keep * before.b) / here.b, gathered], [add / here.b, fresh]);
    all[step] = gathered;
    if (frames.includes(step)) content.frames[step] = { step, noise: gathered, fresh, difference: null, largest_difference: 0 };
  }
  return { content, all };
}
const alike = (/** @type {any} */ one,
  /** @type {any} */ other) => /** @type {number} */ (measure(one, other, { a: 1, b: 1 }).correlation);

describe.each([["cosine", cosine], ["flow", flow]])("%s", (_name, levels) => {
  test("told noises are used as they are; between them the mix has unit variance and is as close to the chain's own as either of them", () => {
    const { content, all } = walked(levels, [3, 6, 9, 12]);
    for (const step of [3, 6, 9, 12]) expect(noiseAt(content, step)).toBe(content.frames[step].noise);
    for (const step of [4, 5, 7, 8, 10, 11]) {
      const mixed = /** @type {any} */ (noiseAt(content, step));
      expect(measure(mixed, mixed, { a: 1, b: 1 }).deviation).toBeCloseTo(1, 1);
      const own = alike(mixed, all[step]);
      expect(own).toBeGreaterThan(
        Math.max(alike(all[step], content.frames[Math.floor(step / 3) * 3].noise),
          alike(all[step], content.frames[Math.ceil(step / 3) * 3].noise)) - 0.01,
      );
    }
  });
});

test("a schedule that has lost all of the picture on the way makes no holes", () => {
  const { content } = walked(curve("steep", (t) => (t < 0.4 ? [1 - t, Math.sqrt(1 - (1 - t) ** 2)] : [0, 1]), 12), [3, 6, 9,
    12]);
  for (let step = 1; step <= 12; step += 1)
    expect(/** @type {any} */ (noiseAt(content, step)).data.every(Number.isFinite)).toBe(true);
});

test("what has not come yet is not made up", () => {
  const { content } = walked(cosine, [4, 8, 12]);
  delete content.frames[12];
  expect(neighbours(content, 9)).toEqual({ before: 8, after: null });
  expect(noiseAt(content, 9)).toBe(null);
  expect(noiseAt(content, 2)).toBe(content.frames[4].noise); // no earlier one: the next is the best there is
});

test("measures are those of the mix", () => {
  const [x0, n] = [noise(1), noise(2)];
  const level = { a: 0.6, b: 0.8 };
  const found = measure(combine([level.a, x0], [level.b, n]), x0, level);
  expect(found.correlation).toBeCloseTo(0.6, 1);
  expect(found.deviation).toBeCloseTo(1, 1);
  expect(found.signalShare).toBeCloseTo(0.36, 9);
  expect(found.gap).toBeLessThan(0.02);
  const moved = measure({ ...n, data: n.data.map((value) => 0.3 * value + 0.8) }, x0, level);
  expect(moved.gap).toBeGreaterThan(0.4);
  expect(moved.shape).toBeLessThan(0.02); // a bell curve still, only elsewhere
  expect(measure(n, { ...n, data: n.data.map(() => 0.5) }, level).correlation).toBe(null);
});

test("the leak is the mean of each channel in the last step without noise, the strongest first", () => {
  const x0 = { data: new Float32Array(800).fill(0.5).fill(-0.75, 400), shape: [2, 20, 20] };
  const levels = curve("kept", (t) => [1 - 0.9 * t, Math.sqrt(1 - (1 - 0.9 * t) ** 2)], 4);
  const found = /** @type {any} */ (leak(/** @type {any} */ ({ begin: { request: { steps: 4 }, x0, curves: [levels] } })));
  expect(found.left).toBeCloseTo(0.1, 5);
  expect(found.shifts.map((/** @type {any} */ one) => one.channel)).toEqual([1, 0]);
  expect(found.shifts[0].shift).toBeCloseTo(-0.075, 5);
  expect(found.shifts[1].shift).toBeCloseTo(0.05, 5);
  expect(found.stray).toBeCloseTo(Math.sqrt(0.99) / 20, 5);
  expect(found.times).toBeCloseTo(0.075 / found.stray, 4);
});

test("fresh noise is read back from its bytes", () => {
  expect([...freshNoise({ data: Uint8Array.from([128, 255, 1]), shape: [3] }).data]).toEqual([0, 4, -4]);
});

test("the words follow what is measured", () => {
  const text =
    /** @type {any} */ ({ sentences: (/** @type {string[]} */ list) => list.join(" "),
      say: new Proxy({ untouched: "untouched", own: "own", bell: "bell" }, {
        get: (known, name) => /** @type {any} */ (known)[name] ?? (() => String(name)),
      }) });
  const base = { mean: 0, deviation: 1, correlation: 0.5, gap: 0.1, shape: 0.01, signalShare: 0.3, count: 12288 };
  expect(said(text, { ...base, signalShare: 1 })).toBe("untouched");
  expect(said(text, { ...base, correlation: 0.99, gap: 0.3, shape: 0.2 })).toBe("hardly own");
  expect(said(text, base)).toBe("outline shifted");
  expect(said(text, { ...base, correlation: 0.01, gap: 0.01 })).toBe("drowned bell");
  expect(said(text, { ...base, correlation: null, gap: 0.01 })).toBe("plain bell");
  expect(said(text, { ...base, correlation: 0.055, gap: 0.03 })).toBe("patches shifted");
  expect(said(text, { ...base, correlation: 0.055, gap: 0.03, count: 1024 })).toBe("drowned bell"); // fewer values stray farther by themselves
});
