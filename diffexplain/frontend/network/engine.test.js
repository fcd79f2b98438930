import { describe, expect, test } from "vitest";
import { createEngine } from "./engine.js";

/** An explorer that says so many steps, an end and what refines it; what was said; and what the kit's loading waits for. @param {any} [options] */
function bench({ load = async () => ({}), fails = false } = {}) {
  /** @type {any[]} */
  const said = [];
  const waiting = /** @type {any[]} */ ([]);
  /** @type {any} */
  const engine = createEngine({ load, breathe: async () => await waiting.shift()?.(), say: ({ content }) => said.push(content),
    explain: (error) => ({ message: error.message, advice: "" }), explorers: { counting: async (request, _, emit) => {
      for (let index = 0; index < request; index++) await emit("step", { index });
      if (fails) throw new Error("broken");
      await emit("end", {});
      await emit("decoded", {});
    } } });
  const states = (/** @type {number} */ run) =>
    said.filter((one) => one.run === run && one.kind === "status").map(({ data }) => data.state);
  const kinds = (/** @type {number} */ run) => said.filter((one) => one.run === run).map(({ kind }) => kind);
  return { engine, said, waiting, states, kinds };
}
const ask = (/** @type {number} */ run, /** @type {number} */ request) => ({ run, request, explorer: "counting" });

describe("the engine", () => {
  test("says a run in numbered messages, from running to done", async () => {
    const { engine, said } = bench();
    await engine.ask(ask(4, 2));
    expect(said.map(({ kind }) => kind)).toEqual(["status", "step", "step", "end", "decoded", "status"]);
    expect(said.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(said.every(({ run }) => run === 4)).toBe(true);
  });

  test("lets the newest request win, and leaves those between alone", async () => {
    const { engine, waiting, states, kinds } = bench();
    waiting.push(null, async () => {
      engine.ask(ask(2, 1));
      engine.ask(ask(3, 1));
    });
    await engine.ask(ask(1, 5));
    expect(kinds(1)).toEqual(["status", "step", "status"]);
    expect(kinds(2)).toEqual([]);
    expect(states(3)).toEqual(["running", "done"]);
  });

  test("ends a cancelled run between two messages; one that is whole is done", async () => {
    const { engine, waiting, states } = bench();
    waiting.push(null, async () => engine.cancel());
    await engine.ask(ask(1, 5));
    expect(states(1)).toEqual(["running", "cancelled"]);
    waiting.push(null, null, async () => engine.cancel());
    await engine.ask(ask(2, 1));
    expect(states(2)).toEqual(["running", "done"]);
  });

  test("ends loading where that is cancelled, and loads anew for the next", async () => {
    let loads = 0;
    const load = (/** @type {AbortSignal} */ signal) =>
      new Promise((done, failed) => {
        loads++;
        if (loads > 1) done({});
        signal.addEventListener("abort", () => failed(new Error("aborted")));
      });
    const { engine, states } = bench({ load });
    const asked = engine.ask(ask(1, 1));
    engine.cancel();
    await asked;
    expect(states(1)).toEqual(["cancelled"]);
    await engine.ask(ask(2, 1));
    await engine.ask(ask(3, 1));
    expect([states(2).at(-1), loads]).toEqual(["done", 2]);
  });

  test("says what goes wrong, and does the next request", async () => {
    const { engine, said } = bench({ fails: true });
    await engine.ask(ask(1, 1));
    expect(said.at(-1)).toMatchObject({ kind: "status", data: { state: "failed", message: "broken" } });
    await engine.ask(ask(2, 1));
    expect(said.at(-1).run).toBe(2);
  });
});
