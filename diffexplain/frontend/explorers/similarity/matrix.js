/** The hero: pictures along the top, texts at the side, a coloured cell for each pair. Texts are edited where they stand. */

import { h, onWidth, setText, show } from "../../kit/dom.js";
import { fixed } from "../../kit/format.js";
import { heatmap } from "../../kit/heatmap.js";
import { fieldMarks } from "../../kit/known_words.js";
import { range } from "./derive.js";

const [LEAST, MOST] = [20, 64]; // px, of a cell

/** @param {string[]} list @param {number} at */
const without = (list, at) => list.filter((_, other) => other !== at);

/**
 * A number that fits into its cell.
 * @param {number} value
 * @param {import("../../kit/pairs.js").Reading} reading
 * @param {number} cell  px
 */
function inCell(value, reading, cell) {
  if (Number.isNaN(value)) return "";
  if (reading === "scaled") return value.toFixed(Math.abs(value) < 9.95 ? 1 : 0).replace("-", "−");
  if (reading !== "cosine" && value < 0.005) return "0";
  return cell < 42 ? fixed(value).replace("0.", ".") : fixed(value);
}

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {import("./pictures.js").Album} album
 * @param {(pair: number[]) => void} onSelect  a negative place: that of the pair as it is
 * @param {() => void} onSize  its width has changed
 */
