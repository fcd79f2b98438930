import { expect, test } from "vitest";
import { h, setItems } from "./dom.js";

test("lines of a list stay the same elements where they say the same", () => {
  const list = h("ul", {});
  setItems(list, ["one", "two"]);
  const before = [...list.children];
  setItems(list, ["one", "two"]);
  expect([...list.children]).toEqual(before);
  expect(list.children[0]).toBe(before[0]);
  setItems(list, ["one", "<b>three</b>"]);
  expect([...list.children].map((item) => item.textContent)).toEqual(["one", "<b>three</b>"]);
  expect(list.children[0]).not.toBe(before[0]);
});
