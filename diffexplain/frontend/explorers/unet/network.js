/** The network as a drawing, each block a button with what it hands on: down on the left, up on the right, skip connections across. */

import { h, setText, show } from "../../kit/dom.js";
import { nearest } from "../../kit/film.js";
import { square } from "../../kit/parts.js";
import { paint } from "../../kit/pixels.js";
import { pictureOf } from "../../kit/steps.js";
import { componentRaster, isDrawn, levelsOf, named, sourcesOf } from "./derive.js";

/**
 * @import { View } from "./derive.js"
 * @import { Block } from "./messages"
 * @typedef {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, block: Block, drawn: any }} Node
 */

/** A map's width in px: each halving takes off some, so that a row's sizes can be told apart. @param {Block} block */
const sizeOf = ({ height, width }) => Math.max(40, Math.min(64, 16 + 12 * Math.log2(Math.max(1, height, width))));

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page @param {(block: string) => void} onPick */
export function createNetwork({ text }, onPick) {
  const words = text.network;
  const [lead, legend, title, state] = [h("p", {}), h("small", {}), h("b", {}), h("small", { role: "status" })];
  const drawing = h("div", { class: "dx-drawing", role: "group", "aria-label": words.label });
  const expected = square({ size: 208, pixelated: false });
  const element = h("div", { class: "dx-stage" },
    h("section", { class: "dx-network" }, lead, drawing,
      h("div", { class: "dx-legend" }, legend, h("small", {}, words.colours))),
    h("section", { class: "dx-expected" }, h("div", { class: "dx-head" }, title, state), expected.element));
  let nodes = /** @type {Node[]} */ ([]);
  let bridges = /** @type {{ bridge: HTMLElement, ends: string[] }[]} */ ([]);
  let laid = "";

  /** @param {Block} block */
  function node(block) {
    const canvas = h("canvas", { width: 1, height: 1, class: "dx-pixels", "aria-hidden": "true" });
    const marks = block.reads_text ? h("span", { class: "dx-token", title: words.textHint }, words.text) : null;
    const map = h("span", { class: "dx-map" }, canvas, marks);
    map.style.setProperty("--size", `${sizeOf(block)}px`);
    map.style.setProperty("--ratio", String(block.width && block.height ? block.width / block.height : 1));
    const size = block.channels
      ? h("small", {}, h("span", {}, text.size(block)), " ", h("span", {}, `× ${block.channels}`))
      : null;
    const button = h("button", { type: "button", class: `dx-node dx-role-${block.role}`, "aria-pressed": "false",
      title: words.block(block), onclick: () => onPick(block.name) }, map, h("b", {}, text.label(block)), size);
    nodes.push({ button, canvas, block, drawn: undefined });
    return button;
  }

  /** @param {import("./messages").Begin} begin */
  function lay(begin) {
    const key = JSON.stringify(begin.blocks.map(({ name, width, height }) => [name, width, height]));
    if (key === laid) return;
    laid = key;
    [nodes, bridges] = [[], []];
    drawing.classList.toggle("dx-row-of-blocks", !begin.unet);
    if (!begin.unet) return drawing.replaceChildren(...begin.blocks.filter(isDrawn).map(node));
    const { levels, bottom } = levelsOf(begin);
    const rows = levels.map(({ left, right, skips }, level) => {
      const told = sourcesOf(skips).map(([source, count]) =>
        words.skipFrom(text.label(named(begin, source)), text.label(right[0] ?? null), count)
      );
      const bridge = h("span", { class: "dx-bridge", title: told.join("\n") }, h("small", {}, words.skips(skips.length)));
      bridges.push({ bridge, ends: skips.flatMap(({ source, target }) => [source, target]) });
      show(skips.length > 0, bridge);
      const side = (/** @type {Block[]} */ blocks, /** @type {string} */ name) =>
        h("span", { class: name }, ...blocks.map(node));
      const row = h("div", { class: "dx-level" }, side(left, "dx-down"), bridge, side(right, "dx-up"));
      row.style.setProperty("--level", String(level));
      return row;
    });
    const turn = () => h("span", { class: "dx-turn" });
    const last = h("div", { class: "dx-level dx-bottom" }, turn(), ...bottom.map(node), turn());
    drawing.replaceChildren(...rows, last);
    drawing.style.setProperty("--levels", String(levels.length));
  }

  /** @param {View} view @param {string} stateWords */
  function draw(view, stateWords) {
    const { content, block: selected, index, count, old } = view;
    setText(state, stateWords);
    element.classList.toggle("dx-old", old);
    if (!content?.begin) return;
    const { begin, maps, end } = content;
    lay(begin);
    const inside = begin.blocks.filter((block) => isDrawn(block) && block.role !== "in" && block.role !== "out");
    const reading = (/** @type {"reads_text" | "reads_time"} */ what) => inside.filter((block) => block[what]).length;
    setText(lead, begin.unet ? words.unet(begin.skips.length) : words.row(inside.length));
    setText(legend, words.legend(reading("reads_text"), reading("reads_time"), inside.length));
    for (const one of nodes) {
      const own = maps[one.block.name];
      const raster = own ? componentRaster(own, nearest(own.steps, index)) : null;
      one.button.setAttribute("aria-pressed", String(one.block.name === selected?.name));
      one.button.classList.toggle("dx-unheard", Boolean(end) && !own && Object.keys(maps).length > 0);
      if (raster && raster !== one.drawn) paint(one.canvas, raster);
      one.drawn = raster;
      show(raster !== null, one.canvas);
    }
    for (const { bridge, ends } of bridges) bridge.classList.toggle("dx-on", ends.includes(selected?.name ?? ""));
    const [height, width] = begin.picture_size;
    expected.element.style.aspectRatio = String(width / height);
    setText(title, words.expected(index, count));
    expected.draw(pictureOf(content, index), words.expected(index, count));
  }

  return { element, draw };
}
