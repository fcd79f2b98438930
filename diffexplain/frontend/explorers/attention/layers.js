/**
 * Layers and heads apart: one column a layer, from the network's entrance to its exit, one row a head. One canvas holds all the small
 * maps: a large model has more than a thousand.
 */

import { h, onWidth, setText, show } from "../../kit/dom.js";
import { cellAt, moved } from "../../kit/heatmap.js";
import { remembered } from "../../kit/memo.js";
import { paint, sized } from "../../kit/pixels.js";
import { segmentControl } from "../../kit/segments.js";
import { shareRaster } from "../../kit/shares.js";
import { mean } from "../../kit/tensors.js";
import { colourProbe } from "../../kit/theme.js";
import { nearestOf } from "./derive.js";
import { share as shareWords } from "./text.js";
import { extentOf, mapAt, mapSteps } from "./view.js";

/** @typedef {import("./derive.js").ShareMap} ShareMap */

const [LEAST, MOST, GAP] = [60, 72, 6]; // px, of a cell

/**
 * @typedef {object} Grid
 * @property {import("./messages").Layer[]} layers
 * @property {(ShareMap | null)[][]} maps  by layer, then the mean over its heads and each head
 * @property {string} names  of the chosen words
 * @property {number} rows
 * @property {number} cell  width in px, its gap included
 * @property {number} high  its height
 * @property {{ row: number, column: number }} at  the selected one
 *
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
  const probe = colourProbe(["--text", "--paper"]);
  const canvas = h("canvas", { role: "img", tabIndex: 0 });
  const [tops, sides] = [h("div", { class: "dx-tops" }), h("div", { class: "dx-sides" })];
  const grid = h("div", { class: "dx-grid", hidden: true }, h("span", { class: "dx-corner" }), tops, sides, canvas,
    probe.element);
  const pointed = h("small", { class: "dx-pointed" }, "\u00a0");
  const element = h("section", { class: "dx-layers", "aria-label": words.title },
    h("div", { class: "dx-layers-head" }, h("b", {}, words.title), detail.element),
    h("div", { class: "dx-layers-body" }, grid, h("div", { class: "dx-layers-words" }, line, what, pointed)));
  onWidth(element, redraw, signal);
  let painted = /** @type {any[]} */ ([]);
  let shown = /** @type {Grid | null} */ (null);

  /** The cell under a pointer; rows may be lower than columns are wide. @param {PointerEvent} event */
  const under = ({ offsetX, offsetY }) =>
    shown && cellAt(offsetX, (offsetY * shown.cell) / shown.high, shown.cell, shown.rows, shown.layers.length);
  canvas.addEventListener("pointermove", (event) => setText(pointed, tell(under(event)) || "\u00a0"));
  canvas.addEventListener("pointerleave", () => setText(pointed, "\u00a0"));
  canvas.addEventListener("pointerdown", (event) => event.button === 0 && select(under(event)));

  /** @param {{ row: number, column: number } | null} cell */
  function select(cell) {
    if (!cell || !shown) return;
    const { name, heads } = shown.layers[cell.column];
    shown.at = cell; // the next key may come before the next drawing
    choose({ layer: name, head: Math.min(cell.row, heads) - 1 });
  }

  /** @param {{ row: number, column: number } | null} cell */
  function tell(cell) {
    const map = cell && shown?.maps[cell.column][cell.row];
    if (!map || !shown) return "";
    const source = words.source(shown.layers[cell.column], cell.row - 1);
    return words.cell(source, shown.names, shareWords(shareOf(map)), shareWords(extentOf(map).high));
  }

  /** A key on the focused grid. @param {string} pressed @returns {boolean} */
  function press(pressed) {
    const to = shown && moved(pressed, shown.at.row, shown.at.column, shown.rows, shown.layers.length);
    select(to);
    return to !== null;
  }

  /**
   * @param {import("./view.js").View} view
   * @param {{ scale: string, busy: boolean, asked: string }} state
   */
  function draw(view, { scale, busy, asked }) {
    detail.set(asked);
    const { content, half, index, rows, layer, head } = view;
    const steps = mapSteps({ content, layer: 0 });
    show(steps.length > 0, grid, pointed, what);
    element.classList.toggle("dx-old", view.old);
    shown = null;
    if (!content?.apart || !content.begin || !steps.length)
      return setText(line, asked === "layers" && busy ? words.coming(0, 0) : live ? words.ask : kit.state.recording);
    const { layers, steps: all } = content.apart;
    const { step_count: count, picture_size: [height, width] } = content.begin;
    const step = view.whole ? -1 : nearestOf(steps, index);
    const maps = layers.map(({ heads }, layer) =>
      Array.from({ length: heads + 1 }, (_, row) => mapAt({ content, half, layer, head: row - 1 }, step, rows))
    );
    const heads = Math.max(...layers.map((each) => each.heads));
    const room = element.clientWidth - (Number.parseFloat(getComputedStyle(grid).getPropertyValue("--side")) || 72);
    const cell = Math.max(LEAST, Math.min(MOST, Math.floor(room / layers.length)));
    shown = { layers, maps, names: text.names(view.words), rows: heads + 1, cell,
      high: Math.round(((cell - GAP) * height) / width) + GAP,
      at: { column: Math.max(0, layer), row: layer < 0 ? 0 : Math.min(head + 1, heads) } };
    paintGrid(shown, scale, layer >= 0);
    const ranked = maps.flatMap((column, at) =>
      column.slice(1).map((map, head) => ({ name: words.source(layers[at], head), share: map ? shareOf(map) : NaN }))
    ).sort((a, b) => b.share - a.share);
    const [first, last] = [ranked[0], ranked[ranked.length - 1]].map(({ name, share }) => ({ name, share: shareWords(share) }));
    setText(line,
      text.sentences([busy && steps.length < all.length ? words.coming(steps.length, all.length) : "",
        words.spread(shown.names, first, last), all.length < count ? words.some(all.length, count) : "",
        step < 0 || step === index ? "" : words.nearest(step, count),
        layers.some(({ own_grid: own, grid }) => own[0] > grid[0]) ? words.smaller : ""]));
    canvas.setAttribute("aria-label", text.sentences([words.gridWords(layers.length, heads), layer < 0 ? "" : tell(shown.at)]));
  }

  /** @param {Grid} shown @param {string} scale @param {boolean} selected  whether one of them is */
  function paintGrid({ layers, maps, rows, cell, high, at }, scale, selected) {
    const key = `${cell} ${high} ${rows} ${layers.map(({ name }) => name)}`;
    if (tops.dataset.key !== key) {
      tops.dataset.key = key;
      grid.style.setProperty("--cell", `${cell}px`);
      grid.style.setProperty("--high", `${high}px`);
      tops.replaceChildren(
        ...layers.map((layer) =>
          h("span", { title: layer.name }, h("b", {}, words.short(layer)), h("small", {}, layer.own_grid.join(" × ")))
        ),
      );
      sides.replaceChildren(...Array.from({ length: rows }, (_, row) => h("span", {}, row ? words.head(row) : words.allHeads)));
    }
    const colours = probe.read();
    const now = [key, globalThis.devicePixelRatio, scale, selected, at.row, at.column, ...colours.flat(), ...maps.flat()];
    if (now.length === painted.length && now.every((value, place) => value === painted[place])) return; // a pointer moved elsewhere
    painted = now;
    const context = sized(canvas, cell * layers.length, high * rows);
    if (!context) return;
    context.imageSmoothingEnabled = false;
    const same = { low: 0, high: Math.max(...maps.flat().map((map) => (map ? extentOf(map).high : 0))) };
    const small = h("canvas", {});
    maps.forEach((column, x) =>
      column.forEach((map, y) => {
        if (!map) return;
        const { low, high: most } = scale === "same" ? same : extentOf(map);
        paint(small, shareRaster(map.data, map.height, map.width, low, most));
        context.drawImage(small, x * cell + GAP / 2, y * high + GAP / 2, cell - GAP, high - GAP);
      })
    );
    if (!selected) return;
    const [colour, paper] = colours.map((one) => `rgb(${one.join(" ")})`);
    for (const [stroke, line, inset] of /** @type {[string, number, number][]} */ ([[paper, 2, 3.5], [colour, 3, 1.5]])) {
      Object.assign(context, { strokeStyle: stroke, lineWidth: line });
      context.strokeRect(at.column * cell + inset, at.row * high + inset, cell - 2 * inset, high - 2 * inset);
    }
  }

  return { element, canvas, draw, press, detail };
}

/** A map's mean, worked out once. @param {ShareMap} map @returns {number} */
const shareOf = (map) => remembered(map, "share", () => mean(map.data));
