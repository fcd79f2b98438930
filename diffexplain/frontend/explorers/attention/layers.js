/**
 * Layers and heads apart: one column a layer, from the network's entrance to its exit, one row a head. One canvas holds all the small
 * maps: a large model has more than a thousand.
 */

import { h, onWidth, setText, show } from "../../kit/dom.js";
import { cellAt, moved } from "../../kit/heatmap.js";
import { remembered } from "../../kit/memo.js";
import { segmentControl } from "../../kit/segments.js";
import { shareRaster } from "../../kit/shares.js";
import { extent, mean } from "../../kit/tensors.js";
import { colourProbe } from "../../kit/theme.js";
import { nearestOf, rowsOf } from "./derive.js";
import { share as shareWords } from "./text.js";
import { fieldAt, mapOf, toldSteps } from "./view.js";

const [LEAST, MOST, GAP] = [60, 72, 6]; // px, of a cell

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
  const probe = colourProbe(["--text", "--paper"]);
  const canvas = h("canvas", { role: "img", tabIndex: 0 });
  const tops = h("div", { class: "dx-tops" });
  const sides = h("div", { class: "dx-sides" });
  const grid = h("div", { class: "dx-grid", hidden: true }, h("span", { class: "dx-corner" }), tops, sides, canvas,
    probe.element);
  const pointed = h("small", { class: "dx-pointed" });
  const element = h("section", { class: "dx-layers", "aria-label": words.title },
    h("div", { class: "dx-layers-head" }, h("b", {}, words.title), detail.element),
    h("div", { class: "dx-layers-body" }, grid, h("div", { class: "dx-layers-words" }, line, what, pointed)));
  onWidth(element, redraw, signal);
  /** @type {any[]} */
  let painted = [];
  /** @type {{ cell: number, high: number, columns: number, rows: number, select: (row: number, column: number) => void, tell: (row: number, column: number) => string, at: { row: number, column: number } } | null} */
  let shown = null;

  /** The cell under a pointer; rows may be lower than columns are wide. @param {PointerEvent} event */
  const under = (event) =>
    shown && cellAt(event.offsetX, (event.offsetY * shown.cell) / shown.high, shown.cell, shown.rows, shown.columns);
  canvas.addEventListener("pointermove", (event) => {
    const cell = under(event);
    setText(pointed, cell && shown ? shown.tell(cell.row, cell.column) : "\u00a0");
  });
  canvas.addEventListener("pointerleave", () => setText(pointed, "\u00a0"));
  canvas.addEventListener("pointerdown", (event) => {
    const cell = under(event);
    if (cell && event.button === 0) shown?.select(cell.row, cell.column);
  });

  /** A key on the focused grid. @param {string} pressed @returns {boolean} */
  function press(pressed) {
    const to = shown && moved(pressed, shown.at.row, shown.at.column, shown.rows, shown.columns);
    if (!to || !shown) return false;
    shown.at = to; // the next key may come before the next drawing
    shown.select(to.row, to.column);
    return true;
  }

  /**
   * @param {import("./view.js").View} view
   * @param {{ scale: string, busy: boolean, asked: string }} state
   */
  function draw(view, { scale, busy, asked }) {
    detail.set(asked);
    const { content, entries, picked, half } = view;
    const apart = content?.apart ?? null;
    const steps = toldSteps(content, 0);
    show(steps.length > 0, grid, pointed, what);
    element.classList.toggle("dx-old", view.old);
    if (!apart || !steps.length || !content?.begin) {
      setText(line, asked === "layers" && busy ? words.coming(0, 0) : live ? words.ask : kit.state.recording);
      shown = null;
      return;
    }
    const names = text.quoted(picked.map((at) => text.wordName(entries[at].word)));
    const told = view.whole ? -1 : nearestOf(steps, view.index);
    const rows = rowsOf(entries, picked);
    const heads = Math.max(...apart.layers.map((layer) => layer.heads));
    const maps = apart.layers.map((layer, at) =>
      Array.from({ length: layer.heads + 1 }, (_, head) => {
        const field = fieldAt(content, half, told, at, head - 1);
        return field && { field, map: mapOf(field, rows) };
      })
    );
    const shares = maps.map((column) => column.map((one) => (one ? remembered(one.map, "share", () => mean(one.map)) : NaN)));
    paintGrid(view, maps, shares, apart, scale);
    const ranked = shares.flatMap((column, layer) => column.slice(1).map((share, head) => ({ share, layer, head }))).sort((a,
      b) => b.share - a.share
    );
    const [first, last] = [ranked[0], ranked.at(-1)];
    const place = (/** @type {any} */ one) => ({ name: words.source(apart.layers[one.layer], one.head),
      share: shareWords(one.share) });
    const [ratio, step] = [content.begin.step_count,
      told < 0 ? "" : told === view.index ? "" : words.nearest(told, content.begin.step_count)];
    setText(line,
      text.sentences([busy && steps.length < apart.steps.length ? words.coming(steps.length, apart.steps.length) : "",
        words.spread(names, place(first), place(last)), apart.steps.length < ratio ? words.some(apart.steps.length, ratio) : "",
        step, apart.layers.some((layer) => layer.own_grid[0] > layer.grid[0]) ? words.smaller : ""]));
    const at = { column: Math.max(0, view.layer), row: view.layer < 0 ? 0 : Math.min(view.head + 1, heads) };
    const tell = (/** @type {number} */ row, /** @type {number} */ column) => {
      const one = maps[column]?.[row];
      return one
        ? words.cell(words.source(apart.layers[column], row - 1), names, shareWords(shares[column][row]),
          shareWords(extent(one.map).high))
        : "";
    };
    shown = { ...sizes(apart, content.begin.picture_size), rows: heads + 1, columns: apart.layers.length, at, tell,
      select: (row, column) =>
        choose({ layer: apart.layers[column].name, head: Math.min(row, apart.layers[column].heads) - 1 }) };
    canvas.setAttribute("aria-label",
      text.sentences([words.gridWords(apart.layers.length, heads), view.layer < 0 ? "" : tell(at.row, at.column)]));
    if (!pointed.textContent) setText(pointed, "\u00a0");
  }

  /** @param {import("./runs.js").Apart} apart @param {[number, number]} size */
  function sizes(apart, [height, width]) {
    const room = element.clientWidth - (Number.parseFloat(getComputedStyle(grid).getPropertyValue("--side")) || 72);
    const cell = Math.max(LEAST, Math.min(MOST, Math.floor(room / apart.layers.length)));
    return { cell, high: Math.round(((cell - GAP) * height) / width) + GAP };
  }

  /** @param {import("./view.js").View} view @param {({ field: import("./derive.js").Field, map: Float32Array } | null)[][]} maps @param {number[][]} shares @param {import("./runs.js").Apart} apart @param {string} scale */
  function paintGrid(view, maps, shares, apart, scale) {
    const heads = Math.max(...apart.layers.map((layer) => layer.heads));
    const { cell, high } = sizes(apart, /** @type {any} */ (view.content?.begin).picture_size);
    const key = `${cell} ${high} ${heads} ${apart.layers.map(({ name }) => name)}`;
    if (tops.dataset.key !== key) {
      tops.dataset.key = key;
      grid.style.setProperty("--cell", `${cell}px`);
      grid.style.setProperty("--high", `${high}px`);
      tops.replaceChildren(
        ...apart.layers.map((layer) =>
          h("span", { title: layer.name }, h("b", {}, words.short(layer)),
            h("small", {}, `${layer.own_grid[0]} × ${layer.own_grid[1]}`))
        ),
      );
      sides.replaceChildren(
        ...Array.from({ length: heads + 1 }, (_, row) => h("span", {}, row ? words.head(row) : words.allHeads)),
      );
    }
    const ratio = globalThis.devicePixelRatio || 1;
    const colours = probe.read();
    const now = [key, ratio, scale, view.layer, view.head, ...colours.flat(), ...maps.flat().map((one) => one?.map)];
    if (now.length === painted.length && now.every((value, at) => value === painted[at])) return; // a pointer moved elsewhere
    painted = now;
    const [width, height] = [cell * apart.layers.length, high * (heads + 1)];
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    context.imageSmoothingEnabled = false;
    const top = scale === "same"
      ? Math.max(...maps.flat().map((one) => (one ? remembered(one.map, "extent", () => extent(one.map)).high : 0)))
      : 0;
    const small = h("canvas", {});
    const brush = small.getContext("2d");
    maps.forEach((column, layer) =>
      column.forEach((one, head) => {
        if (!one || !brush) return;
        const { low, high: most } = scale === "same"
          ? { low: 0, high: top }
          : remembered(one.map, "extent", () => extent(one.map));
        const raster = shareRaster(one.map, one.field.height, one.field.width, low, most);
        [small.width, small.height] = [raster.width, raster.height];
        brush.putImageData(new ImageData(raster.pixels, raster.width, raster.height), 0, 0);
        context.drawImage(small, layer * cell + GAP / 2, head * high + GAP / 2, cell - GAP, high - GAP);
      })
    );
    if (view.layer < 0) return;
    const [colour, paper] = colours.map((one) => `rgb(${one.join(" ")})`);
    const [x, y] = [view.layer * cell, Math.min(view.head + 1, heads) * high];
    for (const [stroke, line, inset] of /** @type {[string, number, number][]} */ ([[paper, 2, 3.5], [colour, 3, 1.5]])) {
      context.strokeStyle = stroke;
      context.lineWidth = line;
      context.strokeRect(x + inset, y + inset, cell - 2 * inset, high - 2 * inset);
    }
  }

  return { element, canvas, draw, press, detail };
}
