import { describe as group, expect, test } from "vitest";
import { patchAt } from "../../kit/layered.js";
import { noRuns } from "../../kit/runs.js";
import { combine } from "../../kit/tensors.js";
import { chosenWords, division, entriesOf, isJoined, layerField, longestBar, measure, movedPlace, rowsOf,
  sumOf } from "./derive.js";
import { reduceRuns } from "./runs.js";
import { fieldAt, mapSteps, viewOf } from "./view.js";

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
    expect(chosenWords([0, 2], entries, true)).toEqual([2]); // no marks
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
  test("words without a space between them are joined, marks never", () => {
    const parts = entriesOf(
      /** @type {any} */ ({
        sentences: [{ half: "cond",
          words: [word("红", [0], 0), word("苹", [1], 1), word("果", [2], 3), word("", [3], 4, "end")] }],
      }),
      "cond",
    );
    expect(parts.map((part, at) => isJoined(part, parts[at - 1]))).toEqual([false, true, false, false]);
  });
});

group("how attention is divided", () => {
  const entries = entriesOf(BEGIN, "cond");
  const field = { data: shares(1, ROWS, SIZE), shape: [ROWS, 2, 3] };

  test("a patch's shares and the rest are one, and so are the picture's", () => {
    for (const place of [null, { x: 0.1, y: 0.1 }, { x: 1, y: 1 }]) {
      const { shares: found, rest } = division(field, entries, place);
      expect(found.reduce((sum, share) => sum + share, 0) + rest).toBeCloseTo(1, 5);
      expect(rest).toBeCloseTo(0, 5);
    }
  });

  test("in joint attention the rest is the picture's", () => {
    const joint = { data: shares(2, ROWS, SIZE, 0.3), shape: [ROWS, 2, 3] };
    expect(division(joint, entries, { x: 0.5, y: 0.9 }).rest).toBeCloseTo(0.7, 5);
  });

  test("a patch's share of a word is the word's map there; the mean over patches is the word's share", () => {
    const map = sumOf(field, rowsOf(entries, [3]));
    const { row, column } = patchAt({ x: 0.4, y: 0.6 }, map);
    expect(division(field, entries, { x: 0.4, y: 0.6 }).shares[3]).toBeCloseTo(map.data[row * 3 + column], 6);
    expect(division(field, entries, null).shares[3]).toBeCloseTo(measure(map).share, 6);
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
  const maps = layers.flatMap((/** @type {any} */ { heads, grid: [height, width] }, /** @type {number} */ at) =>
    Array.from({ length: heads },
      (_, head) => ({ data: shares(at * 7 + head + 1, rows, height * width), shape: [rows, height, width] }))
  );
  const each = maps.flatMap((/** @type {any} */ head) => Array.from({ length: rows }, (_, row) => sumOf(head, [row]).data));
  const tops = each.map((/** @type {Float32Array} */ map) => Math.max(...map));
  const codes = each.flatMap((/** @type {Float32Array} */ map, /** @type {number} */ at) =>
    [...map].map((value) => Math.round((255 * value) / tops[at]))
  );
  const step =
    /** @type {any} */ ({ cond: { data: Uint8Array.from(codes) }, cond_peaks: { data: Float32Array.from(tops) }, uncond: null,
      uncond_peaks: null });
  const field = (/** @type {number} */ layer,
    /** @type {number} */ head) => /** @type {any} */ (layerField(step, "cond", layers, rows, layer, head));

  test("bytes come back as shares, off by the stated bound at most", () => {
    maps.forEach((/** @type {any} */ { data, shape: [, height, width] }, /** @type {number} */ at) => {
      const back = at < 2 ? field(0, at) : field(1, at - 2);
      back.data.forEach((/** @type {number} */ share, /** @type {number} */ place) =>
        expect(Math.abs(share - data[place])).toBeLessThanOrEqual(
          tops[at * rows + Math.floor(place / (height * width))] / 510 + 1e-6,
        )
      );
    });
  });

  test("the mean over heads is the mean of their maps", () => {
    const mean =
      /** @type {any} */ (combine(...[0, 1, 2].map((head) => /** @type {[number, any]} */ ([1 / 3, field(1, head)]))));
    field(1, -1).data.forEach((/** @type {number} */ value, /** @type {number} */ at) =>
      expect(value).toBeCloseTo(mean.data[at], 6)
    );
    expect(layerField(step, "uncond", layers, rows, 1, -1)).toBe(null);
    expect(field(2, -1)).toBe(null);
  });
});

group("what is measured of a map", () => {
  const map = (/** @type {number} */ height, /** @type {ArrayLike<number>} */ data) => ({ data, height,
    width: data.length / height });

  test("one bright patch holds it all; an even map needs half of its patches", () => {
    expect(measure(map(2, [0, 0, 0, 0, 0.9, 0]))).toMatchObject({ holding: 1, peak: 0.9, patches: 6,
      centre: { x: 0.5, y: 0.75 } });
    expect(measure(map(2, new Float32Array(6).fill(0.2))).holding).toBe(3);
    expect(measure(map(1, [0.5, 0.1])).share).toBeCloseTo(0.3);
    expect(measure(map(1, [0, 0])).holding).toBe(1);
  });

  test("the patches that hold half are the fewest that do", () => {
    const values = draw(5, 24);
    const { holding, share } = measure(map(4, values));
    const sorted = [...values].sort((a, b) => b - a);
    const sum = (/** @type {number} */ count) => sorted.slice(0, count).reduce((total, value) => total + value, 0);
    expect(sum(holding)).toBeGreaterThanOrEqual(share * 12 - 1e-6);
    expect(sum(holding - 1)).toBeLessThan(share * 12);
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

group("a run on screen", () => {
  let number = 0;
  const message = (/** @type {string} */ kind, /** @type {any} */ data, run = 1) => ({ kind, run, number: number++, data });
  const step = (/** @type {number} */ index) => {
    const maps = (/** @type {number} */ rows) =>
      index === 2 ? null : { data: shares(index + rows, rows, SIZE), shape: [rows, 2, 3] };
    return message("step", { index, cond: maps(ROWS), uncond: maps(3), x0: null });
  };
  const chosen = { step: -1, half: "cond", word: "", over: "step", layer: "", head: -1, hover: null, pinned: null };
  const messages = [message("begin", BEGIN), ...[0, 1, 2, 3].map(step), message("end", { image: null, seconds: 1 })];
  const runs = messages.reduce(reduceRuns, noRuns());

  test("a step without maps shows the nearest that has some", () => {
    expect(mapSteps(viewOf(runs, chosen))).toEqual([0, 1, 3]);
    expect(viewOf(runs, { ...chosen, step: 2 })).toMatchObject({ index: 2, step: 1 });
    expect(viewOf(runs, chosen)).toMatchObject({ index: 3, step: 3, picked: [8] });
    expect(viewOf(noRuns(), chosen)).toMatchObject({ content: null, field: null, map: null, measures: null, entries: [],
      step: -1 });
  });

  test("the mean over the run is the mean of its steps' maps, and still sums to one", () => {
    const view = viewOf(runs, { ...chosen, over: "run" });
    const field = /** @type {any} */ (view.field);
    expect(view.step).toBe(-1);
    const each = [0, 1, 3].map((at) => /** @type {any} */ (fieldAt(view, at)));
    field.data.forEach((/** @type {number} */ value, /** @type {number} */ at) =>
      expect(value).toBeCloseTo(each.reduce((sum, one) => sum + one.data[at], 0) / 3, 6)
    );
    expect(division(field, view.entries, null).shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });

  test("a half that the run doesn't have falls back to the prompt's", () => {
    expect(viewOf(runs, { ...chosen, half: "uncond" }).half).toBe("uncond");
    const alone = reduceRuns(runs, message("begin", { ...BEGIN, halves: ["cond"], sentences: [SENTENCE] }, 2));
    expect(viewOf(alone, { ...chosen, half: "uncond" }).half).toBe("cond");
  });
});
