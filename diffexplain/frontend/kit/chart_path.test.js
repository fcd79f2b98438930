import { describe, expect, test } from "vitest";
import { pathOf } from "./chart_path.js";

/** The points of a path, run by run. @param {string} path */
const runs = (path) => path.split("M").slice(1).map((run) => run.split("L").map((point) => point.split(",").map(Number)));

describe("a path", () => {
  const count = 100_000;
  const xs = Float64Array.from({ length: count }, (_, at) => (600 * at) / count);
  const ys = Float64Array.from(xs, (_, at) => 80 + 30 * Math.sin(at / 997) + ((at * 7919) % 101) / 20);
  ys[61_234] = 2; // single spikes
  ys[61_236] = 159;
  ys[7] = 1;

  test("keeps of each pixel column the lowest and the highest point, and few others", () => {
    const drawn = runs(pathOf(xs, ys)).flat();
    expect(drawn.length).toBeLessThanOrEqual(4 * 600);
    const columns = Array.from({ length: 600 }, () => /** @type {number[]} */ ([]));
    ys.forEach((y, at) => columns[Math.floor(xs[at])].push(y));
    for (const [column, all] of columns.entries()) {
      // x is written to a tenth of a pixel: the last point of a column may be written at the next one
      const kept = drawn.filter(([x]) => x >= column && x <= column + 1).map(([, y]) => y);
      expect(kept).toContain(Number(Math.min(...all).toFixed(1)));
      expect(kept).toContain(Number(Math.max(...all).toFixed(1)));
    }
    expect(drawn.every(([x], at) => at === 0 || x >= drawn[at - 1][0])).toBe(true);
  });
  test("of few points has them all", () => {
    expect(runs(pathOf([0, 1, 1.2, 9], [4, 5, 6, 7]))).toEqual([[[0, 4], [1, 5], [1.2, 6], [9, 7]]]);
  });
  test("breaks where there is a gap, also within a pixel", () => {
    expect(runs(pathOf([0, 1, 2, 3, 4], [1, 2, NaN, 3, 4]))).toEqual([[[0, 1], [1, 2]], [[3, 3], [4, 4]]]);
    expect(runs(pathOf([0, 0.1, 0.2], [1, NaN, 3]))).toHaveLength(2);
    expect(pathOf([0, 1], [NaN, NaN])).toBe("");
  });
});
