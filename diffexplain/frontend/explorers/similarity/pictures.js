/** Where the page has the picture of a reference, and what it says of it. */

import { h } from "../../kit/dom.js";
import { spriteStyle } from "../../kit/pictures.js";
import { spoken } from "../../kit/words.js";
import { thumbnailOf } from "./runs.js";

/** @typedef {ReturnType<typeof album>} Album */

/** Seed and prompt of `drawn:7:a fox`, or null. @param {string} reference */
export function drawnOf(reference) {
  const found = /^drawn:(\d+):(.*)$/s.exec(reference);
  return found && { seed: Number(found[1]), prompt: found[2] };
}

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function album({ language, text, runs, constants }) {
  const { gallery } = constants("_controls");
  const positions = new Map(
    gallery.pictures.map((/** @type {{ reference: string }} */ { reference }, /** @type {number} */ at) => [reference, at]),
  );

  return {
    /** What a picture shows, where that is known. @param {string} reference */
    caption(reference) {
      const drawn = drawnOf(reference);
      if (drawn) return text.matrix.drawn(drawn.prompt, drawn.seed);
      const at = positions.get(reference);
      return at === undefined ? "" : spoken(gallery.pictures[at].caption, language);
    },
    /** @param {HTMLElement} element  that shows the picture @param {string} reference */
    paint(element, reference) {
      const at = positions.get(reference);
      const own = thumbnailOf(runs.get(), reference);
      Object.assign(element.style,
        at === undefined
          ? { backgroundImage: own ? `url("${own.url}")` : "none", backgroundSize: "cover", backgroundPosition: "center" }
          : spriteStyle(gallery, at));
    },
  };
}

/** A square picture. @param {number} size in px */
export function tile(size) {
  const element = h("span", { class: "dx-tile" });
  element.style.setProperty("--size", `${size}px`);
  return element;
}
