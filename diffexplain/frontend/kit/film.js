/** A film strip: one small picture a frame, scrubbed by mouse and touch; long runs show evenly spread frames. */

import { onDrag } from "./chart_frame.js";
import { h } from "./dom.js";
import { paint } from "./pixels.js";

export const MOST_FRAMES = 40;

/**
 * The frames that a strip shows of a run.
 * @param {number} count
 * @param {number} [most]
 * @returns {number[]}
 */
export function spread(count, most = MOST_FRAMES) {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, at) => Math.round((at * (count - 1)) / (most - 1)));
}

/** The shown frame nearest to one that may not be shown. @param {number[]} frames @param {number} index */
export function nearest(frames, index) {
  return frames.reduce((best, frame, at) => (Math.abs(frame - index) < Math.abs(frames[best] - index) ? at : best), 0);
}

/** A frame, dimmed where it is of the run before. @param {Frame} frame @param {boolean} old @returns {Frame} */
export const aged = (frame, old) => frame && { ...frame, old };

/**
 * @typedef {{ raster?: import("./pixels.js").Raster, picture?: import("./protocol.js").Picture, old?: boolean } | null} Frame
 *   `old` frames come from the run before and are dimmed
 *
 * @param {{ label: string, note: string, concept: string, pixelated: boolean, most?: number, onSelect: (index: number) => void }} options
 */
export function filmStrip({ label, note, concept, pixelated, most = MOST_FRAMES, onSelect }) {
  const name = h("div", { class: `dx-name ${concept}` }, label, h("small", {}, note));
  const film = h("div", { class: `dx-film ${pixelated ? "dx-pixelated" : ""}`, role: "img" });
  /** @type {number[]} */
  let frames = [];
  /** @type {{ cell: HTMLElement, canvas: HTMLCanvasElement, image: HTMLImageElement, drawn: any }[]} */
  let cells = [];

  const lay = (/** @type {number} */ count) => {
    frames = spread(count, most);
    cells = frames.map(() => {
      const canvas = h("canvas", { width: 1, height: 1 });
      const image = h("img", { alt: "", draggable: false, hidden: true });
      return { cell: h("span", { class: "dx-frame" }, canvas, image), canvas, image, drawn: undefined };
    });
    film.replaceChildren(...cells.map(({ cell }) => cell));
  };

  onDrag(film, ([x]) => {
    const width = Math.max(1, film.getBoundingClientRect().width, film.scrollWidth);
    const at = Math.floor(((x + film.scrollLeft) / width) * frames.length);
    if (frames.length) onSelect(frames[Math.max(0, Math.min(frames.length - 1, at))]);
  });

  return {
    name,
    film,
    /**
     * @param {number} count  frames of the whole run
     * @param {number} selected
     * @param {(index: number) => Frame} frameAt
     * @param {string} words  what the strip shows, for a screen reader
     */
    draw(count, selected, frameAt, words) {
      if (frames.length !== Math.min(count, most) || frames.at(-1) !== count - 1) lay(count);
      film.setAttribute("aria-label", words);
      const chosen = nearest(frames, selected);
      cells.forEach(({ cell, canvas, image, drawn }, at) => {
        const frame = frameAt(frames[at]);
        cell.classList.toggle("dx-on", at === chosen);
        cell.classList.toggle("dx-old", Boolean(frame?.old));
        const source = frame?.picture ?? frame?.raster ?? null;
        if (source === drawn) return;
        cells[at].drawn = source;
        image.hidden = !frame?.picture;
        canvas.hidden = Boolean(frame?.picture);
        if (frame?.picture) image.src = frame.picture.url;
        else if (frame?.raster) paint(canvas, frame.raster);
        else canvas.width = canvas.width;
      });
    },
  };
}
