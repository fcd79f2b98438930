import { describe as group, expect, test } from "vitest";
import { noRuns } from "../../kit/runs.js";
import { correlation } from "../../kit/tensors.js";
import { averaged, chosenWords, division, entriesOf, fieldOf, layerField, longestBar, measure, movedPlace, nearestOf, patchAt,
  rowsOf, sumOf } from "./derive.js";
import { reduceRuns } from "./runs.js";
import { fieldAt, toldSteps, viewOf } from "./view.js";

/** Repeatable shares of 0 to 1. @param {number} seed @param {number} count */
function draw(seed, count) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  });
}

/** Maps whose shares sum to `total` at each patch. @param {number} seed @param {number} rows @param {number} size */
function shares(seed, rows, size, total = 1) {
  const data = draw(seed, rows * size);
  for (let at = 0; at < size; at += 1) {
    let sum = 0;
    for (let row = 0; row < rows; row += 1) sum += data[row * size + at];
    for (let row = 0; row < rows; row += 1) data[row * size + at] *= total / sum;
  }
  return data;
}

const word = (/** @type {string} */ text, /** @type {number[]} */ rows, /** @type {number} */ start, kind = "word") => ({ text,
  kind, rows, pieces: [text], start, end: start + [...text].length, places: rows.length });
const PROMPT = "🦊 a red apple, a Red fox";
const SENTENCE =
  /** @type {any} */ ({ half: "cond", stream: "text", prompt: PROMPT, limit: 24, truncated: null,
    words: [word("", [0], 0, "start"), word("🦊", [1], 0), word("a", [2], 2), word("red", [3, 4], 4), word("apple", [5], 8),
      word(",", [6], 13), word("a", [7], 15), word("Red", [8], 17), word("fox", [9], 21), word("", [10], 24, "end"),
      word("", [11], 24, "padding")] });
const NEGATIVE =
  /** @type {any} */ ({ half: "uncond", stream: "text", prompt: "", limit: 24, truncated: null,
    words: [word("", [0], 0, "start"), word("", [1], 0, "end"), word("", [2], 0, "padding")] });
const BEGIN =
  /** @type {any} */ ({ sentences: [SENTENCE, NEGATIVE], halves: ["cond", "uncond"], grid: [2, 3], step_count: 4,
    map_steps: [0, 1, 3], joint: false });
const ROWS = 12;
const SIZE = 6;

group("which words are chosen", () => {
  const entries = entriesOf(BEGIN, "cond");

  test("positions as they are, without those that there aren't", () => {
    expect(chosenWords([2, 99], entries)).toEqual([2]);
    expect(chosenWords([99], entries)).toEqual([8]);
  });

  test("a text wherever it stands, whatever its case, and never inside another word", () => {
    expect(chosenWords("red", entries)).toEqual([3, 7]);
    expect(chosenWords(" RED   apple ", entries)).toEqual([3, 4]);
    expect(chosenWords("re", entries)).toEqual([8]); // none: the last word
    expect(chosenWords("🦊", entries)).toEqual([1]);
    expect(chosenWords("(", entries)).toEqual([8]);
  });

  test("without one, the last word; of an empty sentence its first mark", () => {
    expect(chosenWords("", entries)).toEqual([8]);
    expect(chosenWords("", entriesOf(BEGIN, "uncond"))).toEqual([0]);
    expect(chosenWords("", [])).toEqual([]);
  });

  test("each map counts once", () => expect(rowsOf(entries, [3, 3, 4])).toEqual([3, 4, 5]));
});

group("how attention is divided", () => {
  const entries = entriesOf(BEGIN, "cond");
  const field = fieldOf({ data: shares(1, ROWS, SIZE), shape: [ROWS, 2, 3] });

  test("a patch's shares and the rest are one, and so are the picture's", () => {
    for (const place of [null, { x: 0.1, y: 0.1 }, { x: 1, y: 1 }]) {
      const { shares: found, rest } = division(field, entries, place);
      expect(found.reduce((sum, share) => sum + share, 0) + rest).toBeCloseTo(1, 5);
      expect(rest).toBeCloseTo(0, 5);
    }
  });

  test("in joint attention the rest is the picture's", () => {
    const joint = fieldOf({ data: shares(2, ROWS, SIZE, 0.3), shape: [ROWS, 2, 3] });
    expect(division(joint, entries, { x: 0.5, y: 0.9 }).rest).toBeCloseTo(0.7, 5);
  });

  test("a patch's share of a word is the word's map there; the mean over patches is the word's share", () => {
    const map = sumOf(field, rowsOf(entries, [3]));
    const { row, column } = patchAt({ x: 0.4, y: 0.6 }, field);
    expect(division(field, entries, { x: 0.4, y: 0.6 }).shares[3]).toBeCloseTo(map[row * 3 + column], 6);
    expect(division(field, entries, null).shares[3]).toBeCloseTo(measure(map, 2, 3).share, 6);
  });
});

