import { describe, expect, test } from "vitest";
import { byNumber, inOrder, inOrderNumbered, inOrderWhole, newest, newestNumbered, newestPart, ruled,
  wholes } from "./reducers.js";
import { noRuns } from "./runs.js";

const reduce = ruled({ begin: newest("begin"), progress: newest("progress", "step"), pairs: newestPart("pairs", "distances"),
  steps: inOrder("step"), found: inOrder("found"), images: byNumber("image", "at", { part: "picture" }),
  parts: byNumber("part", "at", { from: "apart" }) }, ({ begin }) => begin !== null);
/** @param {...[string, any]} messages */
const after = (...messages) =>
  messages.reduce((runs, [kind, data], number) => reduce(runs, { run: 1, number, kind, data }), noRuns());
const content = (/** @type {[string, any][]} */ ...messages) => after(...messages).current?.content;

describe("a rule", () => {
  test("keeps the newest, until what it waited for is there", () => {
    expect(content(["progress", 1], ["progress", 2]).progress).toBe(2);
    expect(content(["progress", 1], ["step", { index: 0 }]).progress).toBe(null);
    expect(content(["pairs", { distances: 7 }]).pairs).toBe(7);
  });
  test("lines messages up, and one that is sent again takes its place", () => {
    const [one, two, other] = [{ index: 0 }, { index: 1 }, { index: 0, other: true }];
    expect(content(["step", one], ["step", two]).steps).toEqual([one, two]);
    expect(content(["step", one], ["step", two], ["step", other]).steps).toEqual([other]);
    expect(content(["found", { name: "a" }], ["found", { name: "b" }]).found).toHaveLength(2);
  });
  test("stands them by number, whole or one part, and begins anew", () => {
    expect(content(["image", { at: 3, picture: "x" }], ["image", { at: 1, picture: "y" }]).images).toEqual({ 1: "y", 3: "x" });
    expect(content(["part", { at: 3 }], ["apart", {}], ["part", { at: 1 }]).parts).toEqual({ 1: { at: 1 } });
  });
});

test("a run is complete when its content says so, and a message of no rule changes nothing", () => {
  expect(after(["step", { index: 0 }]).last).toBe(null);
  const runs = after(["begin", {}]);
  expect(runs.last).toBe(runs.current);
  expect(reduce(runs, { run: 1, number: 9, kind: "strange", data: {} }).current?.content).toBe(runs.current?.content);
});

test("all of a message takes the place of its preview, whenever it comes, and nothing else changes", () => {
  const reducePreviews = ruled({ begin: newest("begin"), steps: inOrderWhole("step") }, ({ begin }) => begin !== null);
  const send = (/** @type {any} */ runs, /** @type {any} */ message) => reducePreviews(runs, { run: 1, ...message });
  let runs = send(noRuns(), { number: 0, kind: "begin", data: {} });
  for (const index of [0, 1, 2]) runs = send(runs, { number: index + 1, kind: "step", data: { index, x: null } });
  const before = /** @type {any} */ (runs.current?.content);
  runs = send(runs, { number: 2, kind: "step", detail: true, data: { index: 1, x: "all" } });
  expect(runs.current?.content.steps).toEqual([before.steps[0], { index: 1, x: "all", number: 2 }, before.steps[2]]);
  expect(runs.current?.content.begin).toBe(before.begin);
  expect(runs.last?.content).toBe(runs.current?.content);
  expect(send(runs, { run: 7, number: 2, kind: "step", detail: true, data: { index: 1, x: "other" } }).current?.content).toBe(
    runs.current?.content,
  );
});

test("all of a few messages is kept beside their previews, the newest at the end", () => {
  const beside = ruled({ steps: inOrderNumbered("step", (step) => ({ ...step, made: true })), end: newestNumbered("end"),
    whole: wholes("step", 2) }, ({ end }) => end !== null);
  const send = (/** @type {any} */ runs, /** @type {any} */ message) => beside(runs, { run: 1, ...message });
  let runs = noRuns();
  for (const index of [0, 1, 2]) runs = send(runs, { number: index + 4, kind: "step", data: { index } });
  runs = send(runs, { number: 9, kind: "end", data: {} });
  const { steps, end, whole } = /** @type {any} */ (runs.current?.content);
  expect([steps[2], end, whole]).toEqual([{ index: 2, number: 6, made: true }, { number: 9 }, []]);
  for (const index of [0, 1, 2, 1])
    runs = send(runs, { number: index + 4, kind: "step", detail: true, data: { index, x: "all" } });
  runs = send(runs, { number: 9, kind: "end", detail: true, data: {} });
  expect(runs.current?.content).toEqual({ steps, end,
    whole: [{ index: 2, x: "all", number: 6 }, { index: 1, x: "all", number: 5 }] });
});
