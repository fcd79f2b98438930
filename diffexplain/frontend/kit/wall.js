/** A wall of pictures with a number each (its seed): a grid of buttons, of which the arrow keys reach each. */

import { h } from "./dom.js";
import { paint } from "./pixels.js";

/** So many columns make the wall about square. @param {number} count */
export const columnsFor = (count) => Math.max(1, Math.ceil(Math.sqrt(count)));

/**
 * Where an arrow key leads on a wall, null for another key.
 * @param {string} key
 * @param {number} at
 * @param {number} count
 * @param {number} columns
 */
export function stepOnWall(key, at, count, columns) {
  const steps =
    /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -at,
      End: count - 1 - at });
  if (!(key in steps)) return null;
  const to = at + steps[key];
  return to < 0 || to >= count ? at : to;
}

/**
 * @param {object} options
 * @param {import("./tiles.js").Tiles} options.tiles
 * @param {(seed: number) => void} options.onPick
 * @param {(seed: number | null) => void} options.onLook  a seed is under the pointer or has the focus
 */
export function createWall({ tiles, onPick, onLook }) {
  const element = h("div", { class: "dx-wall", role: "group" });
  /** @type {number[]} */
  let seeds = [];
  let hint = "";
  let pickable = true;
  /** @type {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, mark: HTMLElement, drawn: any }[]} */
  let cells = [];
  const columns = () => columnsFor(seeds.length);
  const reach = (/** @type {number} */ at) => cells.forEach(({ button }, own) => (button.tabIndex = own === at ? 0 : -1)); // one stop for the tab key

  function lay() {
    cells = seeds.map((seed, at) => {
      const canvas = h("canvas", { width: 1, height: 1 });
      const mark = h("b", { class: "dx-wall-mark" });
      const button = h("button", { type: "button", class: "dx-wall-tile", onclick: () => pickable && onPick(seed),
        onfocus: () => {
          reach(at);
          onLook(seed);
        }, onblur: () => onLook(null), onpointerenter: () => onLook(seed), onpointerleave: () => onLook(null) },
        h("span", { class: "dx-wall-picture" }, canvas, mark), h("span", { class: "dx-wall-seed" }, String(seed)));
      return { button, canvas, mark, drawn: null };
    });
    element.style.setProperty("--columns", String(columns()));
    element.classList.toggle("dx-small", columns() > 5);
    element.replaceChildren(...cells.map(({ button }) => button));
    reach(0);
  }

  return {
    element,
    /**
     * @param {number[]} wanted  a seed a picture
     * @param {(at: number) => import("./tiles.js").Tile | null} tileOf  null where none has come
     * @param {{ old: boolean, looked: number | null, markOf: (seed: number) => string, words: string, tileWords: (seed: number, mark: string) => string }} look
     */
    draw(wanted, tileOf, { old, looked, markOf, words, tileWords }) {
      if (wanted.length !== seeds.length || wanted[0] !== seeds[0]) {
        seeds = wanted;
        lay();
      }
      element.setAttribute("aria-label", words);
      element.classList.toggle("dx-old", old);
      cells.forEach((cell, at) => {
        const { button, canvas, mark } = cell;
        const tile = tileOf(at);
        const raster = tiles.raster(tile);
        if (raster && raster !== cell.drawn) { // what was there stays until the sheet is decoded
          cell.drawn = raster;
          paint(canvas, raster);
          canvas.classList.toggle("dx-pixels", !tile?.exact); // a preview has one colour for each latent value, and shows it
        }
        canvas.classList.toggle("dx-wall-none", !tile);
        const letter = markOf(seeds[at]);
        mark.dataset.letter = letter.toUpperCase(); // the name of the button says it in words
        mark.hidden = letter === "";
        button.classList.toggle("dx-wall-picked", letter !== "");
        button.classList.toggle("dx-wall-looked", looked === seeds[at]);
        button.setAttribute("aria-pressed", String(letter !== ""));
        const label = tileWords(seeds[at], letter);
        button.setAttribute("aria-label", label);
        button.title = hint ? `${label}\n${hint}` : label;
      });
    },
    /** Arrow keys on a picture; true when one was used. @param {KeyboardEvent} event */
    key(event) {
      const at = cells.findIndex(({ button }) => button === event.target);
      const to = at < 0 ? null : stepOnWall(event.key, at, seeds.length, columns());
      if (to === null) return false;
      cells[to].button.focus();
      return true;
    },
    /** Whether pictures can be picked, and what is said of it. @param {boolean} able @param {string} why */
    allow(able, why) {
      pickable = able;
      element.classList.toggle("dx-wall-fixed", !able);
      hint = why;
    },
  };
}