test("marks that dwarf every word are cut off; where they don't, or there is no word, nothing is", () => {
  const entries = entriesOf(BEGIN, "cond").slice(0, 3); // a mark and two words
  expect(longestBar([0.3, 0.2, 0.1], entries)).toBeCloseTo(0.3);
  expect(longestBar([0.9, 0.01, 0.02], entries)).toBeCloseTo(0.08);
  expect(longestBar([0.01, 0.01, 0.02], entries, 0.96)).toBeCloseTo(0.08);
  expect(longestBar([0.9, 0, 0], entries)).toBeCloseTo(0.9);
  expect(longestBar([], [])).toBeGreaterThan(0);
});

group("layers and heads", () => {
  const layers = /** @type {any} */ ([{ name: "one", heads: 2, grid: [2, 3] }, { name: "two", heads: 3, grid: [1, 2] }]);
  const rows = 4;
  const maps = layers.flatMap((/** @type {any} */ { heads, grid: [h, w] }, /** @type {number} */ at) =>
    Array.from({ length: heads }, (_, head) => shares(at * 7 + head + 1, rows, h * w))
  );
  const tops = maps.flatMap((/** @type {Float32Array} */ map) =>
    Array.from({ length: rows }, (_, row) => Math.max(...map.slice((row * map.length) / rows, ((row + 1) * map.length) / rows)))
  );
  const codes = Uint8Array.from(
    maps.flatMap((/** @type {Float32Array} */ map, /** @type {number} */ at) =>
      [...map].map((value, place) => Math.round((255 * value) / tops[at * rows + Math.floor((place * rows) / map.length)]))
    ),
  );
  const step =
    /** @type {any} */ ({ index: 0, cond: { data: codes, shape: [codes.length] },
      cond_peaks: { data: Float32Array.from(tops), shape: [tops.length] }, uncond: null, uncond_peaks: null });

  test("bytes come back as shares, off by the stated bound at most", () => {
    let at = 0;
    layers.forEach((/** @type {any} */ { heads }, /** @type {number} */ layer) => {
      for (let head = 0; head < heads; head += 1, at += 1) {
        const found = /** @type {any} */ (layerField(step, "cond", layers, rows, layer, head));
        const size = found.height * found.width;
        for (let place = 0; place < rows * size; place += 1)
          expect(Math.abs(found.data[place] - maps[at][place])).toBeLessThanOrEqual(
            tops[at * rows + Math.floor(place / size)] / 510 + 1e-6,
          );
      }
    });
  });

  test("the mean over heads is the mean of their maps", () => {
    const heads = [0, 1, 2].map((head) => /** @type {any} */ (layerField(step, "cond", layers, rows, 1, head)));
    const mean = /** @type {any} */ (averaged(heads));
    const found = /** @type {any} */ (layerField(step, "cond", layers, rows, 1, -1));
    found.data.forEach((/** @type {number} */ value, /** @type {number} */ at) => expect(value).toBeCloseTo(mean.data[at], 6));
    expect(layerField(step, "uncond", layers, rows, 1, -1)).toBe(null);
    expect(layerField(step, "cond", layers, rows, 2, -1)).toBe(null);
  });
});

