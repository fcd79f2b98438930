import { describe, expect, it } from "vitest";
import { fadedBy, labelsOn, middleOf, tally } from "./points.js";

const labels =
  /** @type {any} */ ({ names: [{ en: "fox", zh: "狐狸" }, { en: "cat", zh: "猫" }],
    values: { data: Uint8Array.from([0, 0, 0, 1]), shape: [4] } });

describe("points", () => {
  it("are counted, and hides what is filtered out", () => {
    expect(tally([2, 1, 2, 2, 9], [0, 1, 2, 4])).toEqual([{ value: 2, count: 2 }, { value: 1, count: 1 }, { value: 9,
      count: 1 }]);
    expect(fadedBy([0, 1, 0], [])).toBeNull();
    expect([.../** @type {Uint8Array} */ (fadedBy([0, 1, 0], [0]))]).toEqual([1, 0, 1]);
  });

  it("have names in the thick of what they name, not for one or two points, not where they are hidden", () => {
    const points = Float32Array.from([0, 0, 1, 0, 100, 1, 7, 7]);
    expect(labelsOn(points, labels, "zh")).toEqual([{ text: "狐狸", x: 1, y: 0, count: 3 }]);
    expect(labelsOn(points, labels, "en", Uint8Array.from([1, 0, 0, 0]))).toEqual([]);
    expect(middleOf(points, [0, 1, 2])).toEqual({ x: 1, y: 0 });
  });
});
