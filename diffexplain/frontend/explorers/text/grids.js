/** Grids whose cells are numbers or small squares of numbers, with the selected cell said below: what all panels of this page are made of. */

import { h, setText } from "../../kit/dom.js";
import { mapped } from "../../kit/heatmap.js";
import { mapGrid } from "../../kit/map_grid.js";
import { heatRaster, mappedRaster } from "../../kit/pixels.js";

/** @typedef {import("../../kit/cells.js").Cell} Cell */
/** @typedef {import("../../kit/map_grid.js").Grid} Grid */

/** Colours of a number between the ends of a scale, and of numbers around zero. */
export const heat =
  /** @type {NonNullable<Grid["raster"]>} */ (({ data, height, width }, { low, high }, stops) =>
    mappedRaster(data, height, width, (value) => mapped((value - low) / (high - low || 1), stops)));
export const signed =
  /** @type {NonNullable<Grid["raster"]>} */ (({ data, height, width }, { high }) => heatRaster(data, height, width, high));

/**
 * @param {(cell: Cell) => void} onSelect
 * @param {(cell: Cell) => string} tell  what a cell is, in words
 * @param {string} [className]
 */
export function tellingGrid(onSelect, tell, className = "") {
  const said = h("small", { class: "dx-cell-said" }, "\u00a0");
  let [over, selected] = /** @type {(Cell | null)[]} */ ([null, null]);
  const say = () => setText(said, (over ?? selected) ? tell(/** @type {Cell} */ (over ?? selected)) : "\u00a0");
  const grid = mapGrid({ onSelect, onHover(cell) {
    over = cell;
    say();
  } });
  const element = h("div", { class: `dx-told-grid ${className}` }, grid.element, said);
  return {
    element,
    /** @param {Grid} what @param {string} words  what it shows, for a screen reader */
    draw(what, words) {
      if (over && (over.row >= what.rows.length || over.column >= what.columns.length)) over = null;
      selected = what.selected;
      grid.draw(what, Math.max(240, element.clientWidth), selected ? `${words}. ${tell(selected)}` : words);
      say();
    },
    /** @param {KeyboardEvent} event */
    keys: (event) => event.target === grid.canvas && grid.press(event.key),
  };
}

/** A column for each of some names. @param {string[]} names */
export const columnsOf = (names) => names.map((name) => ({ name, note: "", hint: name }));
