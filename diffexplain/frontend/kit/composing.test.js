import { describe, expect, test } from "vitest";
import { tongueOf, touched, withWord } from "./composing.js";

/** @param {string} kind @param {string} en @param {string} zh @param {string} enPhrase @param {string} zhPhrase */
const known = (kind, en, zh, enPhrase, zhPhrase) => ({ kind, name: { en, zh }, phrase: { en: enPhrase, zh: zhPhrase } });
const FOX = known("core", "fox", "狐狸", "a fox", "一只狐狸");
const OWL = known("core", "owl", "猫头鹰", "an owl", "一只猫头鹰");
const CAT = known("thing", "cat", "猫", "a cat", "一只猫");
const AND = known("place", "and", "和", "and", "和");
const LEFT = known("place", "to the left of", "在…的左边", "to the left of", "在…的左边");
const RETRO = known("style", "retro", "复古", "retro", "复古的");
const TEAL = known("ground", "teal", "青色", "on a teal background", "，青色背景");
const RED = known("ground", "red", "红色", "on a red background", "，红色背景");
const ALL = [FOX, OWL, AND, LEFT, RETRO, TEAL, RED, CAT];

/** Words one after the other, each at the caret that the one before has left. @param {string} language @param {string} start @param {...(typeof FOX)} words */
function said(language, start, ...words) {
  let [line, caret] = [start, start.length];
  for (const word of words) ({ line, caret } = withWord(line, [caret, caret], word, ALL, language));
  return line;
}

describe("words one after the other make a caption", () => {
  test.each([[[OWL], "an owl", "一只猫头鹰"], [[FOX, OWL], "a fox and an owl", "一只狐狸和一只猫头鹰"], [[FOX, LEFT, OWL],
    "a fox to the left of an owl", "一只狐狸在一只猫头鹰的左边"], [[FOX, LEFT, OWL, TEAL],
    "a fox to the left of an owl on a teal background", "一只狐狸在一只猫头鹰的左边，青色背景"], [[FOX, TEAL, RED],
    "a fox on a red background", "一只狐狸，红色背景"], [[FOX, TEAL, OWL], "a fox and an owl on a teal background",
    "一只狐狸和一只猫头鹰，青色背景"], [[OWL, RETRO], "a retro owl", "一只复古的猫头鹰"], [[FOX, LEFT, OWL, RETRO],
    "a fox to the left of a retro owl", "一只狐狸在一只复古的猫头鹰的左边"]])("%#", (words, english, chinese) => {
      expect([said("en", "", ...words), said("zh", "", ...words)]).toEqual([english, chinese]);
    });
});

test.each([["a", [OWL], "an owl"], ["a retro", [OWL], "a retro owl"], ["a fox, teal background", [], "a fox, teal background"],
  ["一只", [OWL], "一只猫头鹰"], ["a fox", [RED], "a fox on a red background"]])("behind “%s”", (start, words, whole) => {
    expect(said("zh", start, ...words)).toBe(whole); // the language of a prompt is its own, whatever the page's
  });

test("what is selected gives way, with its article", () => {
  const at = touched("a xyzzy next to a fox", [7, 7], ["xyzzy"]);
  expect(at).toEqual([2, 7]);
  expect(withWord("a xyzzy next to a fox", at, OWL, ALL, "en")).toEqual({ line: "an owl next to a fox", caret: 6 });
  expect(withWord("一只魔法和一只狐狸", [2, 4], OWL, ALL, "en").line).toBe("一只猫头鹰和一只狐狸");
  expect(withWord("a xyzzy fox", [2, 7], RETRO, ALL, "en").line).toBe("a retro fox");
  expect(withWord("a retro xyzzy", [8, 13], OWL, ALL, "en").line).toBe("a retro owl");
});

test("the caret touches a word at its beginning, inside and at its end, and nowhere else", () => {
  const line = "ab xy cd xy";
  const spans = Array.from({ length: line.length + 1 }, (_, at) => touched(line, [at, at], ["xy"]));
  spans.forEach(([start, end], at) => {
    const inside = (at >= 3 && at <= 5) || at >= 9;
    expect(line.slice(start, end)).toBe(inside ? "xy" : "");
  });
  expect(touched(line, [0, 4], ["xy"])).toEqual([0, 4]);
});

test("of several prompts the one at the caret is changed, the others stay", () => {
  const line = "a cat | a fox | a cat";
  const caret = line.indexOf("fox") + 3;
  expect(withWord(line, [caret, caret], OWL, ALL, "en").line).toBe("a cat | a fox and an owl | a cat");
  expect(withWord("a cat | ", [8, 8], OWL, ALL, "en").line).toBe("a cat | an owl");
});

test.each([["", "en", "en"], ["", "zh", "zh"], ["a fox", "zh", "en"], ["猫", "en", "zh"]])("“%s” on a page in %s is in %s",
  (prompt, language, tongue) => expect(tongueOf(prompt, language)).toBe(tongue));
