import { describe, expect, test } from "vitest";
import { heatmap, inkOn, mapped } from "./heatmap.js";
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

test("keys move the selected cell of what is shown, one after the other before it is drawn again", () => {
  const selected = /** @type {any[]} */ ([]);
  HTMLCanvasElement.prototype.getContext = () => null;
  const heat = heatmap({ onHover() {}, onSelect: (cell) => selected.push(cell) });
  expect(heat.press("ArrowDown")).toBe(false); // nothing is shown
  heat.draw({ rows: 3, columns: 2, cell: 40, low: 0, high: 1, value: () => 0, show: String, ringed: () => false,
    selected: { row: 0, column: 1 } }, "");
  expect(["ArrowDown", "ArrowDown", "Home", "x"].map(heat.press)).toEqual([true, true, true, false]);
  expect(selected).toEqual([{ row: 1, column: 1 }, { row: 2, column: 1 }, { row: 2, column: 0 }]);
});
