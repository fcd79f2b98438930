import { expect, test } from "vitest";
import { beside, frameOf, viewOf } from "./view.js";

const tensor = (/** @type {number[]} */ ...data) => ({ data: Float32Array.from(data), shape: [data.length] });
const image = (/** @type {number[]} */ ...data) => ({ data: Float32Array.from(data), shape: [3, 1, 2] });

test("among the schedules the run's own is drawn as the large picture is, and at one noise level all are", () => {
  const flow = { name: "flow", a: tensor(1, 0.5, 0.1), b: tensor(0, 0.5, 0.9) };
  const root = Math.SQRT1_2;
  const linear = { name: "linear", a: tensor(1, root, 0.1), b: tensor(0, root, 0.9) };
  const begin = { request: { steps: 2 }, curves: [flow, linear], x0: image(-1, 1, 0.5, -0.5, 0.25, 0), preview_matrix: null,
    frames: [1, 2] };
  const noise = { data: Float32Array.from([0.3, -0.8, 1.5, 0.1, -0.4, 0.9]), shape: [3, 1, 2] };
  const content = { begin, frames: { 1: { noise }, 2: { noise } }, decoded: {} };
  const runs = { current: { status: { state: "done" }, content, number: 1 }, last: null, refused: null, lasting: null };
  const view = viewOf(/** @type {any} */ (runs), 1);
  const [large, own, other] = [frameOf(/** @type {any} */ (content), 1), beside(view, /** @type {any} */ (flow), 1),
    beside(view, /** @type {any} */ (linear), 1)].map((frame) => [...(frame?.raster?.pixels ?? [])]);
  expect(large.length).toBe(8);
  expect(own).toEqual(large);
  other.forEach((value, at) => expect(Math.abs(value - large[at])).toBeLessThanOrEqual(1));
});
