import { expect, test, vi } from "vitest";
import { boardOf, tool } from "./board.js";

test("the tools come closer, go wider and show all; further ones come last, and words wait above all", () => {
  const plot =
    /** @type {any} */ ({ element: document.createElement("div"), zoom: vi.fn(), fit: vi.fn(), keepClearOf: vi.fn() });
  const act = vi.fn();
  const words = { waiting: "waiting", name: "tools", closer: "closer", wider: "wider", all: "all" };
  const { element, waiting } = boardOf(plot, words, { tools: [tool("L", "lasso", act)], above: [document.createElement("i")] });
  const buttons = [...element.querySelectorAll("button")];
  expect(buttons.map((button) => button.getAttribute("aria-label"))).toEqual(["closer", "wider", "all", "lasso"]);
  for (const button of buttons) button.click();
  expect(plot.zoom.mock.calls.flat()).toEqual([1.5, 1 / 1.5]);
  expect(plot.fit).toHaveBeenCalledOnce();
  expect(act).toHaveBeenCalledOnce();
  expect([...element.children].map((child) => child.tagName)).toEqual(["DIV", "DIV", "I", "P"]);
  expect(plot.keepClearOf).toHaveBeenCalledWith([element.querySelector(".dx-tools-map")]);
  expect(element.lastElementChild).toBe(waiting);
});
