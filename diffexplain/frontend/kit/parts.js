/** Small parts that every explorer is put together from. */

import { h, setText, uniqueId } from "./dom.js";
import { isUnlearned } from "./known_words.js";
import { paint } from "./pixels.js";

/**
 * A square picture with a name under it: pixels of a tensor or a decoded picture.
 * @param {{ size: number, pixelated?: boolean }} options
 */
export function square({ size, pixelated = true }) {
  const canvas = h("canvas", { width: 1, height: 1 });
  const image = h("img", { alt: "", hidden: true, draggable: false });
  const element = h("span", { class: `dx-square ${pixelated ? "dx-pixelated" : ""}`, role: "img" }, canvas, image);
  element.style.setProperty("--size", `${size}px`);
  return {
    element,
    /** @param {{ raster?: import("./pixels.js").Raster, picture?: import("./protocol.js").Picture, old?: boolean } | null} frame @param {string} words */
    draw(frame, words) {
      element.setAttribute("aria-label", words);
      element.classList.toggle("dx-old", Boolean(frame?.old));
      image.hidden = !frame?.picture;
      canvas.hidden = Boolean(frame?.picture);
      if (frame?.picture && image.src !== frame.picture.url) image.src = frame.picture.url;
      if (frame?.raster) paint(canvas, frame.raster);
      if (!frame) canvas.width = canvas.width;
    },
  };
}

/**
 * A number with a name, and how it comes about with this step's values in it.
 * @param {{ name: string, concept?: string }} options
 */
export function fact({ name, concept = "" }) {
  const value = h("b", { class: concept });
  const formula = h("span", {});
  const tip = h("span", { class: "dx-tip", id: uniqueId("tip") }, h("b", {}, name), " ", formula);
  const element = h("span", { class: "dx-fact", tabIndex: 0, "aria-describedby": tip.id }, `${name} `, value);
  return {
    element,
    tip,
    /** @param {string} text @param {string} comesAbout */
    set(text, comesAbout) {
      setText(value, text);
      setText(formula, comesAbout);
    },
  };
}

/** A share and what is left, as words that add up; a little is not said to be nothing. @param {number} share  0 to 1 */
export function bothShares(share) {
  const least = 100 * Math.min(share, 1 - share);
  const digits = least > 0 && least < 1 ? 1 : 0;
  const small = digits ? Math.max(0.1, least) : least;
  const [less, more] = [small, 100 - Number(small.toFixed(digits))].map((value) => `${value.toFixed(digits)} %`);
  return share < 0.5 ? [less, more] : [more, less];
}

/**
 * How much of a mix is signal and how much noise: two lengths, two words.
 * @param {{ signalWord: string, noiseWord: string }} options
 */
export function shareBar({ signalWord, noiseWord }) {
  const signal = h("span", { class: "dx-share-signal" });
  const words = h("span", { class: "dx-share-words" });
  const element = h("span", { class: "dx-share" }, h("span", { class: "dx-share-track" }, signal), words);
  return {
    element,
    /** @param {number | null} share  0 to 1 */
    set(share) {
      signal.style.width = `${100 * (share ?? 0)}%`;
      const [signalShare, noiseShare] = share === null ? ["", ""] : bothShares(share);
      words.replaceChildren(
        ...(share === null
          ? ["\u00a0"]
          : [h("span", {}, h("b", { class: "dx-signal" }, signalShare), ` ${signalWord}`), " · ",
            h("span", {}, h("b", { class: "dx-noise" }, noiseShare), ` ${noiseWord}`)]),
      );
    },
  };
}

/**
 * Tokens of a sentence as chips, in the model's order.
 * @param {{ text: string, kind: string, id: number, start: number, end: number }[]} tokens
 * @param {{ startWord: string, endWord: string, tokenWord: (id: number) => string }} words
 * @param {import("./known_words.js").Unlearned[]} unlearned  words whose tokens are marked
 * @param {{ mark: string, marked: (word: string) => string }} known  of the kit's words
 */
export function tokenChips(tokens, { startWord, endWord, tokenWord }, unlearned, { mark, marked }) {
  return tokens.map((token) => {
    const { text, kind, id } = token;
    const strange = kind === "word" && isUnlearned(token, unlearned);
    return h("span", { class: `dx-token ${kind === "word" ? "" : "dx-special"} ${strange ? "dx-unlearned" : ""}`,
      title: strange ? marked(tokenWord(id)) : tokenWord(id) }, kind === "start" ? startWord : kind === "end" ? endWord : text,
      strange ? h("span", { class: "dx-heard" }, ` (${mark})`) : null);
  });
}

/**
 * A length for a share, in a track for the whole.
 * @param {number} share  1 is the whole track; what is longer is cut off, and marked where it is
 * @param {string} [words]  what it says, for a screen reader, where no number beside it does
 */
export function meter(share, words) {
  const fill = h("span", { class: share > 1.001 ? "dx-fill dx-cut" : "dx-fill" });
  fill.style.width = `${Math.min(100, 100 * share)}%`;
  return h("span", { class: "dx-room", ...(words ? { role: "img", "aria-label": words } : {}) }, fill);
}

/** An arrow means that data moves; nothing else uses arrows. */
export const arrow = () => h("span", { class: "dx-arrow", "aria-hidden": "true" }, "→");
