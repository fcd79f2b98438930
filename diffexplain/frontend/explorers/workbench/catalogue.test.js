import { expect, test } from "vitest";
import { firstQuestion } from "./catalogue.js";

const tile = (/** @type {string} */ name, /** @type {number} */ question, lacking = "") => ({ name, title: name, about: "",
  question, follows: [], lacking });
const tiles = [tile("a", 0, "why"), tile("b", 1), tile("c", 2), tile("d", 2)];

test("the first question is that of the first open explorer, else one that can be answered", () => {
  expect(firstQuestion(tiles, ["d", "b"])).toBe(1);
  expect(firstQuestion(tiles, [])).toBe(1);
  expect(firstQuestion([tile("a", 3, "why")], [])).toBe(0);
});