export function createMatrix({ text, kit, live, cancel: onCancel, signal, constants, chosen, choose, write }, album, onSelect,
  onSize)
{
  const words = text.matrix;
  const onTexts = (/** @type {string[]} */ list) => write("texts", list);
  const heat = heatmap({ onSelect: ({ row, column }) => onSelect([column, row]), onHover(cell) {
    const pair = cell && [cell.column, cell.row];
    if (String(pair) !== String(chosen.get().hover)) choose({ hover: pair });
  } });
  const size = h("b", {});
  const state = h("small", { role: "status" });
  const cancel = h("button", { type: "button", class: "dx-cancel", hidden: true, onclick: onCancel }, kit.cancel);
  const corner = h("div", { class: "dx-corner" }, size, h("span", { class: "dx-state" }, state, cancel));
  const tops = h("div", { class: "dx-tops" });
  const sides = h("div", { class: "dx-sides" });
  const note = h("span", { class: "dx-refused", role: "alert" });
  const added = textRow("", words.addText);
  const adding = h("div", { class: "dx-adding", hidden: !live }, added, note);
  added.onchange = () => {
    const value = added.value.trim();
    if (!value) return;
    added.value = "";
    onTexts([...texts, value]);
  };
  const grid = h("div", { class: "dx-matrix" }, corner, tops, sides, heat.element);
  const [lowest, highest, unit] = [h("span", {}), h("span", {}), h("b", {})];
  const legend = h("div", { class: "dx-legend" }, unit, lowest, h("span", { class: "dx-heat-key" }), highest,
    h("span", { class: "dx-ring" }, words.ring));
  const element = h("div", { class: "dx-hero" }, grid, adding, legend);
  let [texts, pictures] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
  let columns = /** @type {HTMLElement[]} */ ([]);
  let marks = /** @type {((words: string[]) => void)[]} */ ([]);
  onWidth(element, onSize, signal);

  /** A text where it is read: written into, taken over on Enter or on leaving. @param {string} value @param {string} label */
  function textRow(value, label) {
    const area = h("textarea", { value, rows: 2, maxLength: constants("_controls").limits.text, spellcheck: false,
      readOnly: !live, title: value, "aria-label": label, placeholder: label });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && area.value !== value) {
        area.value = value;
        event.stopPropagation();
      }
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      area.blur();
    });
    return area;
  }

  /** @param {string[]} value */
  function setTexts(value) {
    if (JSON.stringify(value) === JSON.stringify(texts)) return;
    texts = value;
    marks = [];
    sides.replaceChildren(...texts.map((one, at) => {
      const area = textRow(one, words.textLabel(at));
      area.onchange = () => {
        const value = area.value.trim();
        onTexts(value ? texts.with(at, value) : without(texts, at));
      };
      area.onfocus = () => onSelect([-1, at]);
      marks.push(fieldMarks(area, kit.known));
      return h("div", { class: "dx-side" }, area, remover(words.removeText(at), () => onTexts(without(texts, at))));
    }));
  }

  /** @param {string[]} value */
  function setPictures(value) {
    if (JSON.stringify(value) === JSON.stringify(pictures)) return;
    pictures = value;
    columns = pictures.map((reference, at) => {
      const label = words.pictureLabel(at, album.caption(reference));
      return h("button", { type: "button", class: "dx-tile", title: label, "aria-label": label,
        onclick: () => onSelect([at, -1]) });
    });
    tops.replaceChildren(
      ...columns.map((column, at) =>
        h("div", { class: "dx-top" }, column, remover(words.removePicture(at), () => write("pictures", without(pictures, at))))
      ),
    );
  }

  /** @param {string} label @param {() => void} onclick */
  const remover = (label,
    onclick) => (live
      ? h("button", { type: "button", class: "dx-remove", title: label, "aria-label": label, onclick }, "×")
      : null);

  /**
   * @param {object} view
   * @param {import("../../kit/pairs.js").Pairs | null} view.pairs
   * @param {Float32Array | null} view.values  of the shown reading
   * @param {import("../../kit/pairs.js").Reading} view.reading
   * @param {number[]} view.pair
   * @param {boolean} view.old  a run for other pictures or texts is on its way
   * @param {string} view.state
   * @param {boolean} view.cancellable
   * @param {string[]} view.unlearned  words of the texts that the model never learned
   */
  function draw({ pairs, values, reading, pair, old, state: stateWords, cancellable, unlearned }) {
    setText(state, stateWords);
    show(cancellable, cancel);
    setText(size, words.size(pictures.length, texts.length));
    columns.forEach((column, at) => {
      album.paint(column, pictures[at]);
      column.classList.toggle("dx-on", at === pair[0]);
    });
    [...sides.children].forEach((side, at) => side.classList.toggle("dx-on", at === pair[1]));
    show(pairs !== null, heat.element, legend);
    if (!pairs || !values) return;
    const side = Number.parseFloat(getComputedStyle(grid).getPropertyValue("--side")) || 200;
    const cell = Math.max(LEAST, Math.min(MOST, Math.floor((element.clientWidth - side - 8) / Math.max(1, pictures.length))));
    grid.style.setProperty("--cell", `${cell}px`);
    grid.classList.toggle("dx-tight", cell < 50);
    grid.style.setProperty("--lines", String(Math.max(1, Math.floor(cell < 50 ? (cell - 4) / 13.2 : (cell - 8) / 16.2)))); // whole lines, not half ones
    grid.classList.toggle("dx-small", cell < 34);
    marks.forEach((mark) => mark(unlearned)); // once the cells have their size
    heat.element.classList.toggle("dx-old", old);
    const [low, high] = range(pairs, reading);
    const unitWords = text.show.choices[reading].unit;
    heat.draw({ rows: texts.length, columns: pictures.length, cell, low, high,
      value: (row, column) => (row < pairs.texts && column < pairs.pictures ? values[column * pairs.texts + row] : NaN),
      show: (value) => inCell(value, reading, cell), ringed: (row, column) => row === column,
      selected: { row: pair[1], column: pair[0] } }, words.words(unitWords, pictures.length, texts.length));
    setText(unit, unitWords);
    const ends = [low, high].map((value) => String(Number(value.toFixed(2))).replace("-", "−"));
    setText(lowest, values.some((value) => value < low) ? words.atMost(ends[0]) : ends[0]);
    setText(highest, ends[1]);
  }

  /** Scrolls a large matrix so far that a pair is in sight. @param {number[]} pair */
  function reveal([picture, at]) {
    const cell = Number.parseFloat(grid.style.getPropertyValue("--cell")) || MOST;
    const [right, below] = [grid.clientWidth - corner.offsetWidth, grid.clientHeight - corner.offsetHeight];
    grid.scrollTo({ left: Math.min(picture * cell, Math.max(grid.scrollLeft, (picture + 1) * cell - right)),
      top: Math.min(at * cell, Math.max(grid.scrollTop, (at + 1) * cell - below)) });
  }

  const parts = { texts: {
    element: adding,
    set: setTexts,
    /** @param {string} why */
    refuse: (why) => setText(note, why),
    disable() {},
  } };
  return { element, parts, draw, press: heat.press, reveal, setPictures, texts: () => texts, pictures: () => pictures };
}
