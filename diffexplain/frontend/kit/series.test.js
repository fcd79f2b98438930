import { describe, expect, it } from "vitest";
import { stride, withOne, withPoints } from "./series.js";

const message = (/** @type {any} */ data, most = 6) => ({ kind: "x", run: 1, number: 0, data, most });
const points = (/** @type {number} */ start, /** @type {number} */ stop) => {
  const at = Int32Array.from({ length: stop - start }, (_, place) => start + place);
  const pairs = Float32Array.from({ length: 2 * at.length }, (_, place) => at[place >> 1] + (place % 2) / 2);
  return { at: { data: at, shape: [at.length] }, pairs: { data: pairs, shape: [at.length, 2] }, unit: `until ${stop}` };
};

describe("a series that grows", () => {
  it("takes the least stride that leaves no more than it may (as tests/live/test_retention.py)", () => {
    for (const [count, most] of [[1, 2], [2, 2], [6, 6], [7, 6], [20000, 100], [100000, 2000], [11, 6], [12, 6]]) {
      const stays = (/** @type {number} */ step) => Math.ceil((count - 1) / step) + 1;
      const step = stride(count, most);
      expect(stays(step)).toBeLessThanOrEqual(most);
      if (step > 1) expect(stays(step / 2)).toBeGreaterThan(most);
    }
  });

  it("keeps the first, the newest and the multiples of the stride of single messages", () => {
    /** @type {{ at: number }[]} */
    let series = [];
    for (let at = 0; at < 100; at += 1) {
      series = withOne(series, message({ at }));
      const step = stride(at + 1, 6);
      expect(series.map((one) => one.at)).toEqual(
        Array.from({ length: at + 1 }, (_, each) => each).filter((each) => each % step === 0 || each === at),
      );
    }
    expect(withOne(series, message({ at: 99, name: "anew" })).at(-1)).toEqual({ at: 99, name: "anew" });
  });

  it("joins points to the same, however they come", () => {
    /** @type {any} */
    let series = null;
    for (const [start, stop] of [[0, 3], [3, 3], [3, 40], [40, 41], [41, 90]])
      series = withPoints(series, message(points(start, stop), 20));
    expect(series).toEqual(withPoints(null, message(points(0, 90), 20)));
    expect([...series.at.data.slice(0, 3)]).toEqual([0, 8, 16]);
    expect(series.at.data.at(-1)).toBe(89);
    expect([...series.pairs.data.slice(2, 4)]).toEqual([8, 8.5]);
    expect(series.pairs.shape).toEqual([series.at.shape[0], 2]);
    expect(series.unit).toBe("until 90");
  });

  it("takes a series told again as one", () => {
    const whole = withPoints(null, message(points(0, 50), 20));
    expect(withPoints(null, message(whole, 20))).toEqual(whole);
  });
});
