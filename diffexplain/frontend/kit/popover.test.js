import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { h } from "./dom.js";
import { popover } from "./popover.js";

/** @type {AbortController} */
let ended;
beforeEach(() => (ended = new AbortController()));
afterEach(() => {
  ended.abort();
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

/** Two buttons that open one panel, and something else on the page. @param {{ shadow?: boolean, instead?: () => HTMLElement | null }} [options] */
function shown({ shadow = false, instead } = {}) {
  const first = h("button", {}, "first");
  const second = h("button", {}, "second");
  const inner = h("button", {}, "inner");
  const elsewhere = h("button", {}, "elsewhere");
  const panel = h("div", { id: "panel", role: "menu" }, inner);
  const [before, after] = [vi.fn(), vi.fn()];
  const over = popover(panel, { signal: ended.signal, focus: () => inner.focus(), before, after, instead });
  over.opens(first);
  over.opens(second);
  const host = h("div", {});
  document.body.append(host);
  const root = shadow ? host.attachShadow({ mode: "open" }) : host;
  const explorer = h("section", { class: "dx" }, first, second, panel, elsewhere);
  root.append(explorer);
  const active = () => /** @type {Document | ShadowRoot} */ (explorer.getRootNode()).activeElement;
  const state = () => [!panel.hidden, first.ariaExpanded ?? first.getAttribute("aria-expanded"), active()];
  return { over, first, second, inner, elsewhere, panel, explorer, host, before, after, active, state };
}

/** @param {Element} target @param {string} key */
function press(target, key) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}
/** @param {Element} target */
const point = (target) => target.dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));

test("a button says what it opens, opens it with the focus inside, and closes it", () => {
  const { first, inner, before, after, state } = shown();
  expect([state(), ["haspopup", "controls"].map((name) => first.getAttribute(`aria-${name}`))]).toEqual([[false, "false",
    document.body], ["menu", "panel"]]);
  first.click();
  expect(state()).toEqual([true, "true", inner]);
  first.click();
  expect(state()).toEqual([false, "false", first]);
  expect([before.mock.calls, after.mock.calls.length]).toEqual([[[first]], 1]);
});

test.each([false, true])("Escape closes it and goes no further, inside and on its button; in a shadow tree: %s", (shadow) => {
  const { first, inner, host, state } = shown({ shadow });
  const heard = vi.fn();
  host.addEventListener("keydown", heard);
  for (const target of [inner, first]) {
    first.click();
    expect(press(target, "Escape")).toBe(true);
    expect(state()).toEqual([false, "false", first]);
  }
  expect(heard).not.toHaveBeenCalled();
  expect(press(first, "Escape")).toBe(false); // the explorer's
  first.click();
  press(inner, "x");
  expect(heard).toHaveBeenCalledTimes(2);
});

test.each([false, true])(
  "a press elsewhere closes it and keeps the focus that it gives, one inside does not; in a shadow tree: %s",
  (shadow) => {
    const { first, inner, elsewhere, state } = shown({ shadow });
    first.click();
    point(inner);
    point(first); // its click closes
    expect(state()[0]).toBe(true);
    point(elsewhere);
    elsewhere.focus();
    expect(state()).toEqual([false, "false", elsewhere]);
  },
);

test("the focus that goes elsewhere closes it; to its button, or out of the window, it may go", () => {
  const { first, inner, elsewhere, state } = shown();
  first.click();
  first.focus();
  expect(state()).toEqual([true, "true", first]);
  inner.focus();
  inner.dispatchEvent(new FocusEvent("focusout", { bubbles: true, relatedTarget: null }));
  expect(state()[0]).toBe(true);
  elsewhere.focus();
  expect(state()).toEqual([false, "false", elsewhere]);
  first.click();
  first.focus();
  elsewhere.focus(); // from the button, too
  expect(state()).toEqual([false, "false", elsewhere]);
});

test("from one button to another it stays one panel, and the focus goes back to the newer", () => {
  const { first, second, inner, before, state } = shown();
  first.click();
  second.click();
  expect([state(), second.getAttribute("aria-expanded")]).toEqual([[true, "false", inner], "true"]);
  press(inner, "Escape");
  expect([state()[2], before.mock.calls]).toEqual([second, [[first], [second]]]);
});

test("after a choice the focus goes back, unless it is elsewhere", () => {
  const { over, first, inner, elsewhere, active } = shown();
  first.click();
  over.close();
  expect(active()).toBe(first);
  first.click();
  inner.blur(); // a dialog for files had it
  over.close();
  expect(active()).toBe(first);
  first.click();
  vi.spyOn(document, "activeElement", "get").mockReturnValue(elsewhere);
  const taken = vi.spyOn(first, "focus");
  over.close();
  expect(taken).not.toHaveBeenCalled();
});

test("where its button is gone the focus goes to another place", () => {
  const field = h("input", {});
  const { first, inner, active } = shown({ instead: () => field });
  document.body.append(field);
  first.click();
  first.hidden = true;
  press(inner, "Escape");
  expect(active()).toBe(field);
});

test("a button that is not to be used opens nothing", () => {
  const { first, state } = shown();
  first.setAttribute("aria-disabled", "true");
  first.click();
  expect(state()[0]).toBe(false);
});

test.each([["left", -40, 120, "52px"], ["right", 250, 478, "-90px"], ["neither", 20, 300, ""], ["both: its beginning is seen",
  5, 478, "7px"]])("what sticks out at %s is moved into the explorer, also when the window changes",
    (_, left, right, translate) => {
      const { first, panel, explorer } = shown();
      explorer.getBoundingClientRect = () => /** @type {any} */ ({ left: 0, right: 400 });
      panel.getBoundingClientRect = () => /** @type {any} */ ({ left: 20, right: 300 });
      first.click();
      expect(panel.style.translate ?? "").toBe("");
      panel.getBoundingClientRect = () => /** @type {any} */ ({ left, right });
      window.dispatchEvent(new Event("resize"));
      expect(panel.style.translate ?? "").toBe(translate);
    });

test("with the view its listeners end", () => {
  const { first, elsewhere, after, state } = shown();
  first.click();
  ended.abort();
  point(elsewhere);
  expect([state()[0], after.mock.calls.length]).toEqual([true, 0]);
});
