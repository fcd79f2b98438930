/** Where the page finds the picture of a reference, and what it says of it. */

import { h } from "../../kit/dom.js";
import { spriteStyle } from "../../kit/pictures.js";
import { spoken } from "../../kit/words.js";

/** Seed and prompt of `drawn:7:a fox`, or null. @param {string} reference */
export function drawnOf(reference) {
  const found = /^drawn:(\d+):(.*)$/s.exec(reference);
  return found && { seed: Number(found[1]), prompt: found[2] };
}

/**
 * @param {any} controls  the `_controls` trait
 * @param {string} language
 * @param {import("./text.js").Text} text
 */
export function album({ gallery }, language, text) {
  const places = new Map(
    gallery.pictures.map((/** @type {{ reference: string }} */ { reference }, /** @type {number} */ at) => [reference, at]),
  );

  return {
    /** What a picture shows, where that is known. @param {string} reference */
    caption(reference) {
      const drawn = drawnOf(reference);
      if (drawn) return text.matrix.drawn(drawn.prompt, drawn.seed);
      const at = places.get(reference);
      return at === undefined ? "" : spoken(gallery.pictures[at].caption, language);
    },
    /**
     * Style of an element that shows the picture.
     * @param {string} reference
     * @param {Record<string, import("../../kit/protocol.js").Picture>} thumbnails
     */
    style(reference, thumbnails) {
      const at = places.get(reference);
      if (at !== undefined) return spriteStyle(gallery, at);
      const there = thumbnails[reference];
      return { backgroundImage: there ? `url("${there.url}")` : "none", backgroundSize: "cover", backgroundPosition: "center" };
    },
  };
}

/** A square picture. @param {number} size in px */
export function tile(size) {
  const element = h("span", { class: "dx-tile" });
  element.style.setProperty("--size", `${size}px`);
  return element;
}
