import { beforeEach, describe, expect, test, vi } from "vitest";
import { h } from "./dom.js";
import { footOf } from "./foot.js";
import { openPanels, tabbedPanels } from "./panels.js";

const panel = (/** @type {string} */ name, /** @type {any} */ more = {}) => ({ element: h("div", {}, name), draw: vi.fn(),
  ...more });

describe("panels behind tabs", () => {
  const words = { label: "Closer", one: { label: "One", hint: "" }, two: { label: "Two", hint: "" } };
  const panels = { one: panel("one", { keys: () => true }), two: panel("two") };
  const chosen = vi.fn();
  const tabs = tabbedPanels(words, panels, chosen);

  test("only the chosen one is seen, drawn and asked for keys", () => {
    tabs.draw("one", 5);
    expect([panels.one, panels.two].map(({ element }) => element.hidden)).toEqual([false, true]);
    expect([panels.one.draw.mock.calls, panels.two.draw.mock.calls]).toEqual([[[5]], []]);
    expect(tabs.keys(new KeyboardEvent("keydown"))).toBe(true);
    tabs.draw("two", 6);
    expect(panels.one.element.hidden).toBe(true);
    expect(tabs.keys(new KeyboardEvent("keydown"))).toBe(false);
  });
  test("a tab is a radio button, which arrows reach", () => {
    tabs.draw("one");
    const [first, second] = /** @type {HTMLElement[]} */ ([...tabs.element.querySelectorAll("[role=radio]")]);
    expect([first, second].map((tab) => tab.getAttribute("aria-checked"))).toEqual(["true", "false"]);
    first.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    expect(chosen).toHaveBeenLastCalledWith("two");
  });
});

describe("panels that open", () => {
  const made = vi.fn((/** @type {string} */ name) => panel(name));
  /** @type {any} */
  let state;
  const page =
    /** @type {any} */ ({ kit: { close: "Close" }, chosen: { get: () => state },
      choose: (/** @type {any} */ changes) => (state = { ...state, ...changes }) });
  /** @type {ReturnType<typeof openPanels>} */
  let panels;
  /** @type {HTMLButtonElement[]} */
  let openers;
  beforeEach(() => {
    state = { place: "" };
    made.mockClear();
    panels = openPanels(page, { one: () => made("one"), two: () => made("two") }, (name) => `about ${name}`);
    openers = ["one", "two"].map((name) => panels.opener(name, { title: name }, name));
    panels.draw();
  });
  const press = (/** @type {HTMLElement | null} */ button) => {
    button?.click();
    panels.draw(7);
  };

  test("are shut at first and not made", () => {
    expect([panels.element.hidden, made.mock.calls.length]).toEqual([true, 0]);
    expect(openers.map((button) => button.getAttribute("aria-controls"))).toEqual([panels.element.id, panels.element.id]);
  });
  test("open by their button, one at a time, and shut by it", () => {
    press(openers[0]);
    expect(panels.element.textContent).toContain("about one");
    expect(made.mock.results[0].value.draw).toHaveBeenCalledWith(7);
    press(openers[1]);
    expect(openers.map((button) => button.getAttribute("aria-expanded"))).toEqual(["false", "true"]);
    expect(panels.body.textContent).toBe("two");
    press(openers[1]);
    expect([panels.element.hidden, state.place]).toEqual([true, ""]);
  });
  test("shut by their cross and by Escape, which is nobody's when none is open", () => {
    press(openers[0]);
    press(panels.element.querySelector("[aria-label=Close]"));
    expect(panels.element.hidden).toBe(true);
    const escape = new KeyboardEvent("keydown", { key: "Escape" });
    expect(panels.keys(escape)).toBe(false);
    press(openers[0]);
    expect([panels.keys(escape), state.place]).toEqual([true, ""]);
  });
  test("stay as they are made while they are open", () => {
    press(openers[0]);
    panels.draw(8);
    expect(made).toHaveBeenCalledTimes(1);
  });
});

test("a foot shows the numbers that it is given, and keeps its sentence where there is none", () => {
  const foot = footOf({ a: "first", b: "second" }, { concepts: { a: "dx-noise" } });
  const facts = () => /** @type {HTMLElement[]} */ ([...foot.element.querySelectorAll(".dx-fact")]);
  foot.draw("a sentence", { a: ["1", "how a"] });
  expect(facts().map(({ hidden }) => hidden)).toEqual([false, true]);
  expect(facts()[0].querySelector("b.dx-noise")?.textContent).toBe("1");
  const told = () => foot.element.querySelector(".dx-tip.dx-on");
  expect(told()?.textContent).toBe("first how a");
  expect(told()?.id).toBe(facts()[0].getAttribute("aria-describedby"));
  foot.draw(null, { a: ["1", "how a"], b: ["2", "how b"] });
  for (const [at, event] of [[1, "focus"], [0, "click"], [1, "pointerenter"]]) {
    facts()[Number(at)].dispatchEvent(new Event(String(event)));
    expect(told()?.textContent).toBe(["first how a", "second how b"][Number(at)]);
  }
  foot.draw(null, { a: ["3", "how a now"] }); // of the numbers that are left
  expect(told()?.textContent).toBe("first how a now");
  foot.draw(null, {});
  expect(foot.element.querySelector("[role=status]")?.textContent).toBe("a sentence");
  expect(foot.element.querySelector("[hidden]")?.contains(facts()[0])).toBe(true);
});
