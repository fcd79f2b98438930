/** A picture with a map over it: the picture in grey, the shares as a wash of colour, one patch framed. Never stretched, never cropped. */

import { h, show } from "./dom.js";
import { paint } from "./pixels.js";
import { finer, washRaster } from "./shares.js";

/**
 * @typedef {object} Layered
 * @property {import("./film.js").Frame} frame
 * @property {number} ratio  width of the picture by its height
 * @property {{ data: ArrayLike<number>, height: number, width: number } | null} [map]  one value a patch; without it the picture is alone
 * @property {{ low: number, high: number }} [scale]  values of the first and of the last colour
 * @property {number} [strength]  0 shows the picture alone, 1 the map
 * @property {boolean} [patches]  shows each as a square of one colour
 * @property {Place | null} [place]  the framed patch
 * @property {string} [words]  what it shows, for a screen reader; empty where a caption says it
 *
 * @typedef {{ x: number, y: number }} Place  0 to 1 from the left and from the top
 */

/** The patch at a place. @param {Place} place @param {{ height: number, width: number }} grid */
export function patchAt({ x, y }, { height, width }) {
  const clip = (/** @type {number} */ at, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, Math.floor(at)));
  return { row: clip(y * height, height), column: clip(x * width, width) };
}

/** @param {{ times: number, className?: string }} options  `times`: how much finer a smooth map is drawn, odd */
export function layered({ times, className = "" }) {
  const image = h("img", { alt: "", draggable: false, hidden: true });
  const base = h("canvas", { width: 1, height: 1 });
  const heat = h("canvas", { width: 1, height: 1, class: "dx-map-layer" });
  const lines = h("span", { class: "dx-patches", hidden: true });
  const frame = h("span", { class: "dx-patch", hidden: true });
  const element = h("span", { class: `dx-layered ${className}` }, image, base, heat, lines, frame);
  /** @type {any[]} */
  let drawn = [];

  /** @param {Layered} now */
  function draw(
    { frame: shown, ratio, map = null, scale = { low: 0, high: 1 }, strength = 0, patches = false, place = null, words = "" },
  ) {
    const { height, width } = map ?? { height: 1, width: 1 };
    element.style.setProperty("--ratio", String(ratio));
    element.style.setProperty("--strength", String(map ? strength : 0));
    if (words) element.setAttribute("aria-label", words);
    show(Boolean(shown?.picture), image);
    show(Boolean(shown && !shown.picture), base);
    show(map !== null, heat);
    if (shown?.picture && image.src !== shown.picture.url) image.src = shown.picture.url;
    if (shown?.raster && drawn[0] !== shown.raster) paint(base, shown.raster);
    const key = [shown?.raster, map, scale.low, scale.high, patches, strength];
    if (map && key.slice(1).some((value, at) => value !== drawn[at + 1])) {
      paint(heat, washRaster(patches ? map : finer(map.data, height, width, times), scale, strength));
    }
    drawn = key;
    heat.classList.toggle("dx-sharp", patches);
    show(patches && map !== null && width <= 32, lines);
    lines.style.backgroundSize = `${100 / width}% ${100 / height}%`;
    show(place !== null, frame);
    if (!place) return;
    const { row, column } = patchAt(place, { height, width });
    Object.assign(frame.style, { left: `${(100 * column) / width}%`, top: `${(100 * row) / height}%`, width: `${100 / width}%`,
      height: `${100 / height}%` });
  }

  return { element, draw };
}
