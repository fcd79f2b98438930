/**
 * A part of a page that a run fills only where it is asked to. A recording that has nothing for it can't be asked any more: then words
 * say what would be seen here and what that takes, in place of a form that nobody can use.
 */

import { h, show } from "./dom.js";

/**
 * @param {{ live: boolean, kit: ReturnType<typeof import("./text.js").words> }} page
 * @param {string} shows  what is seen in it once it is filled; "" where its title says so
 * @param {...HTMLElement} form  what asks for it
 */
export function emptyRoom({ live, kit }, shows, ...form) {
  const element = h("div", { class: "dx-room-empty", hidden: true }, h("p", {}, kit.sentences([shows, kit.state.none])));
  return {
    element,
    /** Shows the form or the words. @param {boolean} filled  whether the run on screen has something for it @returns {boolean}  whether the words stand there */
    draw(filled) {
      const empty = !live && !filled;
      show(empty, element);
      show(!empty, ...form);
      return empty;
    },
  };
}
