/** The selected pair, large, with its number in all four readings: this is what the switch above switches between. */

import { h, setText } from "../../kit/dom.js";
import { figure, fixed, percent, shortened } from "../../kit/format.js";
import { ofPicture, ofText, rank, shares } from "../../kit/pairs.js";
import { tile } from "./pictures.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./pictures.js").Album} album
 */
export function createPair(text, album) {
  const words = text.pair;
  const name = h("strong", {});
  const picture = tile(168);
  picture.setAttribute("role", "img");
  const caption = h("blockquote", { class: "dx-said dx-text" });
  const row = (/** @type {string} */ reading, /** @type {string} */ hint) => {
    const [term, value, rank] = [h("span", {}), h("b", {}), h("small", {})];
    const element = h("div", { class: "dx-reading", title: hint, "data-reading": reading }, term, value, rank);
    return { element, parts: [term, value, rank] };
  };
  const rows = { cosine: row("cosine", text.show.choices.cosine.hint), scaled: row("scaled", words.scaledHint),
    softmax_rows: row("softmax_rows", words.textsHint), softmax_columns: row("softmax_columns", words.picturesHint) };
  const element = h("aside", { class: "dx-pair" }, name, picture, caption,
    h("div", { class: "dx-readings" }, ...Object.values(rows).map((one) => one.element)));

  /**
   * @param {import("../../kit/pairs.js").Pairs} pairs
   * @param {number[]} pair
   * @param {import("../../kit/pairs.js").Reading} reading
   * @param {string} reference  of the picture
   * @param {string} said  the text
   */
  function draw(pairs, [at, textAt], reading, reference, said) {
    const { temperature, pictures, texts } = pairs;
    const [byPicture, byText] = [ofPicture(pairs, at), ofText(pairs, textAt)];
    setText(name, words.name(at, textAt));
    album.paint(picture, reference);
    picture.setAttribute("aria-label", `${words.pictureWords(at)} ${album.caption(reference)}`.trim());
    setText(caption, shortened(said, 241));
    const shown = { cosine: [words.cosine, fixed(byPicture[textAt]), ""],
      scaled: [words.scaled(figure(temperature)), figure(byPicture[textAt] * temperature), ""],
      softmax_rows: [words.texts, percent(shares(byPicture, temperature)[textAt]), words.place(rank(byPicture, textAt), texts)],
      softmax_columns: [words.pictures, percent(shares(byText, temperature)[at]), words.place(rank(byText, at), pictures)] };
    for (const [kind, one] of Object.entries(rows)) {
      one.parts.forEach((part, column) => setText(part, shown[/** @type {keyof typeof shown} */ (kind)][column]));
      one.element.classList.toggle("dx-on", kind === reading);
    }
  }

  return { element, draw };
}
