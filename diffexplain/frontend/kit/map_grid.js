/**
 * Many small maps in a grid with named columns and rows, one of them selected by pointer or by key. One canvas holds them all: there may
 * be more than a thousand.
 */

import { selectable } from "./cells.js";
import { h } from "./dom.js";
import { heatStops, inkOn } from "./heatmap.js";
import { paint, sized } from "./pixels.js";
import { shareRaster } from "./shares.js";
import { colourProbe } from "./theme.js";

/**
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {{ data: ArrayLike<number>, height: number, width: number }} SmallMap
 *
 * @typedef {object} Grid
 * @property {(SmallMap | null)[][]} maps  by column, then by row; a column may have fewer
 * @property {{ name: string, note: string, hint: string }[]} columns
 * @property {string[]} rows
 * @property {number} ratio  width of a map by its height
 * @property {(map: SmallMap) => { low: number, high: number }} scale  values of the first and of the last colour
 * @property {(map: SmallMap, scale: { low: number, high: number }, heat: number[][]) => import("./pixels.js").Raster} [raster]  its
 *   colours, where they are not those of shares; `heat`: the theme's colours from low to high
 * @property {(map: SmallMap) => string} [label]  what stands in a map of one number
 * @property {[number, number]} [sides]  px, the least and the most that a cell may be wide
 * @property {Cell | null} selected
 */

/** @type {[number, number]} */
const SIDES = [56, 72];
const GAP = 6; // px, of a cell

/** @param {{ onHover: (cell: Cell | null) => void, onSelect: (cell: Cell) => void }} on */
export function mapGrid(on) {
  const probe = colourProbe(["--text", "--paper", ...heatStops]);
  const canvas = h("canvas", { role: "img", tabIndex: 0 });
  const [tops, sides] = [h("div", { class: "dx-tops" }), h("div", { class: "dx-sides" })];
  const element = h("div", { class: "dx-grid" }, h("span", { class: "dx-corner" }), tops, sides, canvas, probe.element);
  let painted = /** @type {any[]} */ ([]);
  const selection = selectable(canvas, on);

  /** @param {Grid} grid @param {number} width  in px, that it may have @param {string} words  what it shows, for a screen reader */
  function draw(grid, width, words) {
    const { maps, columns, rows, scale, selected, label, sides: [least, most] = SIDES } = grid;
    const raster = grid.raster ?? ((map, { low, high }) => shareRaster(map.data, map.height, map.width, low, high));
    const room = width - (Number.parseFloat(getComputedStyle(element).getPropertyValue("--side")) || 72);
    const cell = Math.max(least, Math.min(most, Math.floor(room / columns.length)));
    const high = Math.round((cell - GAP) / grid.ratio) + GAP;
    selection.lay({ rows: rows.length, columns: columns.length, width: cell, height: high, selected });
    canvas.setAttribute("aria-label", words);
    const key = JSON.stringify([cell, high, rows, columns]);
    if (tops.dataset.key !== key) {
      tops.dataset.key = key;
      element.style.setProperty("--cell", `${cell}px`);
      element.style.setProperty("--high", `${high}px`);
      tops.replaceChildren(
        ...columns.map(({ name, note, hint }) => h("span", { title: hint }, h("b", {}, name), h("small", {}, note))),
      );
      sides.replaceChildren(...rows.map((row) => h("span", {}, row)));
    }
    const colours = probe.read();
    const cells = maps.flatMap((column, x) => column.flatMap((map, y) => (map ? [{ map, x, y, ...scale(map) }] : [])));
    const now = [key, globalThis.devicePixelRatio, selected?.row, selected?.column, ...colours.flat(),
      ...cells.flatMap(({ map, low, high }) => [map, low, high])];
    if (now.length === painted.length && now.every((value, at) => value === painted[at])) return; // a pointer moved elsewhere
    painted = now;
    const context = sized(canvas, cell * columns.length, high * rows.length);
    if (!context) return;
    context.imageSmoothingEnabled = false;
    const small = h("canvas", {});
    Object.assign(context, { font: `12px ${getComputedStyle(canvas).fontFamily}`, textAlign: "center",
      textBaseline: "middle" });
    for (const { map, x, y, low, high: top } of cells) {
      const painting = raster(map, { low, high: top }, colours.slice(2));
      paint(small, painting);
      context.drawImage(small, x * cell + GAP / 2, y * high + GAP / 2, cell - GAP, high - GAP);
      if (!label) continue;
      context.fillStyle = inkOn([...painting.pixels.slice(0, 3)]);
      context.fillText(label(map), (x + 0.5) * cell, (y + 0.5) * high + 0.5);
    }
    if (!selected) return;
    const [colour, paper] = colours.map((one) => `rgb(${one.join(" ")})`);
    for (const [strokeStyle, lineWidth, inset]
      of /** @type {[string, number, number][]} */ ([[paper, 2, 3.5], [colour, 3, 1.5]]))
    {
      Object.assign(context, { strokeStyle, lineWidth });
      context.strokeRect(selected.column * cell + inset, selected.row * high + inset, cell - 2 * inset, high - 2 * inset);
    }
  }

  return { element, canvas, draw, press: selection.press };
}
