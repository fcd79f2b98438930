import { expect, test } from "vitest";
import { endsOf, frameOf, kinshipOf, nearestOf, placesOf, reachOf } from "./derive.js";
import { reduceRuns, updatesOf, valueOf, viewOf } from "./runs.js";

/** @param {number[]} data @param {number[]} shape */
const tensor = (data, shape) => ({ data: Float32Array.from(data), shape });

test("the own one is among the nearest wherever it stands, and says its true place", () => {
  const cosines = [0.9, 0.1, 0.5, 0.7, 0.3];
  expect(nearestOf(cosines, 1, 10, 3).map(({ at, place }) => [at, place])).toEqual([[0, 1], [3, 2], [1, 5]]);
  expect(nearestOf(cosines, 3, 10, 3).map(({ at }) => at)).toEqual([0, 3, 2]);
  expect(nearestOf(cosines, 3, 10, 5).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
});

test("pairs, pictures of one ground and all others are told apart, and together they are the whole matrix", () => {
  const colours = ["red", "red", "blue"];
  const { own, same, other } = kinshipOf({ cosines: tensor([9, 5, 1, 5, 9, 1, 1, 1, 9], [3, 3]) }, colours);
  expect([own, same, other]).toEqual([9, 5, 1]);
});

test("colours have the same ends at every moment, from nothing to the best of all", () => {
  const moments = [{ cosines: tensor([-0.2, 0.1], [1, 2]), temperature: 10 }, { cosines: tensor([0.6, 0], [1, 2]),
    temperature: 20 }];
  expect(endsOf(moments, "cosine")[1]).toBeCloseTo(0.6, 6);
  expect(endsOf(moments, "scaled")[1]).toBeCloseTo(12, 5);
  expect(endsOf(moments, "softmax_rows")).toEqual([0, 1]);
  expect(reachOf([-3, 2])).toBe(3);
});

test("the frame holds all points of all moments, and one axis from edge to edge", () => {
  const moments = [{ points: tensor([0, 0, 4, 1], [2, 2]) }, { points: tensor([-2, 3, 1, 1], [2, 2]) }];
  const frame = frameOf(moments);
  const all = moments.flatMap(({ points }) => placesOf(points, frame, 100)).flat();
  expect([Math.min(...all), Math.max(...all)]).toEqual([0, 100]);
  expect(placesOf(tensor([frame.x, frame.y], [1, 2]), frame, 100)).toEqual([[50, 50]]);
});

/** @param {string} kind @param {any} data @param {number} number @param {any} [more] */
const message = (kind, data, number, more = {}) => ({ kind, run: 1, number, data, ...more });

test("the moment that is shown is the newest, or the last that is kept up to the wanted one", () => {
  let runs = /** @type {any} */ ({ current: null, last: null, kept: null, lasting: {}, refused: null });
  const told = [message("status", { state: "running" }, 0), message("begin", { captions: [] }, 1),
    ...[0, 1, 2, 3].map((at) => message("moment", { at, update: 10 * at }, 2 + at, { most: 3 })),
    message("losses", { at: tensor([30, 31], [2]), loss: tensor([1, 2], [2]) }, 9),
    message("changed", { at: 0, field: "batch", value: "8", update: 0 }, 10)];
  for (const one of told) runs = reduceRuns(runs, /** @type {any} */ (one));
  expect(viewOf(runs, null)).toMatchObject({ moment: { update: 30 }, count: 3 });
  expect(viewOf(runs, 1).moment?.update).toBe(0); // 0, 2 and 3 are kept
  expect(viewOf(runs, -1).moment?.update).toBe(30);
  const { content } = viewOf(runs, null);
  expect(updatesOf(content)).toBe(32);
  expect(valueOf(/** @type {any} */ (content), "batch")).toBe(8);
});
