import { beforeEach, describe, expect, test, vi } from "vitest";
import { playerRow } from "./player.js";

describe("a player", () => {
  const kit = { play: "Play", pause: "Pause", cancel: "Cancel", again: "Run again" };
  let at = { index: 0, count: 4 };
  /** @type {any} */
  let page;
  /** @type {any} */
  let state;
  const select = vi.fn((/** @type {number} */ index) => (at = { ...at, index }));
  /** @param {any} [options] */
  const open = (options = {}) => {
    const row = playerRow(page, { label: "Step", at: () => at, select, ...options });
    document.body.replaceChildren(...row.elements);
    row.draw("step 1");
    return row;
  };
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("button")]);
  const seen = () => buttons().filter(({ hidden }) => !hidden).map(({ textContent }) => textContent);
  const slider = () => /** @type {HTMLInputElement} */ (document.querySelector("input"));

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    at = { index: 0, count: 4 };
    state = "done";
    page = { kit, live: true, signal: new AbortController().signal, cancel: vi.fn(), runAgain: vi.fn(),
      runs: { get: () => ({ current: { status: { state } } }) } };
  });

  test.each([["done", "▶ Play"], ["queued", "Cancel"], ["running", "Cancel"], ["failed", "Run again"], ["cancelled",
    "Run again"]])("of a run that is %s offers one button: %s", (now, name) => {
      state = now;
      open();
      expect(seen()).toEqual([name]);
    });
  test("of a recording runs nothing again", () => {
    page.live = false;
    state = "failed";
    open();
    expect(seen()).toEqual(["▶ Play"]);
  });
  test("apart from runs has one button whatever the run does", () => {
    state = "running";
    open({ busy: null });
    expect(buttons()).toHaveLength(1);
    expect(seen()).toEqual(["▶ Play"]);
  });
  test("plays to the end and stands, and begins anew from there", () => {
    const row = open();
    buttons()[0].click();
    expect([seen(), row.playing()]).toEqual([["❚❚ Pause"], true]);
    vi.advanceTimersByTime(5000);
    expect([at.index, seen(), row.playing()]).toEqual([3, ["▶ Play"], false]);
    buttons()[0].click();
    expect(at.index).toBe(0);
  });
  test("plays no further than has come", () => {
    at = /** @type {any} */ ({ index: 0, count: 4, come: 1 });
    open();
    expect(buttons()[0].disabled).toBe(true);
    expect(slider().max).toBe("3");
  });
  test("stops when somebody selects, by slider or by key", () => {
    const row = open();
    buttons()[0].click();
    slider().value = "2";
    slider().dispatchEvent(new Event("input"));
    expect([at.index, row.playing()]).toEqual([2, false]);
    buttons()[0].click();
    expect(row.keys(/** @type {any} */ ({ key: "Home", target: document.body }))).toBe(true);
    expect([at.index, row.playing()]).toEqual([0, false]);
    expect(row.keys(/** @type {any} */ ({ key: "Escape", target: document.body }))).toBe(false);
  });
  test("ends with the view", () => {
    const ended = new AbortController();
    page.signal = ended.signal;
    const row = open();
    buttons()[0].click();
    ended.abort();
    expect(row.playing()).toBe(false);
  });
  test("cancels and runs again", () => {
    open();
    buttons()[1].click();
    buttons()[2].click();
    expect([page.cancel, page.runAgain].map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
  });
  test("says of its slider what is selected", () => {
    const row = open();
    row.draw("step 1 of 4");
    expect([slider().getAttribute("aria-label"), slider().getAttribute("aria-valuetext")]).toEqual(["Step", "step 1 of 4"]);
  });
});
