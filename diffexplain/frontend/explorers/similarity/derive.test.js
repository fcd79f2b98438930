import { describe, expect, test } from "vitest";
import { after } from "../../kit/after.js";
import { inside, measure, odds, range, wrongCaption } from "./derive.js";
import { judged } from "./older.js";
import { drawnOf } from "./pictures.js";
import { reduceRuns, thumbnailOf } from "./runs.js";

/** A reproducible matrix. @param {number} pictures @param {number} texts */
function made(pictures, texts, temperature = 20) {
  const cosines = Float32Array.from({ length: pictures * texts }, (_, at) => Math.sin(at * 12.9898 + 1) / 1.5);
  return { cosines, pictures, texts, temperature };
}

describe("measures", () => {
  test("a blind model loses ln N, a sure one nothing", () => {
    for (const count of [1, 2, 8]) {
      const blind = { cosines: new Float32Array(count * count), pictures: count, texts: count, temperature: 30 };
      expect(measure(blind).loss).toBeCloseTo(Math.log(count), 6);
      expect(measure(blind).chance).toBeCloseTo(Math.log(count), 6);
      const sure = { ...blind, cosines: blind.cosines.map((_, at) => (at % (count + 1) === 0 ? 1 : -1)) };
      expect(measure(sure)).toMatchObject({ diagonal: 1, beside: count > 1 ? -1 : null, best: 1, paired: count,
        picturesRight: count, textsRight: count });
      expect(measure(sure).loss).toBeLessThan(1e-9);
    }
  });

  test("one text more than pictures is one more to be mistaken for", () => {
    const square = { cosines: new Float32Array(9), pictures: 3, texts: 3, temperature: 10 };
    const wide = { ...square, cosines: new Float32Array(12), texts: 4 };
    expect(measure(wide).paired).toBe(3);
    expect(measure(wide).loss).toBeCloseTo((Math.log(4) + Math.log(3)) / 2, 6);
  });

  test("the means leave nothing out", () => {
    const pairs = made(3, 5);
    const { diagonal, beside } = measure(pairs);
    expect(3 * diagonal + 12 * /** @type {number} */ (beside)).toBeCloseTo(pairs.cosines.reduce((a, b) => a + b), 4);
  });

  test("a lead of 0.1 at temperature 100 is e to the tenth", () => expect(odds(0.1, 100)).toBeCloseTo(Math.exp(10), 6));
});

describe("the colours' range", () => {
  test("holds the best value and begins at 0 where some are negative", () => {
    const pairs = made(5, 5);
    const [low, high] = range(pairs, "cosine");
    expect(low).toBe(0);
    expect(high).toBeGreaterThanOrEqual(Math.max(...pairs.cosines) - 1e-6);
    expect(range(pairs, "scaled")[1]).toBeCloseTo(20 * high, 5);
    expect(range(pairs, "softmax_rows")).toEqual([0, 1]);
  });

  test.each([[[0.2, 0.2]], [[-0.3, -0.1]], [[0.21, 0.34]], [[-1, -1]], [[0, 0]]])("is never empty: %j", (cosines) => {
    const [low, high] = range({ cosines, pictures: 1, texts: 2, temperature: 1 }, "cosine");
    expect(high).toBeGreaterThan(low);
    expect(high).toBeGreaterThanOrEqual(Math.max(...cosines) - 1e-6);
  });
});

test("a selection stays inside a matrix that became smaller; negative places count from the end", () => {
  const small = made(2, 3);
  expect(inside([7, 7], small)).toEqual([1, 2]);
  expect(inside([-1, 1], small)).toEqual([1, 1]);
  expect(inside(null, small)).toEqual([0, 0]);
});

test("a wrong caption has another ground, in both languages; where none is named it is another picture's", () => {
  const wrong = (/** @type {string} */ right, grounds = ["white", "blue", "orange"], taken = [""]) =>
    wrongCaption(right, grounds, ["a clown", "a tent"], taken);
  expect(wrong("a horse on a blue background")).toBe("a horse on a white background");
  expect(wrong("a horse on a white background")).toBe("a horse on a blue background");
  expect(wrong("an eagle, white background")).toBe("an eagle, blue background");
  expect(wrong("白色背景上的老鹰", ["白", "蓝"])).toBe("蓝色背景上的老鹰");
  expect(wrong("a cat on a white background", ["white", "orange"])).toBe("a cat on an orange background");
  expect(wrong("a hat on a blue background", undefined, ["a hat on a white background"])).toBe("a hat on an orange background");
  expect(wrong("a clown")).toBe("a tent");
});

test("of the candidates the first of the best is the best", () => {
  const of = (/** @type {number[]} */ ...cosines) => /** @type {any} */ (cosines.map((cosine) => ({ cosine })));
  expect(judged(of(0.1, 0.4, 0.4))).toEqual({ mean: expect.closeTo(0.3, 9), best: 0.4, at: 1 });
  expect(judged([])).toBe(null);
});

test("a drawn reference is a seed and a prompt, colons and line breaks included", () => {
  expect(drawnOf("drawn:7:a fox: red\nor not")).toEqual({ seed: 7, prompt: "a fox: red\nor not" });
  expect(drawnOf("gallery:7")).toBe(null);
});

test("a run is complete with its matrix, and what follows is added to it", () => {
  const thumbnails = { references: ["upload:a", "gallery:99"], pictures: ["one", "two"] };
  const runs = after(reduceRuns, ["progress", { task: "embedding" }], ["matrix", { request: {} }], ["found", {}], ["candidate",
    { seed: 1 }], ["candidate", { seed: 2 }], ["news", {}], ["thumbnails", thumbnails, 0]);
  expect(runs.last).toBe(runs.current);
  expect(runs.last?.content).toMatchObject({ progress: null, candidates: [{ seed: 1 }, { seed: 2 }] });
  expect(["upload:a", "gallery:99", "gallery:1"].map((one) => thumbnailOf(runs, one))).toEqual(["one", "two", undefined]);
});
