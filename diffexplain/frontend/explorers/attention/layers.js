/** Layers and heads apart: one column a layer, from the network's entrance to its exit, one row a head. */

import { h, onWidth, setText, show } from "../../kit/dom.js";
import { mapGrid } from "../../kit/map_grid.js";
import { remembered } from "../../kit/memo.js";
import { segmentControl } from "../../kit/segments.js";
import { mean } from "../../kit/tensors.js";
import { nearestOf } from "./derive.js";
import { share as shareWords } from "./text.js";
import { extentOf, mapAt, mapSteps } from "./view.js";

/** @typedef {import("../../kit/cells.js").Cell} Cell */

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => void} redraw
 */
export function createLayers({ text, kit, live, choose, write, signal }, redraw) {
  const words = text.layers;
  const detail = segmentControl({ label: "", hint: "", asks: true, onChange(value) {
    write("detail", value);
    choose({ detail: value, ...(value === "mean" ? { layer: "", head: -1 } : {}) });
  }, choices: [{ value: "mean", ...words.mean }, { value: "layers", ...words.apart }] });
  const line = h("p", { role: "status" });
  const what = h("p", { class: "dx-what" }, words.what);
  const pointed = h("small", { class: "dx-pointed" }, "\u00a0");
  const grid = mapGrid({ onHover: (cell) => setText(pointed, (cell && tell(cell)) || "\u00a0"),
    onSelect: ({ row, column }) => choose({ layer: layers[column].name, head: Math.min(row, layers[column].heads) - 1 }) });
  const element = h("section", { class: "dx-layers", "aria-label": words.title },
    h("div", { class: "dx-layers-head" }, h("b", {}, words.title), detail.element),
    h("div", { class: "dx-layers-body" }, grid.element, h("div", { class: "dx-layers-words" }, line, what, pointed)));
  onWidth(element, redraw, signal);
  let layers = /** @type {import("./messages").Layer[]} */ ([]);
  let maps = /** @type {(import("./derive.js").ShareMap | null)[][]} */ ([]); // by layer: the mean over its heads, then each head
  let names = "";

  /** @param {Cell} cell */
  function tell({ row, column }) {
    const map = maps[column][row];
    const source = words.source(layers[column], row - 1);
    return map ? words.cell(source, names, shareWords(shareOf(map)), shareWords(extentOf(map).high)) : "";
  }

  /**
   * @param {import("./view.js").View} view
   * @param {{ scale: string, busy: boolean, asked: string }} state
   */
  function draw(view, { scale, busy, asked }) {
    detail.set(asked);
    const { content, index, rows, among } = view;
    const steps = mapSteps({ content, layer: 0 });
    show(steps.length > 0, grid.element, pointed, what);
    element.classList.toggle("dx-old", view.old);
    if (!content?.apart || !content.begin || !steps.length)
      return setText(line, asked === "layers" && busy ? words.coming(0, 0) : live ? words.ask : kit.state.recording);
    const { apart: { steps: all }, begin: { step_count: count, picture_size: [height, width] } } = content;
    const step = view.whole ? -1 : nearestOf(steps, index);
    layers = content.apart.layers;
    names = text.names(view.words);
    maps = layers.map(({ heads }, layer) =>
      Array.from({ length: heads + 1 }, (_, row) => mapAt({ ...view, layer, head: row - 1 }, step, rows))
    );
    const heads = Math.max(...layers.map((layer) => layer.heads));
    const selected = view.layer < 0 ? null : { column: view.layer, row: Math.min(view.head + 1, heads) };
    const same = { low: 0, high: Math.max(...maps.flat().map((map) => (map ? extentOf(map).high : 0))) };
    grid.draw({ maps, selected, ratio: width / height, scale: (map) => scale === "same" ? same : extentOf(map),
      rows: [words.allHeads, ...Array.from({ length: heads }, (_, head) => words.head(head + 1))],
      columns: layers.map((layer) => ({ name: words.short(layer), note: layer.own_grid.join(" × "), hint: layer.name })) },
      element.clientWidth, text.sentences([words.gridWords(layers.length, heads), selected ? tell(selected) : ""]));
    const ranked = maps.flatMap((column, at) =>
      column.slice(1).map((map, head) => ({ name: words.source(layers[at], head), share: map ? shareOf(map) : NaN }))
    ).sort((a, b) => b.share - a.share);
    const [first, last] = [ranked[0], ranked[ranked.length - 1]].map(({ name, share }) => ({ name, share: shareWords(share) }));
    setText(line,
      text.sentences([busy && steps.length < all.length ? words.coming(steps.length, all.length) : "",
        among === "words" ? text.among.words.note : "", words.spread(names, first, last),
        all.length < count ? words.some(all.length, count) : "", step < 0 || step === index ? "" : words.nearest(step, count),
        layers.some(({ own_grid: own, grid }) => own[0] > grid[0]) ? words.smaller : ""]));
  }

  return { element, canvas: grid.canvas, draw, press: grid.press, detail };
}

/** A map's mean, worked out once. @param {import("./derive.js").ShareMap} map @returns {number} */
const shareOf = (map) => remembered(map, "share", () => mean(map.data));
