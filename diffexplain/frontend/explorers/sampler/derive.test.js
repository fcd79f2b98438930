import { describe, expect, test } from "vitest";
import { noRuns } from "../../kit/runs.js";
import { domainOf, groupOf, lookAt, settledAfter, shareOf, shotsOf, spread, stopAt, stopsOf, stripOf } from "./derive.js";
import { reduceRuns } from "./runs.js";

const tensor = (/** @type {number[]} */ values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });
const picture = { url: "data:,", width: 1, height: 1 };

/** A run of two rows: one looks at each level, the other twice. */
function run() {
  let runs = noRuns();
  let number = 0;
  const say = (/** @type {string} */ kind,
    /** @type {any} */ data) => (runs = reduceRuns(runs, { kind, run: 1, number: number += 1, data }));
  say("begin", { request: { steps: 3 }, rows: [{ name: "ddim" }, { name: "heun" }], limits: tensor([-5, 7]) });
  [[-4, -4], [0, 0], [4, 0], [4], [4]].forEach((levels, index) => {
    const rows = levels.length > 1 ? [0, 1] : [1];
    say("evaluated", { rows, indices: rows.map(() => index), counts: rows.map((row) => (row ? 5 : 3)),
      timesteps: tensor(rows.map(() => 900 - index)), log_snr: tensor(levels), seconds: 0.1, pictured: rows.map((_, at) => at),
      images: rows.map(() => picture) });
  });
  return { runs: () => runs, say };
}

describe("looks", () => {
  const { runs, say } = run();
  const content = () => /** @type {import("./runs.js").Content} */ (runs().current?.content);

  test("come in order and fill their row", () => {
    expect(content().ways.map(({ looks }) => looks.map(({ index }) => index))).toEqual([[0, 1, 2], [0, 1, 2, 3, 4]]);
    expect(content().ways.map(({ count }) => count)).toEqual([3, 5]);
  });

  test("share the axis: by noise level two looks may be one place, by evaluations none", () => {
    expect(stopsOf(content(), "log_snr")).toEqual([-4, 0, 4]);
    expect(stopsOf(content(), "evaluations")).toEqual([1, 2, 3, 4, 5]);
    expect(domainOf(content(), "evaluations")).toEqual([1, 5]);
    expect(domainOf(content(), "log_snr")).toEqual([-5, 7]);
  });

  test("at a place each row has the last one up to it", () => {
    const [ddim, heun] = content().ways;
    expect(lookAt(ddim, "log_snr", -4.5)).toBeNull();
    expect(lookAt(ddim, "log_snr", 3.9)?.index).toBe(1);
    expect(lookAt(heun, "log_snr", 0)?.index).toBe(2);
    expect(lookAt(ddim, "evaluations", 5)?.index).toBe(2);
    expect(lookAt(heun, "evaluations", 4)?.index).toBe(3);
  });

  test("every picture lies in the cell of its place, and a later one wins, up to the cursor", () => {
    const shots = shotsOf(content().ways[1].looks, "log_snr");
    for (const count of [1, 3, 7, 40]) {
      const { cells, here, selected } = stripOf(shots, 0, [-5, 7], count);
      expect(cells).toHaveLength(count);
      for (const shot of cells)
        if (shot) expect(cells.indexOf(shot)).toBe(Math.min(count - 1, Math.floor(shareOf(shot.position, [-5, 7]) * count)));
      expect(stripOf(shots, 7, [-5, 7], count).cells.findLast(Boolean)?.index).toBe(4);
      expect(cells[selected]).toBe(here);
      expect(here?.index).toBe(2);
    }
    expect(stripOf(shots, -4.5, [-5, 7], 3)).toMatchObject({ here: null, selected: -1 });
  });

  test("what comes later is added to a look and leaves the rest of it", () => {
    say("decoded", { row: 0, indices: [2, 0], images: [picture, picture], to_own: tensor([0.01, 0.4]) });
    say("decoded", { row: 0, indices: [1], images: [picture], to_own: tensor([0.06]) });
    say("compared", { row: 0, indices: [0, 1, 2], along: tensor([0, 0.1, 0.2]), to_end: tensor([0.5, 0.4, 0.3]) });
    const [first, second, third] = content().ways[0].looks;
    expect([first.timestep, first.logSnr, first.along, first.image]).toEqual([900, -4, 0, picture]);
    expect(third.toEnd).toBeCloseTo(0.3);
    expect(second.toOwn).toBeCloseTo(0.06);
  });

  test("a picture is settled once it stays near its end", () => {
    const [ddim, heun] = content().ways;
    expect([0.08, 0.05, 0.5].map((threshold) => settledAfter(ddim, threshold))).toEqual([2, 3, 1]);
    expect(settledAfter(heun, 0.5)).toBeNull();
    const back = { ...ddim, looks: ddim.looks.map((look, at) => ({ ...look, toOwn: [0.01, 0.3, 0.01][at] })) };
    expect(settledAfter(back, 0.08)).toBe(3); // it left again
  });

  test("rows that nobody knows are no harm", () => {
    const before = content();
    say("compared", { row: 9, indices: [0], along: tensor([0]), to_end: tensor([0]) });
    expect(content().ways).toEqual(before.ways);
    say("placed", { row: 2, indices: [0, 1], places: tensor([1, 2, 3, 4], [2, 2]) });
    expect(content().longSpots).toEqual([[1, 2], [3, 4]]);
  });
});

test("the nearest stop is selected, the last one where none is asked for", () => {
  expect([3.4, 99, null].map((place) => stopAt([1, 2, 5], place))).toEqual([1, 2, 2]);
  expect(stopAt([], 3)).toBe(0);
});

test("spread is over pairs, not over the diagonal", () => {
  const matrix = tensor([0, 0.1, 0.3, 0.1, 0, 0.2, 0.3, 0.2, 0], [3, 3]);
  expect(spread(matrix, [0, 1, 2]).map((value) => Number(value.toFixed(3)))).toEqual([0.1, 0.3]);
  expect(spread(matrix, [1])).toEqual([0, 0]);
  expect(groupOf([[0, 2], [1]])).toEqual([0, 1, 0]);
});
