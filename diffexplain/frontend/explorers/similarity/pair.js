/** The selected pair, large, with its number in all four readings: this is what the switch above switches between. */

import { h, setText } from "../../kit/dom.js";
import { figure, percent } from "../../kit/format.js";
import { ofPicture, ofText, rank, softmax } from "./derive.js";
import { tile } from "./pictures.js";
import { cosineWords } from "./text.js";

/**
 * @param {import("./text.js").Text} text
 * @param {ReturnType<typeof import("./pictures.js").album>} album
 */
export function createPair(text, album) {
  const words = text.pair;
  const name = h("strong", {});
  const picture = tile(168);
  picture.setAttribute("role", "img");
  const caption = h("blockquote", { class: "dx-said dx-text" });
  const row = (/** @type {string} */ label, /** @type {string} */ hint, /** @type {string} */ reading) => {
    const [value, place, term] = [h("b", {}), h("small", {}), h("span", {}, label)];
    return { term, value, place,
      element: h("div", { class: "dx-reading", title: hint, "data-reading": reading }, term, value, place) };
  };
  const rows = { cosine: row(words.cosine, text.show.choices.cosine.hint, "cosine"),
    scaled: row("", words.scaledHint, "scaled"), softmax_rows: row(words.texts, words.textsHint, "softmax_rows"),
    softmax_columns: row(words.pictures, words.picturesHint, "softmax_columns") };
  const element = h("aside", { class: "dx-pair" }, name, picture, caption,
    h("div", { class: "dx-readings" }, ...Object.values(rows).map((one) => one.element)));

  /**
   * @param {import("./derive.js").Pairs} pairs
   * @param {number[]} pair
   * @param {import("./derive.js").Reading} reading
   * @param {{ reference: string, said: string, thumbnails: Record<string, any> }} shown
   */
  function draw(pairs, [at, textAt], reading, { reference, said, thumbnails }) {
    const [byPicture, byText] = [ofPicture(pairs, at), ofText(pairs, textAt)];
    const logits = (/** @type {number[]} */ line) => line.map((value) => value * pairs.temperature);
    setText(name, words.name(at, textAt));
    Object.assign(picture.style, album.style(reference, thumbnails));
    picture.setAttribute("aria-label", `${words.pictureWords(at)} ${album.caption(reference)}`.trim());
    setText(caption, said.length > 240 ? `${said.slice(0, 240)}…` : said);
    setText(rows.cosine.value, cosineWords(byPicture[textAt]));
    setText(rows.scaled.term, words.scaled(figure(pairs.temperature)));
    setText(rows.scaled.value, figure(byPicture[textAt] * pairs.temperature));
    setText(rows.softmax_rows.value, percent(softmax(logits(byPicture))[textAt]));
    setText(rows.softmax_rows.place, words.place(rank(byPicture, textAt), pairs.texts));
    setText(rows.softmax_columns.value, percent(softmax(logits(byText))[at]));
    setText(rows.softmax_columns.place, words.place(rank(byText, at), pairs.pictures));
    for (const [kind, one] of Object.entries(rows)) one.element.classList.toggle("dx-on", kind === reading);
  }

  return { element, draw };
}
