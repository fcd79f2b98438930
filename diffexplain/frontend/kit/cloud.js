/**
 * Paints a cloud of points: dots from sprites made once, thumbnails from a sheet, names with an edge of paper where there is room.
 *
 * @typedef {import("./plane.js").View} View
 * @typedef {{ image: CanvasImageSource, columns: number, tile: number, count: number }} Sheet  the first `count` points have a picture on it
 * @typedef {{ text: string, x: number, y: number }} Label  in data, the important ones first
 *
 * @typedef {object} Cloud
 * @property {Float32Array} points  x and y by turns
 * @property {Uint8Array} groups  index into the colours; 255 for none
 * @property {string[]} colours  the last one is that of no group
 * @property {Uint8Array} shapes  0 a disc, 1 a ring
 * @property {Uint8Array | null} faded  1 for those that are filtered out
 * @property {Sheet | null} sheet
 * @property {Label[]} labels
 * @property {{ ink: string, paper: string, soft: string }} theme
 *
 * @typedef {{ scale: number, size: number, large: number[], small: Uint8Array }} Crowd  who is a thumbnail of this size and who a dot
 */

import { h } from "./dom.js";
import { project } from "./plane.js";

const DOT = 3; // radius in pixels
const FADED = 0.12;
const NAME_GAP = 4; // px around a name

/** How many pixels of a canvas one of the page has. */
export const density = () => Math.min(2, window.devicePixelRatio || 1);

/** @param {HTMLElement} element  whose font the names have */
export function cloudPainter(element) {
  let sprites = /** @type {HTMLCanvasElement[]} */ ([]);
  const plates = /** @type {Map<string, HTMLCanvasElement>} */ (new Map());

  /** @param {CanvasRenderingContext2D} context @param {Cloud} cloud @param {View} view @param {Crowd} crowd @param {number} width @param {number} height */
  function draw(context, { points, groups, colours, shapes, faded, sheet }, view, { large, small, size }, width, height) {
    const none = colours.length - 1;
    const half = sprites.length ? sprites[0].width / (2 * density()) : 0;
    const side = 2 * half;
    for (const dim of faded ? [1, 0] : [0]) {
      context.globalAlpha = dim ? FADED : 1;
      for (let at = 0; at < small.length; at += 1) {
        if (!small[at] || (faded && faded[at] !== dim)) continue;
        const x = points[2 * at] * view.scale + view.x;
        const y = view.y - points[2 * at + 1] * view.scale;
        if (x < -half || y < -half || x > width + half || y > height + half) continue;
        context.drawImage(sprites[2 * Math.min(groups[at], none) + shapes[at]], x - half, y - half, side, side);
      }
    }
    context.globalAlpha = 1;
    if (sheet) {
      for (let row = large.length - 1; row >= 0; row -= 1) { // the first of the order lie on top
        const at = large[row];
        const x = Math.round(points[2 * at] * view.scale + view.x - size / 2);
        const y = Math.round(view.y - points[2 * at + 1] * view.scale - size / 2);
        if (x < -size || y < -size || x > width || y > height) continue;
        context.fillStyle = colours[Math.min(groups[at], none)];
        context.fillRect(x - 2, y - 2, size + 4, size + 4);
        drawThumb(context, sheet, at, x, y, size);
      }
    }
  }

  /** Names, behind what is painted already. @param {CanvasRenderingContext2D} context @param {Cloud} cloud @param {View} view @param {import("./placing.js").Placing} places */
  function drawNames(context, { labels, theme }, view, places) {
    context.globalCompositeOperation = "destination-over";
    for (const { text, x, y } of labels) {
      const [sx, sy] = project(view, x, y);
      if (!places.sees([sx, sy])) continue;
      const plate = plateOf(text, theme);
      const [width, height] = [plate.width / density(), plate.height / density()];
      const box = places.first([0, -14, 14].map((off) => ({ x: sx, y: sy + off, width, height })), NAME_GAP);
      if (box) context.drawImage(plate, Math.round(box.x - width / 2), Math.round(box.y - height / 2), width, height);
    }
    context.globalCompositeOperation = "source-over";
  }

  /** A word with an edge of paper around it, painted once. @param {string} text @param {Cloud["theme"]} theme */
  function plateOf(text, theme) {
    const known = plates.get(text);
    if (known) return known;
    const plate = h("canvas", {});
    const context = /** @type {CanvasRenderingContext2D} */ (plate.getContext("2d"));
    const font = `600 12px ${getComputedStyle(element).fontFamily || "sans-serif"}`;
    context.font = font;
    plate.width = Math.ceil((context.measureText(text).width + 12) * density());
    plate.height = Math.ceil(20 * density());
    context.scale(density(), density());
    Object.assign(context, { font, textBaseline: "middle", lineJoin: "round", lineWidth: 4, strokeStyle: theme.paper,
      fillStyle: theme.ink });
    context.globalAlpha = 0.9;
    context.strokeText(text, 6, 10);
    context.globalAlpha = 1;
    context.fillText(text, 6, 10);
    plates.set(text, plate);
    return plate;
  }

  /** Makes the dots anew, for other colours. @param {Cloud} cloud */
  function prepare({ colours, theme }) {
    const radius = DOT * density();
    const side = Math.ceil(2 * radius + 4 * density());
    sprites = colours.flatMap((colour) =>
      [0, 1].map((shape) => {
        const sprite = h("canvas", { width: side, height: side });
        const context = /** @type {CanvasRenderingContext2D} */ (sprite.getContext("2d"));
        if (!context) return sprite;
        context.beginPath();
        context.arc(side / 2, side / 2, shape ? radius * 0.8 : radius, 0, 2 * Math.PI);
        Object.assign(context, { fillStyle: shape ? theme.paper : colour, strokeStyle: shape ? colour : theme.paper,
          lineWidth: (shape ? 1.7 : 1) * density() });
        context.fill();
        context.stroke();
        return sprite;
      })
    );
    plates.clear();
  }

  return { draw, drawNames, prepare };
}

/** One picture of a sheet. @param {CanvasRenderingContext2D} context @param {Sheet} sheet @param {number} at @param {number} x @param {number} y @param {number} size */
function drawThumb(context, { image, columns, tile }, at, x, y, size) {
  context.drawImage(image, (at % columns) * tile, Math.floor(at / columns) * tile, tile, tile, x, y, size, size);
}
