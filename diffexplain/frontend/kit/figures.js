/** What a sum of pictures is put together from: pictures with a name and a line of values, signs between them, a paragraph. */

import { h, setText } from "./dom.js";
import { square } from "./parts.js";

/**
 * A picture with a name and a line of values under it.
 * @param {string} name
 * @param {{ size?: number, concept?: string, pixelated?: boolean }} [options]
 */
export function named(name, { size = 96, concept = "", pixelated = true } = {}) {
  const picture = square({ size, pixelated });
  const title = h("b", { class: concept }, name);
  const note = h("small", {});
  return {
    element: h("figure", { class: "dx-named" }, picture.element, h("figcaption", {}, title, note)),
    /** @param {import("./film.js").Frame} frame @param {string} [line] @param {string} [now]  its name at this step */
    draw(frame, line = "", now = name) {
      picture.draw(frame, [now, line].filter(Boolean).join(" · "));
      setText(title, now);
      setText(note, line);
    },
  };
}

/** @param {...(Node | string)} children */
export const row = (...children) => h("div", { class: "dx-row" }, ...children);
/** @param {string} symbol */
export const operator = (symbol) => h("span", { class: "dx-operator" }, symbol);
/** @param {string} [concept] */
export const factor = (concept = "") => h("span", { class: `dx-factor ${concept}` });
/** @param {string} [line] */
export const prose = (line = "") => h("p", { class: "dx-prose" }, line);
