/** The hero: pictures along the top, texts at the side, a coloured cell for each pair. Texts are edited where they stand. */

import { h, onWidth, setText, show } from "../../kit/dom.js";
import { heatmap } from "../../kit/heatmap.js";
import { range } from "./derive.js";
import { cosineWords } from "./text.js";

const [LEAST, MOST] = [20, 64]; // px, of a cell

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {object} options
 * @param {ReturnType<typeof import("./pictures.js").album>} options.album
 * @param {number} options.longest  characters of a text
 * @param {(texts: string[]) => void} options.onTexts
 * @param {(pictures: string[]) => void} options.onPictures
 * @param {(pair: number[]) => void} options.onSelect
 * @param {(pair: number[] | null) => void} options.onHover
 * @param {() => void} options.onSize  its width has changed
 */
export function createMatrix({ text, kit, live, cancel: onCancel, signal },
  { album, longest, onTexts, onPictures, onSelect, onHover, onSize })
{
  const words = text.matrix;
  const pairAt = (/** @type {{ row: number, column: number }} */ { row, column }) => [column, row];
  const heat = heatmap({ onSelect: (cell) => onSelect(pairAt(cell)), onHover: (cell) => onHover(cell && pairAt(cell)) });
  const size = h("b", {});
  const state = h("small", { role: "status" });
  const cancel = h("button", { type: "button", class: "dx-cancel", hidden: true, onclick: onCancel }, kit.cancel);
  const corner = h("div", { class: "dx-corner" }, size, h("span", { class: "dx-state" }, state, cancel));
  const tops = h("div", { class: "dx-tops" });
  const sides = h("div", { class: "dx-sides" });
  const note = h("span", { class: "dx-refused", role: "alert" });
  const added = textRow("", words.addText);
  const adding = h("div", { class: "dx-adding", hidden: !live }, added, note);
  added.onchange = () => add(added.value);
  const grid = h("div", { class: "dx-matrix" }, corner, tops, sides, heat.element);
  const [lowest, highest, unit] = [h("span", {}), h("span", {}), h("b", {})];
  const legend = h("div", { class: "dx-legend" }, unit, lowest, h("span", { class: "dx-heat-key" }), highest,
    h("span", { class: "dx-ring" }, words.ring));
  const element = h("div", { class: "dx-hero" }, grid, adding, legend);
  /** @type {string[]} */
  let texts = [];
  /** @type {string[]} */
  let pictures = [];
  /** @type {HTMLElement[]} */
  let columns = [];
  onWidth(element, onSize, signal);

  /** A text where it is read: written into, taken over on Enter or on leaving. @param {string} value @param {string} label */
  function textRow(value, label) {
    const area = h("textarea", { value, rows: 2, maxLength: longest, spellcheck: false, readOnly: !live, title: value,
      "aria-label": label, placeholder: label });
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

  /** @param {string} value */
  function add(value) {
    if (!value.trim()) return;
    added.value = "";
    onTexts([...texts, value.trim()]);
  }

  /** @param {string[]} value */
  function setTexts(value) {
    if (JSON.stringify(value) === JSON.stringify(texts)) return;
    texts = value;
    sides.replaceChildren(...texts.map((one, at) => {
      const area = textRow(one, words.textLabel(at));
      area.onchange = () =>
        onTexts(
          area.value.trim()
            ? texts.map((other, place) => (place === at ? area.value.trim() : other))
            : texts.filter((_, place) => place !== at),
        );
      area.onfocus = () => onSelect([-1, at]);
      return h("div", { class: "dx-side" }, area,
        remover(words.removeText(at), () => onTexts(texts.filter((_, place) => place !== at))));
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
        h("div", { class: "dx-top" }, column, remover(words.removePicture(at), () =>
          onPictures(pictures.filter((_, place) => place !== at))))
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
   * @param {import("./derive.js").Pairs | null} view.pairs
   * @param {Float32Array | null} view.values  of the shown reading
   * @param {import("./derive.js").Reading} view.reading
   * @param {number[]} view.pair
   * @param {Record<string, import("../../kit/protocol.js").Picture>} view.thumbnails
   * @param {boolean} view.old  a run for other pictures or texts is on its way
   * @param {string} view.state
   * @param {boolean} view.cancellable
   */
  function draw({ pairs, values, reading, pair, thumbnails, old, state: stateWords, cancellable }) {
    setText(state, stateWords);
    show(cancellable, cancel);
    setText(size, words.size(pictures.length, texts.length));
    columns.forEach((column, at) => {
      Object.assign(column.style, album.style(pictures[at], thumbnails));
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
    heat.element.classList.toggle("dx-old", old);
    const [low, high] = range(pairs, reading);
    const unitWords = text.show.choices[reading].unit;
    heat.draw({ rows: texts.length, columns: pictures.length, cell, low, high,
      value: (row, column) => (row < pairs.texts && column < pairs.pictures ? values[column * pairs.texts + row] : NaN),
      show: (
        value,
      ) => (Number.isNaN(value)
        ? ""
        : reading === "scaled"
        ? value.toFixed(Math.abs(value) < 9.95 ? 1 : 0).replace("-", "−")
        : reading !== "cosine" && value < 0.005
        ? "0"
        : cell < 42
        ? cosineWords(value).replace("0.", ".")
        : cosineWords(value)), ringed: (row, column) => row === column, selected: { row: pair[1], column: pair[0] } },
      words.words(unitWords, pictures.length, texts.length));
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
  return { element, canvas: heat.canvas, parts, draw, reveal, setPictures, texts: () => texts, pictures: () => pictures };
}
