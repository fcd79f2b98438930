import { expect, test, vi } from "vitest";
import { Memory } from "./memory.js";

test("what was said is said again, but for what only says how far it is", async () => {
  const memory = new Memory();
  const run = vi.fn(async (say) => {
    await say("drawing", { done: 1 });
    await say("end", { x: 3 });
  });
  const said = /** @type {any[]} */ ([]);
  const emit = async (/** @type {string} */ kind) => void said.push(kind);
  expect(await memory.replayed("run", ["a", 1], emit, run, ["drawing"])).toBe(false);
  expect(await memory.replayed("run", ["a", 1], emit, run, ["drawing"])).toBe(true);
  expect([said, run.mock.calls.length]).toEqual([["drawing", "end", "end"], 1]);
  await memory.replayed("run", ["b", 1], emit, run);
  await memory.replayed("run", ["a", 1], emit, run);
  expect(run).toHaveBeenCalledTimes(3); // one is kept
});

test("a run that is cancelled is not remembered", async () => {
  const memory = new Memory();
  const cancelled = async () => {
    throw new Error("cancelled");
  };
  await expect(memory.replayed("run", 1, cancelled, (say) => say("end", {}))).rejects.toThrow();
  expect(await memory.replayed("run", 1, async () => {}, (say) => say("end", {}))).toBe(false);
});

test("several are kept, those used last, until all are let go", async () => {
  const memory = new Memory();
  const make = vi.fn(async () => 7);
  for (const key of [1, 2, 1, 3, 1, 2]) await memory.made("walls", key, make, 2);
  expect(make).toHaveBeenCalledTimes(4); // 2 was let go for 3
  memory.clear();
  await memory.made("walls", 1, make, 2);
  expect(make).toHaveBeenCalledTimes(5);
});