group("what is measured of a map", () => {
  test("one bright patch holds it all; an even map needs half of its patches", () => {
    expect(measure([0, 0, 0, 0, 0.9, 0], 2, 3)).toMatchObject({ holding: 1, peak: 0.9, patches: 6,
      centre: { x: 0.5, y: 0.75 } });
    expect(measure(new Float32Array(6).fill(0.2), 2, 3).holding).toBe(3);
    expect(measure([0.5, 0.1], 1, 2).share).toBeCloseTo(0.3);
  });

  test("the patches that hold half are the fewest that do", () => {
    const values = draw(5, 24);
    const { holding, share } = measure(values, 4, 6);
    const sorted = [...values].sort((a, b) => b - a);
    const sum = (/** @type {number} */ count) => sorted.slice(0, count).reduce((total, value) => total + value, 0);
    expect(sum(holding)).toBeGreaterThanOrEqual(share * 12 - 1e-6);
    expect(sum(holding - 1)).toBeLessThan(share * 12);
  });

  test("a map is like itself, unlike its opposite, and an even one is like nothing", () => {
    const values = draw(3, 12);
    expect(correlation(values, values)).toBeCloseTo(1);
    expect(correlation(values, values.map((value) => -2 * value))).toBeCloseTo(-1);
    expect(correlation(values, new Float32Array(12))).toBeNaN();
  });
});

test("keys go from patch to patch and stay inside", () => {
  const grid = { height: 2, width: 3 };
  let place = { x: 0.1, y: 0.1 };
  const seen = ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "Home", "PageUp"].map((key) => {
    place = movedPlace(key, place, grid) ?? place;
    const { row, column } = patchAt(place, grid);
    return [row, column];
  });
  expect(seen).toEqual([[0, 1], [0, 2], [0, 2], [1, 2], [1, 2], [1, 0], [0, 0]]);
  expect(movedPlace("x", place, grid)).toBe(null);
});

test("the nearest of some numbers", () => {
  expect(nearestOf([0, 4, 9], 6)).toBe(4);
  expect(nearestOf([], 6)).toBe(-1);
});

group("a run on screen", () => {
  let number = 0;
  const message = (/** @type {string} */ kind, /** @type {any} */ data, run = 1) => ({ kind, run, number: number++, data });
  const step = (/** @type {number} */ index) =>
    message("step", { index, cond: index === 2 ? null : { data: shares(index + 1, ROWS, SIZE), shape: [ROWS, 2, 3] },
      uncond: index === 2 ? null : { data: shares(index + 9, 3, SIZE), shape: [3, 2, 3] }, x0: null });
  const chosen = { step: -1, half: "cond", word: "", over: "step", layer: "", head: -1, hover: null, pinned: null };
  const messages = [message("begin", BEGIN), step(0), step(1), step(2), step(3), message("end", { image: null, seconds: 1 })];
  const runs = messages.reduce(reduceRuns, noRuns());

  test("a step without maps shows the nearest that has some", () => {
    expect(toldSteps(runs.current?.content ?? null, -1)).toEqual([0, 1, 3]);
    expect(viewOf(runs, { ...chosen, step: 2 })).toMatchObject({ index: 2, told: 1 });
    expect(viewOf(runs, chosen)).toMatchObject({ index: 3, told: 3, picked: [8] });
  });

  test("the mean over the run is the mean of its steps' maps, and still sums to one", () => {
    const { content, field, entries, told } = viewOf(runs, { ...chosen, over: "run" });
    expect(told).toBe(-1);
    const each = [0, 1, 3].map((at) => /** @type {any} */ (fieldAt(content, "cond", at, -1, -1)));
    /** @type {any} */ (field).data.forEach((/** @type {number} */ value, /** @type {number} */ at) =>
      expect(value).toBeCloseTo(each.reduce((sum, one) => sum + one.data[at], 0) / 3, 6)
    );
    expect(division(/** @type {any} */ (field), entries, null).shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });

  test("a half that the run doesn't have falls back to the prompt's", () => {
    expect(viewOf(runs, { ...chosen, half: "uncond" }).half).toBe("uncond");
    const alone = [message("begin", { ...BEGIN, halves: ["cond"], sentences: [SENTENCE] }, 2), step(0)].map((one) => ({ ...one,
      run: 2 })
    ).reduce(reduceRuns, runs);
    expect(viewOf(alone, { ...chosen, half: "uncond" }).half).toBe("cond");
  });

  test("a run that failed before its picture leaves the last one on screen", () => {
    const failed = [message("status", { state: "running", message: "", advice: "" }, 3), message("begin", BEGIN, 3),
      message("status", { state: "failed", message: "no", advice: "" }, 3)].reduce(reduceRuns, runs);
    expect(viewOf(failed, chosen).content).toBe(runs.last?.content);
  });

  test("nothing has come yet", () =>
    expect(viewOf(noRuns(), chosen)).toMatchObject({ content: null, field: null, map: null, measures: null, entries: [],
      told: -1 }));
});
