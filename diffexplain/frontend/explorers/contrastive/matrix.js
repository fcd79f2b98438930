/** The hero: held-out pictures by held-out texts, a cell a pair, and beside it the selected pair with what lies nearest to it. */

import { h, onWidth, setText } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { fixed, percent } from "../../kit/format.js";
import { heatmap } from "../../kit/heatmap.js";
import { since } from "../../kit/learning.js";
import { readAs } from "../../kit/pairs.js";
import { meter } from "../../kit/parts.js";
import { spriteStyle } from "../../kit/pictures.js";
import { wordedSegments } from "../../kit/segments.js";
import { endsOf, pairsOf, picturesFor, textsFor } from "./derive.js";
import { updatesOf } from "./runs.js";

const MOST = 10; // px, of a cell
const TEXTS = 4;
const PICTURES = 6;

/** A held-out picture. @param {import("./runs.js").Begin} begin @param {number} at @param {HTMLElement} element  that shows it */
export function paintHeld({ sheet, columns, tile }, at, element) {
  Object.assign(element.style, spriteStyle(/** @type {any} */ ({ sheet, columns, side: tile }), at));
}

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => void} onSize  its width has changed
 */
export function createMatrix(page, onSize) {
  const { text, choose, signal } = page;
  const words = text.matrix;
  const line = prose();
  const { choices, ...showing } = words.show;
  const reading = wordedSegments({ ...showing, ...choices }, Object.keys(choices), (show) => choose({ show }));
  const heat = heatmap({ onHover: () => {}, onSelect: ({ row, column }) => choose({ pair: [row, column] }) });
  const [low, high] = [h("span", {}), h("span", {})];
  const across = h("span", { class: "dx-across" });
  const down = h("span", { class: "dx-down" });
  const plate = h("div", { class: "dx-plate" }, across, down, heat.element);
  const element = h("section", { class: "dx-hero" }, line, reading.element, plate,
    h("div", { class: "dx-legend" }, low, h("span", { class: "dx-heat-key" }), high));
  onWidth(element, onSize, signal);

  /**
   * @param {import("./runs.js").Content} content
   * @param {import("./runs.js").Moment} moment
   * @param {import("../../kit/pairs.js").Reading} show
   * @param {number[]} pair
   */
  function draw(content, moment, show, [row, column]) {
    const { moments } = content;
    const pairs = pairsOf(moment);
    const values = readAs(pairs, show);
    const [from, to] = endsOf(moments, show);
    const count = pairs.texts;
    const cell = Math.max(4, Math.min(MOST, Math.floor((element.clientWidth - 24) / count)));
    const right = Math.round(moment.held.texts * count);
    const now = { updates: updatesOf(content), update: moment.update, newest: moment === moments.at(-1) };
    setText(line, text.sentences([words.line(right, count, moment.update), since(page, now)]));
    setText(across, words.across(count));
    setText(down, words.down(pairs.pictures));
    reading.set(show);
    heat.draw({ rows: pairs.pictures, columns: count, cell, value: (row, column) => values[row * count + column], low: from,
      high: to, show: () => "", ringed: () => false, selected: { row, column } },
      words.words(pairs.pictures, count, choices[show].unit));
    setText(low, words.atMost(fixed(from)));
    setText(high, fixed(to));
  }

  return { element, part: reading, draw, canvas: heat.canvas, press: heat.press };
}

/** @param {import("./text.js").Text} text @param {(pair: number[]) => void} onSelect */
export function createPair(text, onSelect) {
  const words = text.pair;
  const name = h("strong", {});
  const picture = h("span", { class: "dx-tile", role: "img" });
  const caption = h("blockquote", { class: "dx-said dx-text" });
  const other = h("p", {});
  const [texts, pictures] = [h("div", { class: "dx-nearest" }), h("div", { class: "dx-few" })];
  let selected = 0;
  const ones = Array.from({ length: PICTURES }, () => {
    const one = { at: 0, place: h("small", {}),
      button: h("button", { type: "button", class: "dx-tile", onclick: () => onSelect([one.at, selected]) }) };
    return one; // they stay: one of them may have the focus
  });
  pictures.append(...ones.map(({ button, place }) => h("span", { class: "dx-one" }, button, place)));
  const element = h("aside", { class: "dx-pair" }, name, h("div", { class: "dx-own" }, picture, h("div", {}, caption, other)),
    h("b", { class: "dx-head" }, words.texts), texts, h("b", { class: "dx-head" }, words.pictures), pictures);

  /** @param {import("./runs.js").Begin} begin @param {import("./runs.js").Moment} moment @param {number[]} pair */
  function draw(begin, moment, [row, column]) {
    const pairs = pairsOf(moment);
    const { captions } = begin;
    setText(name, row === column ? words.own(row) : words.other(row, column));
    paintHeld(begin, row, picture);
    picture.setAttribute("aria-label", captions[row]);
    setText(caption, captions[column]);
    setText(other, words.cosine(fixed(pairs.cosines[row * pairs.texts + column])));
    texts.replaceChildren(...textsFor(pairs, row, TEXTS).flatMap(({ at, place, cosine, share }) => {
      const own = at === row;
      const label = h(own ? "b" : "span", {}, words.placed(place, captions[at]));
      return [label, meter(share, words.share(fixed(cosine), percent(share))),
        h("span", { class: "dx-number" }, percent(share))];
    }));
    selected = column;
    picturesFor(pairs, column, PICTURES).forEach(({ at, place, cosine, share }, number) => {
      const one = ones[number];
      const label = words.found(place, captions[at], fixed(cosine), percent(share));
      one.at = at;
      Object.assign(one.button, { title: label, ariaLabel: label });
      one.button.classList.toggle("dx-on", at === column);
      paintHeld(begin, at, one.button);
      setText(one.place, String(place));
    });
  }

  return { element, draw };
}
