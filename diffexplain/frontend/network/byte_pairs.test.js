import { expect, test } from "vitest";
import { joined } from "./byte_pairs.js";

/** @param {string[]} merges */
const ranks = (...merges) => {
  const known = new Map(merges.map((pair, rank) => [pair, rank]));
  return (/** @type {string} */ left, /** @type {string} */ right) => known.get(`${left} ${right}`);
};

test("the pair learned first is joined first, of several the leftmost", () => {
  expect(joined([..."abc"], ranks("b c", "a b"))).toEqual(["a", "bc"]);
  expect(joined([..."abc"], ranks("a b", "b c"))).toEqual(["ab", "c"]);
  expect(joined([..."aaaaa"], ranks("a a", "aa aa"))).toEqual(["aaaa", "a"]);
});

test("a pair that has come about by joining is joined too, before one learned later", () => {
  expect(joined([..."abcd"], ranks("b c", "a bc", "c d", "bc d"))).toEqual(["abc", "d"]);
});

test("whatever is joined, the word is the same", () => {
  const word = [..."the quick brown fox"];
  expect(joined(word, ranks("t h", "th e", "o w", "o x", "b r", "br ow", "brow n")).join("")).toBe(word.join(""));
  expect(joined([], ranks())).toEqual([]);
  expect(joined(["x"], ranks("x x"))).toEqual(["x"]);
});

test("a long word takes no longer than a long word must", () => {
  expect(joined([..."ab".repeat(20000)], ranks("a b", "ab ab", "abab abab")).length).toBe(5000);
});
