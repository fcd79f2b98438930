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

  const keep = (/** @type {number} */ of_run) => message(0, 0, "kept", { of_run });

  test("a kept run stays as it was, whatever follows, until it is let go", () => {
    const kept = play([...first, keep(1)]);
    expect(kept.kept).toBe(kept.current);
    const later = play([message(2, 0, "end"), message(3, 0, "end"), message(4, 0, "step")], kept);
    expect([later.kept, later.last?.number, later.current?.number]).toEqual([kept.kept, 3, 4]);
    expect(play([keep(0)], later).kept).toBe(null);
    expect(play([keep(3)], later).kept).toBe(later.last);
  });

  test("a page that comes late is told first which run is kept, and comes to the same", () => {
    const [second, third] = [[message(2, 0, "end")], [message(3, 0, "step"), message(3, 1, "end")]];
    const live = play([...first, keep(1), ...second, ...third]);
    const late = play([keep(1), ...first, ...third]);
    expect(late).toEqual(live);
    expect(play([keep(1), ...first, ...third], live)).toEqual(live); // another view was told again
    expect(play([keep(3), ...first, ...third]).kept?.number).toBe(3);
  });

  test("all of a message reaches each run that has its preview", () => {
    const reduceWhole = runsReducer({ begin: () => "", reduce: (content, { kind }) => content + kind, complete: () => true,
      detail: (content) => content.toUpperCase() });
    const from = (/** @type {any[]} */ messages) => messages.reduce(reduceWhole, empty);
    const detail = (/** @type {number} */ run) => ({ ...message(run, 0, "a"), detail: true });
    const both = from([message(1, 0, "a"), keep(1), message(2, 0, "b")]);
    expect(reduceWhole(both, detail(1))).toMatchObject({ kept: { content: "A" }, current: { content: "b" },
      last: { content: "b" } });
    const one = reduceWhole(from([message(1, 0, "a"), keep(1)]), detail(1));
    expect(one.current?.content).toBe("A");
    expect([one.last, one.kept]).toEqual([one.current, one.current]);
    expect(one.kept).toBe(one.current);
    expect(reduceWhole(both, detail(9))).toEqual(both);
  });

  test("a refusal stays until the next run", () => {
    const refused = play([...first, { run: 0, number: 0, kind: "refused",
      data: { field: "seed", value: "-1", message: "no" } }]);
    expect(refused.refused?.field).toBe("seed");
    expect(refused.current?.number).toBe(1);
    expect(play([status(2, 0, "queued")], refused).refused).toBe(null);
  });
});
