import { expect, test, vi } from "vitest";
import { mapGrid } from "./map_grid.js";

const map = { data: [0, 1], height: 1, width: 2 };
const columns = ["down 1", "up 1"].map((name) => ({ name, note: "8 × 8", hint: `${name} in full` }));
const grid = { maps: [[map, map, map], [map, null]], columns, rows: ["mean", "head 1", "head 2"], ratio: 2,
  scale: () => ({ low: 0, high: 1 }), selected: { row: 0, column: 0 } };

function drawn() {
  const [onHover, onSelect] = [vi.fn(), vi.fn()];
  const made = mapGrid({ onHover, onSelect });
  made.draw(grid, 800, "Small maps");
  return { ...made, onHover, onSelect };
}

test("columns and rows have their names, the canvas its words, and a map its proportions", () => {
  const { element, canvas } = drawn();
  expect([...element.querySelectorAll(".dx-tops b")].map((each) => each.textContent)).toEqual(["down 1", "up 1"]);
  expect([...element.querySelectorAll(".dx-tops span")].map((each) => each.getAttribute("title"))).toEqual(
    columns.map(({ hint }) => hint),
  );
  expect([...element.querySelectorAll(".dx-sides span")].map((each) => each.textContent)).toEqual(grid.rows);
  expect(canvas.getAttribute("aria-label")).toBe("Small maps");
  expect(["--cell", "--high"].map((name) => element.style.getPropertyValue(name))).toEqual(["72px", "39px"]);
});

test("keys go from map to map, also before the next drawing, and stay inside", () => {
  const { press, onSelect } = drawn();
  expect(["ArrowRight", "ArrowRight", "ArrowDown", "PageDown", "x"].map(press)).toEqual([true, true, true, true, false]);
  expect(onSelect.mock.calls.map(([{ row, column }]) => [row, column])).toEqual([[0, 1], [0, 1], [1, 1], [2, 1]]);
});

test("a pointer is over the map that is drawn there, and the main button selects it", () => {
  const { canvas, onHover, onSelect } = drawn();
  const at = (/** @type {string} */ kind, /** @type {number} */ button) =>
    canvas.dispatchEvent(new MouseEvent(kind, { button, clientX: 73, clientY: 40 }));
  at("pointermove", 0);
  expect(onHover).toHaveBeenLastCalledWith({ row: 1, column: 1 });
  at("pointerdown", 2);
  expect(onSelect).not.toHaveBeenCalled();
  at("pointerdown", 0);
  expect(onSelect).toHaveBeenLastCalledWith({ row: 1, column: 1 });
});

test("before anything is drawn there is nothing to select", () => {
  expect(mapGrid({ onHover() {}, onSelect() {} }).press("ArrowRight")).toBe(false);
});
