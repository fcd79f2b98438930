/** Pictures of sheets as rasters: a sheet holds several, and is decoded once. */

import { h } from "./dom.js";

/**
 * @typedef {import("./pixels.js").Raster} Raster
 * @typedef {{ sheet: import("./protocol.js").Picture, columns: number, count: number }} Sheet  `count` pictures row by row
 * @typedef {{ sheet: Sheet, at: number, exact: boolean }} Tile  one picture of a sheet; not `exact`: a preview, one pixel a latent value
 * @typedef {ReturnType<typeof createTiles>} Tiles
 */

/** Of all sheets that are kept as rasters: 64 MB. */
const MOST_PIXELS = 16e6;

/** @param {() => void} arrived  called when one more sheet can be drawn */
export function createTiles(arrived) {
  /** @type {WeakMap<object, HTMLImageElement>} */
  const images = new WeakMap();
  /** @type {Map<Sheet, Raster[]>} those used last at the end */
  const cut = new Map();
  let pixels = 0;
  const canvas = h("canvas", {});

  /**
   * One picture of a sheet; null until the sheet is decoded.
   * @param {Tile | null} tile
   * @returns {Raster | null}
   */
  function raster(tile) {
    if (!tile) return null;
    const { sheet, at } = tile;
    const known = cut.get(sheet);
    if (known) {
      cut.delete(sheet);
      cut.set(sheet, known);
      return known[at] ?? null;
    }
    let image = images.get(sheet);
    if (!image) {
      image = h("img", { src: sheet.sheet.url, onload: arrived });
      images.set(sheet, image);
    }
    if (!image.complete || image.naturalWidth === 0) return null;
    const { columns, count } = sheet;
    const [width, height] = [sheet.sheet.width / columns, sheet.sheet.height / Math.ceil(count / columns)];
    Object.assign(canvas, { width: sheet.sheet.width, height: sheet.sheet.height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null; // a page without canvases (a test)
    context.drawImage(image, 0, 0);
    const all = Array.from({ length: count },
      (_, tile) => ({
        pixels: context.getImageData((tile % columns) * width, Math.floor(tile / columns) * height, width, height).data,
        width,
        height,
      }));
    cut.set(sheet, /** @type {Raster[]} */ (all));
    images.delete(sheet);
    pixels += count * width * height;
    for (const [oldest, rasters] of cut) {
      if (pixels <= MOST_PIXELS || oldest === sheet) break;
      cut.delete(oldest);
      pixels -= rasters.reduce((sum, one) => sum + one.width * one.height, 0);
    }
    return /** @type {Raster} */ (all[at]) ?? null;
  }

  return { raster };
}
