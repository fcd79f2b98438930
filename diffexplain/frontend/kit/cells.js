/** A canvas of equal cells in rows and columns, of which one is selected: by pointer, and by the keys that go from cell to cell. */

/**
 * @typedef {{ row: number, column: number }} Cell
 * @typedef {{ rows: number, columns: number, width: number, height: number, selected: Cell | null }} Layout  a cell's sides in px
 * @typedef {Pick<Layout, "rows" | "columns" | "selected"> & Partial<Layout>} Laid  without sides of their own, cells fill the canvas
 */

/** The cell at a point in px, or null. @param {number} x @param {number} y @param {Omit<Layout, "selected">} layout @returns {Cell | null} */
export function cellAt(x, y, { rows, columns, width, height }) {
  const [row, column] = [Math.floor(y / height), Math.floor(x / width)];
  return row >= 0 && column >= 0 && row < rows && column < columns ? { row, column } : null;
}

/** Where a key takes a selected cell, or null for another key. @param {string} key @param {Cell} from @param {{ rows: number, columns: number }} layout @returns {Cell | null} */
export function moved(key, { row, column }, { rows, columns }) {
  const clip = (/** @type {number} */ at, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, at));
  const steps =
    /** @type {Record<string, number[]>} */ ({ ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [row, 0], End: [row, columns - 1], PageUp: [0, column],
      PageDown: [rows - 1, column] });
  if (!(key in steps) || rows < 1 || columns < 1) return null;
  return { row: clip(steps[key][0], rows), column: clip(steps[key][1], columns) };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ onHover: (cell: Cell | null) => void, onSelect: (cell: Cell) => void }} options
 * @returns {{ lay: (layout: Laid) => void, press: (pressed: string) => boolean }}  `lay` says what is drawn, `press` takes a key's
 *   name and says whether it led anywhere, see `moved`
 */
export function selectable(canvas, { onHover, onSelect }) {
  let shown = /** @type {Laid | null} */ (null);
  const under = (/** @type {PointerEvent} */ { offsetX, offsetY }) =>
    shown
    && cellAt(offsetX, offsetY, { width: canvas.clientWidth / shown.columns, height: canvas.clientHeight / shown.rows,
      ...shown });
  canvas.addEventListener("pointermove", (event) => onHover(under(event)));
  canvas.addEventListener("pointerleave", () => onHover(null));
  canvas.addEventListener("pointerdown", (event) => {
    const cell = under(event);
    if (cell && event.button === 0) onSelect(cell);
  });
  return { lay(layout) {
    shown = layout;
  }, press(pressed) {
    const selected = shown && moved(pressed, shown.selected ?? { row: 0, column: 0 }, shown);
    if (!shown || !selected) return false;
    shown = { ...shown, selected }; // the next key may come before the next drawing
    onSelect(selected);
    return true;
  } };
}
