import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createAsker } from "./detail.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @param {AbortSignal} [signal] */
function asker(signal = new AbortController().signal) {
  /** @type {any[]} */
  const sent = [];
  return { sent, want: createAsker({ send: (content) => sent.push(content), signal, wait: 100 }) };
}

test("only what the reader stays with is asked for, once, and only what is not here", () => {
  const { sent, want } = asker();
  const here = new Set([4]);
  for (const number of [1, 2, 3]) {
    want(7, [number], () => false);
    vi.advanceTimersByTime(50);
  }
  for (let draw = 0; draw < 5; draw += 1) want(7, [4, 5], (number) => here.has(number));
  vi.advanceTimersByTime(1000);
  want(7, [4, 5], () => false);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([{ kind: "detail", run: 7, number: 5 }]);
});

test("nobody is asked once nothing is wanted or the view is gone", () => {
  const gone = new AbortController();
  const { sent, want } = asker(gone.signal);
  want(7, [1], () => false);
  want(7, [], () => false);
  vi.advanceTimersByTime(1000);
  want(7, [2], () => false);
  gone.abort();
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([]);
});
