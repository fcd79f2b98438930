import { expect, test } from "vitest";
import { noRuns } from "../../kit/runs.js";
import { clippedAlong, drawnStep, excess, frameOf, isIdle, isRemixed, noiseOf, originalOf } from "./derive.js";
import { reduceRuns, viewOf } from "./runs.js";

/** @param {...number} data @returns {any} */
const tensor = (...data) => ({ data: Float32Array.from(data), shape: [1, 1, data.length] });
/** @param {number} index @param {any} [more] @returns {any} */
const step = (index, more = {}) => ({ index, timestep: 9 - index, a: 0.6, b: 0.8, scale: 6, plain: true,
  lengths: tensor(1, 1, 0.5, 1), angle: 20, preview_shape: null, x: tensor(1, -1), uncond: tensor(0.5, 0.25),
  change: tensor(0.25, -0.5), guided: null, ...more });
/** @param {any[]} steps @param {any} [decoded] @returns {any} */
const content = (steps, decoded = {}) => ({
  begin: { preview_matrix: { data: Float32Array.from([1, 1, 1, 0.5, 0.5, 0.5]), shape: [2, 3] }, step_count: steps.length,
    request: { guidance_scale: 6 } },
  steps,
  decoded,
  end: null,
  drawing: {},
  scales: null,
  ways: null,
});
/** @param {any} made @returns {number[]} */
const values = (made) => [...made.data];

test("a mixture is on the line through the halves: 0 is the one, 1 the other", () => {
  const one = step(0);
  expect(values(originalOf(one, "without", 6, false))).toEqual([0.5, 0.25]);
  expect(values(originalOf(one, "with", 6, false))).toEqual([0.75, -0.25]);
  expect(originalOf(one, "guided", 0, true)).toEqual(originalOf(one, "without", 6, false));
  expect(originalOf(one, "guided", 1, true)).toEqual(originalOf(one, "with", 6, false));
  expect(values(originalOf(one, "guided", 4, true))).toEqual([1.5, -1.75]);
});

test("what was processed further is shown as it came, and mixed anew from the halves", () => {
  const one = step(0, { guided: tensor(9, 9), plain: false });
  expect(values(originalOf(one, "guided", 6, false))).toEqual([9, 9]);
  expect(values(originalOf(one, "guided", 1, true))).toEqual([0.75, -0.25]);
});

test("original and noise make up x again, and a difference of noises is that of the halves", () => {
  const one = step(0);
  for (const part of /** @type {const} */ (["without", "with", "guided"])) {
    const original = /** @type {any} */ (originalOf(one, part, 6, false));
    const noise = noiseOf(one, part, original);
    values(noise).forEach((value, at) => expect(one.a * original.data[at] + one.b * value).toBeCloseTo(one.x.data[at], 5));
  }
  const [without, with_, change] = /** @type {const} */ (["without", "with", "change"]).map((part) =>
    noiseOf(one, part, /** @type {any} */ (originalOf(one, part, 6, false)))
  );
  values(change).forEach((value, at) =>
    expect(value).toBeCloseTo(/** @type {any} */ (with_).data[at] - /** @type {any} */ (without).data[at], 5)
  );
});

test("a decoded picture is of what the run made, never of another mixture", () => {
  const images = ["u", "c", "g"].map((url) => ({ url }));
  const run = content([step(0)], { 0: { index: 0, images, clipped: tensor(0, 0, 0.2) } });
  const view = /** @type {any} */ ({ content: run, old: false, index: 0, count: 1, step: run.steps[0], own: 6, scale: 6 });
  expect(frameOf(view, "guided", "original")?.picture?.url).toBe("g");
  const remixed = { ...view, scale: 9 };
  expect(isRemixed(remixed)).toBe(true);
  expect(frameOf(remixed, "guided", "original")?.picture).toBeUndefined();
  expect(frameOf(remixed, "with", "original")?.picture?.url).toBe("c");
  expect(frameOf(remixed, "guided", "original", 0)?.picture?.url).toBe("g"); // in the film
  expect(frameOf(remixed, "guided", "original")?.raster).toEqual(
    frameOf({ ...view, content: content([step(0, { scale: 9 })]) }, "guided", "original")?.raster,
  );
});

test("a step without arrays shows the nearest that has them", () => {
  const bare = { x: null, uncond: null, change: null };
  expect(drawnStep(content([step(0), step(1, bare), step(2, bare), step(3)]), 2)?.index).toBe(3);
  expect(drawnStep(content([step(0, bare)]), 0)?.index).toBe(0);
});

test("what too much does begins where it is measured", () => {
  const lengths = [tensor(1, 1, 1, 2), tensor(1, 1, 1, 1.3), tensor(1, 1, 1, 1.2)];
  const clipped = [[0, 0.08, 0.09], [0, 0.01, 0.2], [0, 0.1, 0.12]];
  const decoded = Object.fromEntries(clipped.map((row, index) => [index, { index, images: [], clipped: tensor(...row) }]));
  expect(excess(content(lengths.map((each, at) => step(at, { lengths: each })), decoded))).toEqual({ loud: 0, quiet: 2,
    clips: 1, stays: 2 });
  expect(excess(content([step(0), step(1)]))).toEqual({ loud: -1, quiet: -1, clips: -1, stays: -1 });
  expect(clippedAlong(content([step(0)]), 1)).toEqual([NaN]);
});

test("a text that changes nothing at any step is said to change nothing", () => {
  const [idle, busy] = [[1, 1, 1e-7, 1], [1, 1, 0.01, 1]].map((lengths, index) => step(index, { lengths: tensor(...lengths) }));
  expect([[], [idle], [idle, busy], [busy]].map((steps) => isIdle(content(steps)))).toEqual([false, true, false, false]);
});

test("the shown scale is the run's own until another is chosen", () => {
  const said = [["begin", content([step(0)]).begin], ["step", step(0)]];
  const runs = said.reduce((before, [kind, data], number) => reduceRuns(before, { kind, run: 1, number, data }), noRuns());
  expect(viewOf(runs, { step: -1, remix: null })).toMatchObject({ index: 0, count: 1, own: 6, scale: 6 });
  expect(viewOf(runs, { step: -1, remix: 12 })).toMatchObject({ own: 6, scale: 12 });
});
