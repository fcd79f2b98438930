import { expect, test, vi } from "vitest";
import { cellAt, moved, selectable } from "./cells.js";

const SIDES = { rows: 2, columns: 3, width: 10, height: 20 };

test("every place in a cell is that cell, and none outside", () => {
  expect(cellAt(0, 0, SIDES)).toEqual({ row: 0, column: 0 });
  expect(cellAt(29.9, 39.9, SIDES)).toEqual({ row: 1, column: 2 });
  for (const [x, y] of [[30, 5], [5, 40], [-1, 5], [5, -1]]) expect(cellAt(x, y, SIDES)).toBe(null);
});

test("arrows go one cell and stop at the edge; home and end reach the ends of a row, page up and down those of a column", () => {
  const from = (/** @type {string} */ key, /** @type {number} */ row, /** @type {number} */ column) => {
    const to = moved(key, { row, column }, SIDES);
    return to && [to.row, to.column];
  };
  expect([from("ArrowDown", 0, 0), from("ArrowUp", 0, 2), from("ArrowRight", 1, 2), from("ArrowLeft", 1, 2)]).toEqual([[1, 0], [
    0,
    2,
  ], [1, 2], [1, 1]]);
  expect([from("Home", 1, 2), from("End", 1, 0), from("PageUp", 1, 1), from("PageDown", 0, 1), from("a", 0, 0)]).toEqual([[1,
    0], [1, 2], [0, 1], [1, 1], null]);
  expect(moved("ArrowUp", { row: 0, column: 0 }, { rows: 0, columns: 0 })).toBe(null);
});

test("cells without sides of their own fill the canvas, whatever its size is by then", () => {
  const canvas = document.createElement("canvas");
  const onSelect = vi.fn();
  selectable(canvas, { onHover: () => {}, onSelect }).lay({ rows: 2, columns: 3, selected: null });
  for (const side of [60, 30]) {
    Object.defineProperties(canvas, { clientWidth: { value: side, configurable: true },
      clientHeight: { value: side, configurable: true } });
    canvas.dispatchEvent(new MouseEvent("pointerdown", { button: 0, clientX: 25, clientY: 16 }));
  }
  expect(onSelect.mock.calls).toEqual([[{ row: 0, column: 1 }], [{ row: 1, column: 2 }]]);
});

test("the selected cell moves by keys and by the main button, and is hovered over where it is drawn", () => {
  const canvas = document.createElement("canvas");
  const on = { onHover: vi.fn(), onSelect: vi.fn() };
  const cells = selectable(canvas, on);
  const point = (/** @type {string} */ kind, button = 0) =>
    canvas.dispatchEvent(new MouseEvent(kind, { button, clientX: 25, clientY: 5 }));
  expect(cells.press("ArrowDown")).toBe(false); // nothing is laid
  point("pointermove");
  cells.lay({ ...SIDES, selected: null });
  point("pointermove");
  point("pointerleave");
  expect(on.onHover.mock.calls).toEqual([[null], [{ row: 0, column: 2 }], [null]]);
  expect(["ArrowDown", "ArrowRight", "x"].map(cells.press)).toEqual([true, true, false]);
  point("pointerdown", 2);
  point("pointerdown");
  expect(on.onSelect.mock.calls).toEqual([[{ row: 1, column: 0 }], [{ row: 1, column: 1 }], [{ row: 0, column: 2 }]]);
});
