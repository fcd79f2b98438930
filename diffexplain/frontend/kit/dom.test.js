import { expect, test } from "vitest";
import { h, setItems, setText } from "./dom.js";

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

test("a number stays with what it counts in, and what says the same is left alone", () => {
  const line = h("p", {});
  setText(line, "half, 50 %, or 7.5 % more");
  expect(line.textContent).toBe("half, 50\u00a0%, or 7.5\u00a0% more");
  setText(line, "PSNR 29.0 dB");
  expect(line.textContent).toBe("PSNR 29.0\u00a0dB");
  setText(line, "half, 50 %, or 7.5 % more");
  const before = line.firstChild;
  setText(line, "half, 50 %, or 7.5 % more");
  expect(line.firstChild).toBe(before);
});
