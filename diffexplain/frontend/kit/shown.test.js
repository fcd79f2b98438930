import { describe, expect, test } from "vitest";
import { fromEnd, selectedOf, shownRun, stateWords } from "./shown.js";

/** @param {number} number @param {any} state @param {any} [content] */
const run = (number, state, content = { begin: {} }) => ({ number, seen: 0, status: { state, message: "", advice: "" },
  content });
const none = { begin: null };
/** @param {any} current @param {any} [last] */
const shown = (current, last = null) => shownRun({ current, last, refused: null });

describe("the run on screen", () => {
  const last = run(1, "done");
  test("is the newest once something of it has come, also while it goes on", () => {
    const current = run(2, "running");
    expect(shown(current, last)).toEqual({ content: current.content, run: 2, ghost: last.content, busy: true, old: false });
  });
  test("is the last complete one before that, which is old while the newest is on its way", () => {
    expect(shown(run(2, "queued", none), last)).toEqual({ content: last.content, run: 1, ghost: null, busy: false, old: true });
  });
  test.each(["failed", "cancelled"])("is the last complete one when the newest has %s, and not old then", (state) => {
    expect(shown(run(2, state), last)).toMatchObject({ run: 1, old: false });
    expect(shown(run(2, state), null)).toMatchObject({ run: 2 }); // there is no other
  });
  test("is none before anything has come", () => {
    expect(shown(null)).toEqual({ content: null, run: 0, ghost: null, busy: false, old: false });
    expect(shown(run(1, "queued", none))).toMatchObject({ content: null, old: true });
  });
  test("can be asked for more than a beginning", () => {
    const current = run(2, "running", { begin: {}, ways: [] });
    expect(shownRun({ current, last: null, refused: null }, ({ ways }) => ways.length > 0).content).toBe(null);
  });
});

describe("the selected step", () => {
  test.each([[0, 0], [4, 4], [9, 4], [-1, 4], [-5, 0], [-9, 0]])("%i of five is %i",
    (wanted, index) => expect(selectedOf(wanted, 5)).toBe(index));
  test("follows the newest where the end is selected, and not where a step is", () => {
    expect([-1, 1].map((wanted) => selectedOf(wanted, 5, 2))).toEqual([2, 1]);
    expect(selectedOf(-1, 5, -1)).toBe(0);
  });
  test.each([[1, 0], [2, 1], [5, 2], [8, 4]])("is the one in the middle where none is chosen: of %i number %i",
    (count, index) => expect(selectedOf(null, count)).toBe(index));
  test("goes along with a run as far as the middle where none is chosen", () => {
    expect([-1, 0, 1, 2, 3].map((newest) => selectedOf(null, 5, newest))).toEqual([0, 0, 1, 2, 2]);
  });
  test("is none of none", () => expect([-1, null].map((wanted) => selectedOf(wanted, 0))).toEqual([0, 0]));
  test("stays the last when their number changes", () => {
    for (const count of [3, 8]) expect(selectedOf(fromEnd(2, 3), count)).toBe(count - 1);
    expect(selectedOf(fromEnd(1, 3), 8)).toBe(1);
  });
});

test("what is said of a state is the explorer's own, or that of all explorers", () => {
  const page = (/** @type {any} */ current) => /** @type {any} */ ({ runs: { get: () => ({ current }) },
    kit: { state: { queued: "waiting", cancelled: "cancelled" } } });
  const own = { running: () => "step 2", queued: () => null, failed: () => "" };
  expect(["queued", "running", "done", "failed", "cancelled"].map((state) => stateWords(page(run(1, state)), own))).toEqual([
    "waiting",
    "step 2",
    "",
    "",
    "cancelled",
  ]);
  expect(stateWords(page(null), own)).toBe("");
});
