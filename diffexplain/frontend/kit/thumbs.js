/** Pictures of a sheet as small canvases: a page of forty thumbnails must not hold the sheet's address forty times. And pictures by address. */

import { h } from "./dom.js";

/** @typedef {ReturnType<typeof createThumbs>} Thumbs */

/** @param {() => void} arrived  called when the sheet can be drawn */
export function createThumbs(arrived) {
  let url = "";
  let sheet = /** @type {import("./scatter.js").Sheet | null} */ (null);
  return {
    /** The sheet once it can be drawn, null before. */
    get: () => sheet,
    /** @param {{ sheet: import("./protocol.js").Picture | null, columns: number, tile: number }} map @param {number} count  of pictures */
    load(map, count) {
      if (!map.sheet || map.sheet.url === url) return;
      url = map.sheet.url;
      const image = h("img", { src: url });
      image.decode().then(() => {
        sheet = { image, columns: map.columns, tile: map.tile, count };
        arrived();
      }, () => {});
    },
  };
}

/** @param {Thumbs} thumbs @param {number} index @param {number} side  in CSS pixels */
export function thumbnail(thumbs, index, side) {
  const canvas = h("canvas", { class: "dx-mini", width: 2 * side, height: 2 * side });
  canvas.style.width = canvas.style.height = `${side}px`;
  const sheet = thumbs.get();
  const context = sheet && canvas.getContext("2d");
  if (!sheet || !context) return canvas;
  const { image, columns, tile } = sheet;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, (index % columns) * tile, Math.floor(index / columns) * tile, tile, tile, 0, 0, 2 * side, 2 * side);
  return canvas;
}

const MOST_IMAGES = 800;

/**
 * Pictures to paint on a canvas, by their address; null until one can be painted.
 * @param {() => void} arrived  called when one more can
 */
export function createImages(arrived) {
  const images = /** @type {Map<string, HTMLImageElement>} */ (new Map());
  /** @param {import("./protocol.js").Picture | null | undefined} picture */
  return function imageOf(picture) {
    if (!picture) return null;
    let image = images.get(picture.url);
    if (!image) {
      image = h("img", { src: picture.url, onload: arrived });
      if (images.size >= MOST_IMAGES) images.clear();
      images.set(picture.url, image);
    }
    return image.complete ? image : null;
  };
}
