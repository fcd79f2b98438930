import { expect, test } from "vitest";
import { exchangeOf, givenTo, inside, lacking, readBy, readingOf, stripOf, verdictOf, withWord, wordAt } from "./derive.js";

const tensor = (/** @type {number[]} */ shape, /** @type {number[]} */ data) => ({ shape, data: Float32Array.from(data) });
const piece = (/** @type {Partial<import("./messages").Piece>} */ more) => ({ text: "", kind: "word", id: 0, name: "",
  whole: true, group: 0, start: 0, end: 0, ...more });
const layer = (/** @type {any} */ more) => ({ encoder: 0, layer: 1, number: 7, mean: tensor([2, 2], [1, 0, 0.4, 0.6]),
  rolled: tensor([2, 2], [1, 0, 0.2, 0.8]), heads: tensor([2, 2, 2], [1, 0, 0.8, 0.2, 1, 0, 0, 1]), ...more });
const view = (/** @type {any} */ more) => /** @type {any} */ ({ layers: [layer({})], layer: 1, head: -1, ...more });

test("what is looked at stays inside what there is", () => {
  expect([[-1, 5], [9, 5], [0, 1], [-9, 3]].map(([at, count]) => inside(at, count))).toEqual([4, 4, 0, 0]);
});

test("a layer is read by the mean, by a head, or rolled up; heads that have not come are asked for", () => {
  expect(readingOf(view({}), 1, -1, false)).toEqual(layer({}).mean);
  expect([...(readingOf(view({}), 1, 1, false)?.data ?? [])]).toEqual([1, 0, 0, 1]);
  expect(readingOf(view({}), 1, 1, true)).toEqual(layer({}).rolled);
  expect(readingOf(view({}), 2, -1, false)).toBe(null);
  const bare = view({ layers: [layer({ heads: null })] });
  expect(readingOf(bare, 1, 0, false)).toBe(null);
  expect([lacking(bare), lacking({ ...bare, head: 0 }), lacking(view({ head: 0 })), lacking({ ...bare, layer: 0, head: 1 })])
    .toEqual([[], [7], [], [7]]);
});

test("what a token reads, the most first", () => {
  expect(readBy(layer({}).mean, 1).map(({ token }) => token)).toEqual([1, 0]);
  expect([givenTo(layer({}).mean, 0), givenTo(layer({}).mean, 1)].map((share) => Number(share.toFixed(3)))).toEqual([0.4, 0]);
});

test("a vector's numbers line up in four rows", () => {
  const strips = tensor([1, 2, 6], [...Array(12).keys()]);
  expect(stripOf(strips, 0, 1)).toEqual({ data: [6, 7, 8, 9, 10, 11, 0, 0], height: 4, width: 2 });
});

test("what an exchange did: what stands before it, what behind", () => {
  const compared =
    /** @type {any} */ ({ same: { data: [1, 0, 1, 1] }, apart: tensor([2, 4], [0, 0.5, 0, 0, 0, 0.4, 0.3, 0]),
      equal: { data: [1, 0, 1, 1, 1, 0, 0, 1], shape: [2, 4] } });
  const found = exchangeOf(compared);
  expect({ ...found, most: { ...found.most, apart: undefined } }).toEqual({ first: 1, differ: 1, before: 1, untouched: 1,
    most: { pair: 2, layer: 1, apart: undefined }, changed: 1, behind: 2 });
  const same = exchangeOf({ ...compared, same: { data: [1, 1, 1, 1] } });
  expect([same.first, same.differ, same.behind]).toEqual([4, 0, 0]);
});

test("a sum arrives where the nearest of all captions has what was asked, and nowhere else", () => {
  const sum = (/** @type {number} */ place, count = 2) => /** @type {any} */ ({ terms: Array(count).fill({}), place });
  expect([sum(1), sum(2), sum(0), sum(1, 1)].map(verdictOf)).toEqual(["arrived", "failed", "unseen", "alone"]);
});

test("a word is exchanged where it stands, all its pieces together", () => {
  const tokens = [piece({ kind: "start", group: 0 }), piece({ group: 1, start: 2, end: 3 }),
    piece({ group: 1, start: 3, end: 6 })];
  expect(wordAt(tokens, 2)).toEqual({ start: 2, end: 6 });
  expect(wordAt(tokens, 0)).toBe(null);
  expect(withWord("🦊 abcd e", { start: 2, end: 6 }, "owl")).toBe("🦊 owl e");
});
