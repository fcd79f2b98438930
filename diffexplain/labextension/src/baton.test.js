import { expect, test, vi } from "vitest";
import { leave, take } from "./baton.js";

test("a notebook is run once, by whoever opens it soon", () => {
  vi.useFakeTimers();
  leave("a.ipynb");
  expect(take("b.ipynb")).toBe(false);
  expect([take("a.ipynb"), take("a.ipynb")]).toEqual([true, false]);
  leave("a.ipynb");
  vi.advanceTimersByTime(61_000);
  expect(take("a.ipynb")).toBe(false);
  vi.useRealTimers();
});
