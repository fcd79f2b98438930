import { describe, expect, test } from "vitest";
import { isBusy, runsReducer } from "./runs.js";

const reduce = runsReducer({ begin: () => /** @type {string[]} */ ([]),
  reduce: (content, message) => [...content, message.kind], complete: (content) => content.includes("end") });
const empty = { current: null, last: null, refused: null };
const play = (/** @type {any[]} */ messages, /** @type {any} */ from = empty) => messages.reduce(reduce, from);
const message = (/** @type {number} */ run, /** @type {number} */ number, /** @type {string} */ kind, data = {}) => ({ run,
  number, kind, data });
const status = (/** @type {number} */ run, /** @type {number} */ number, /** @type {string} */ state) =>
  message(run, number, "status", { state, message: "", advice: "" });

const first = [status(1, 0, "running"), message(1, 1, "step"), message(1, 2, "end"), status(1, 3, "done")];

describe("runs", () => {
  test("a finished run is both the current and the last", () => {
    const runs = play(first);
    expect(runs.current?.content).toEqual(["step", "end"]);
    expect(runs.last).toBe(runs.current);
    expect(isBusy(runs.current?.status)).toBe(false);
  });

  test("a replay changes nothing", () => {
    const runs = play(first);
    expect(play(first, runs)).toBe(runs);
  });

  test("messages of an older run are dropped", () => {
    const runs = play([...first, message(2, 0, "step")]);
    expect(play([message(1, 9, "step")], runs)).toBe(runs);
  });

  test("when a newer run fails, the last complete one is still there", () => {
    const runs = play([...first, message(2, 0, "step"), status(2, 1, "failed")]);
    expect(runs.current?.status.state).toBe("failed");
    expect(runs.last?.number).toBe(1);
  });

  test("what comes after the end still reaches the last complete run", () => {
    expect(play([...first, message(1, 4, "decoded")]).last?.content).toEqual(["step", "end", "decoded"]);
  });

  test("a refusal stays until the next run", () => {
    const refused = play([...first, { run: 0, number: 0, kind: "refused",
      data: { field: "seed", value: "-1", message: "no" } }]);
    expect(refused.refused?.field).toBe("seed");
    expect(refused.current?.number).toBe(1);
    expect(play([status(2, 0, "queued")], refused).refused).toBe(null);
  });
});
