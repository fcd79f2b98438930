/** A matrix of numbers as coloured cells with the numbers in them, on a canvas: one cell is selected, some are ringed. */

import { selectable } from "./cells.js";
import { h } from "./dom.js";
import { sized } from "./pixels.js";
import { colourProbe } from "./theme.js";

/** The map goes from near the paper to far from it, so that high means contrast in both themes. */
export const heatStops = ["--heat-low", "--heat-mid", "--heat-high"];
const GAP = 3;
const DIGITS = 36; // px: below it a cell has no room for a number

/**
 * @param {number} share  0 to 1
 * @param {number[][]} stops  red, green, blue of evenly spaced colours
 */
export function mapped(share, stops) {
  const clipped = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
  const position = clipped * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(position));
  return stops[low].map((from, at) => from + (position - low) * (stops[low + 1][at] - from));
}

/** Black or white, whichever stands out more (WCAG relative luminance). @param {number[]} colour */
export function inkOn(colour) {
  const [red, green, blue] = colour.map((
    value,
  ) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#14171c" : "#ffffff";
}

/**
 * @typedef {import("./cells.js").Cell} Cell
 *
 * @typedef {object} Heat
 * @property {number} rows
 * @property {number} columns
 * @property {number} cell  side of a cell in px, its gap included
 * @property {(row: number, column: number) => number} value
 * @property {number} low  value of the first colour
 * @property {number} high  value of the last
 * @property {(value: number) => string} show  the number in a cell
 * @property {(row: number, column: number) => boolean} ringed  what the eye should find at once
 * @property {Cell | null} selected
 */

/** @param {{ onHover: (cell: Cell | null) => void, onSelect: (cell: Cell) => void }} on */
export function heatmap(on) {
  const probe = colourProbe([...heatStops, "--ink", "--text"]);
  const canvas = h("canvas", { role: "img", tabIndex: 0 });
  const element = h("div", { class: "dx-heat" }, canvas, probe.element);
  const cells = selectable(canvas, on);

  /** @param {Heat} heat @param {string} words  what it shows, for a screen reader */
  function draw(heat, words) {
    cells.lay({ ...heat, width: heat.cell, height: heat.cell });
    canvas.setAttribute("aria-label", words);
    const context = sized(canvas, heat.columns * heat.cell, heat.rows * heat.cell);
    if (!context) return;
    const colours = probe.read();
    const [ink, chosen] = colours.slice(heatStops.length).map((colour) => `rgb(${colour.join(" ")})`);
    const gap = heat.cell >= 12 ? GAP : 1;
    const side = heat.cell - gap;
    const radius = Math.min(4, side / 4);
    context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let row = 0; row < heat.rows; row += 1) {
      for (let column = 0; column < heat.columns; column += 1) {
        const value = heat.value(row, column);
        const [x, y] = [column * heat.cell + gap / 2, row * heat.cell + gap / 2];
        const colour = mapped((value - heat.low) / (heat.high - heat.low || 1), colours.slice(0, heatStops.length));
        context.fillStyle = `rgb(${colour.map(Math.round).join(" ")})`;
        box(context, x, y, side, radius);
        context.fill();
        if (heat.cell >= DIGITS) {
          context.fillStyle = inkOn(colour);
          context.fillText(heat.show(value), x + side / 2, y + side / 2 + 0.5);
        }
        if (heat.ringed(row, column)) {
          context.strokeStyle = ink;
          context.lineWidth = 1.5;
          box(context, x - 0.5, y - 0.5, side + 1, radius + 0.5);
          context.stroke();
        }
      }
    }
    if (!heat.selected) return;
    context.strokeStyle = chosen;
    context.lineWidth = 3;
    box(context, heat.selected.column * heat.cell + 1.5, heat.selected.row * heat.cell + 1.5, heat.cell - 3, radius + 1);
    context.stroke();
  }

  return { element, canvas, draw, press: cells.press };
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} side @param {number} radius */
function box(context, x, y, side, radius) {
  context.beginPath();
  context.roundRect(x, y, side, side, radius);
}
