import { describe, expect, test } from "vitest";
import { cellAt, heatmap, inkOn, mapped, moved } from "./heatmap.js";
import { channels } from "./theme.js";

const STOPS = [[0, 0, 0], [100, 0, 200], [255, 255, 255]];

describe("colours", () => {
  test.each([[0, 0], [0.5, 1], [1, 2]])("share %d is stop %i", (share, at) => expect(mapped(share, STOPS)).toEqual(STOPS[at]));
  test.each([[-3, 0], [7, 2], [NaN, 0], [Infinity, 0]])("%d stays inside the map",
    (share, at) => expect(mapped(share, STOPS)).toEqual(STOPS[at]));
  test("between two stops it goes straight", () => expect(mapped(0.25, STOPS)).toEqual([50, 0, 100]));

  test("the number stands out on every grey", () => {
    const light = (
      /** @type {number} */ value,
    ) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    for (let grey = 0; grey < 256; grey += 1) {
      const ink = inkOn([grey, grey, grey]) === "#ffffff"
        ? 1
        : 0.2126 * light(0x14) + 0.7152 * light(0x17) + 0.0722 * light(0x1c);
      const [high, low] = [light(grey), ink].sort((a, b) => b - a);
      expect((high + 0.05) / (low + 0.05)).toBeGreaterThan(3.9);
    }
  });

  test.each([["rgb(1, 2, 3)", [1, 2, 3]], ["rgba(1, 2, 3, 0.5)", [1, 2, 3]], ["color(srgb 1 0.5 0)", [255, 127.5, 0]], ["", [0,
    0, 0]]])("%s is read", (text, colour) => expect(channels(text)).toEqual(colour));
});

describe("cells", () => {
  test("every place in a cell is that cell, and none outside", () => {
    expect(cellAt(0, 0, 10, 2, 3)).toEqual({ row: 0, column: 0 });
    expect(cellAt(29.9, 19.9, 10, 2, 3)).toEqual({ row: 1, column: 2 });
    for (const [x, y] of [[30, 5], [5, 20], [-1, 5], [5, -1]]) expect(cellAt(x, y, 10, 2, 3)).toBe(null);
  });

  test("arrows go one cell and stop at the edge; home and end reach the ends of a row", () => {
    expect(moved("ArrowDown", 0, 0, 2, 3)).toEqual({ row: 1, column: 0 });
    expect(moved("ArrowUp", 0, 2, 2, 3)).toEqual({ row: 0, column: 2 });
    expect(moved("ArrowRight", 1, 2, 2, 3)).toEqual({ row: 1, column: 2 });
    expect(moved("Home", 1, 2, 2, 3)).toEqual({ row: 1, column: 0 });
    expect(moved("End", 1, 0, 2, 3)).toEqual({ row: 1, column: 2 });
    expect(moved("a", 0, 0, 2, 3)).toBe(null);
    expect(moved("ArrowUp", 0, 0, 0, 0)).toBe(null);
  });
});

test("keys move the selected cell of what is shown, one after the other before it is drawn again", () => {
  const selected = /** @type {any[]} */ ([]);
  HTMLCanvasElement.prototype.getContext = () => null;
  const heat = heatmap({ onHover() {}, onSelect: (cell) => selected.push(cell) });
  expect(heat.key("ArrowDown")).toBe(false); // nothing is shown
  heat.draw({ rows: 3, columns: 2, cell: 40, low: 0, high: 1, value: () => 0, show: String, ringed: () => false,
    selected: { row: 0, column: 1 } }, "");
  expect(["ArrowDown", "ArrowDown", "Home", "x"].map(heat.key)).toEqual([true, true, true, false]);
  expect(selected).toEqual([{ row: 1, column: 1 }, { row: 2, column: 1 }, { row: 2, column: 0 }]);
});
