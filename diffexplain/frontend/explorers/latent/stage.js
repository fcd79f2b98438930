/** The picture, its latents, what comes back and what is lost; how many numbers each has, and what a call costs. */

import { h, setText, show } from "../../kit/dom.js";
import { named, prose } from "../../kit/figures.js";
import { figure } from "../../kit/format.js";
import { arrow, meter } from "../../kit/parts.js";
import { heatRaster, mappedRaster } from "../../kit/pixels.js";
import { table } from "../../kit/table.js";

/**
 * @typedef {import("./text.js").Text} Text
 * @typedef {import("./runs.js").Content} Content
 */

/** What the numbers are of the model that most people know: Stable Diffusion 1.5 draws 512 pixels a side. */
const USUAL = { side: 512, latents: 64 * 64 * 4 };
const COSTS = /** @type {const} */ (["encode", "decode", "denoise", "denoise_pixels"]);

/** One plane of bytes as a grey picture. @param {import("../../kit/protocol.js").Tensor} tensor @param {number} [channel] */
export function grey({ data, shape }, channel = 0) {
  const [rows, columns] = shape.slice(-2);
  return mappedRaster(data, rows, columns, (value) => [value, value, value], channel * rows * columns);
}

/** How much differs, from none to the most. @param {import("./messages").Off} off */
export const heat = ({ levels: { data, shape } }) => heatRaster(data, shape[0], shape[1], 255);

/** A frame around a part of a picture, in shares of its sides. @param {HTMLElement} picture @param {string} [className] */
export function framed(picture, className = "") {
  const frame = h("span", { class: `dx-part ${className}` });
  picture.append(frame);
  return (/** @type {{ left: number, top: number, width: number, height: number } | null} */ box) => {
    show(box !== null, frame);
    for (const [side, share] of Object.entries(box ?? {})) frame.style.setProperty(side, `${100 * share}%`);
  };
}

/** The place of a cell on a picture. @param {number[]} cell @param {number[]} shape  of the latents */
export const placeOf = ([row, column], [, rows, columns]) => ({ left: column / columns, top: row / rows, width: 1 / columns,
  height: 1 / rows });

/** Channels as grey pictures, with their ranges. @param {Text} text @param {(at: number, one: import("./messages").Channel) => string} words */
export function channelTiles(text, words) {
  const element = h("div", { class: "dx-channels" });
  let tiles = /** @type {ReturnType<typeof named>[]} */ ([]);
  return {
    element,
    /** @param {import("../../kit/protocol.js").Tensor} values @param {import("./messages").Channel[]} channels @param {boolean} old */
    draw(values, channels, old) {
      if (tiles.length !== channels.length) {
        tiles = channels.map((_, at) => named(text.channel(at)));
        element.style.setProperty("--columns", String(Math.ceil(Math.sqrt(channels.length))));
        element.classList.toggle("dx-many", channels.length > 4);
        element.replaceChildren(...tiles.map((tile) => tile.element));
      }
      channels.forEach((one, at) => {
        tiles[at].draw({ raster: grey(values, at), old }, text.range(one));
        tiles[at].element.title = words(at, one);
      });
    },
  };
}

/** @param {import("../../kit/shell.js").Page<Content, Text>} page */
export function createStage({ text }) {
  const line = prose();
  const state = h("small", { role: "status" });
  const original = named(text.stage.original, { concept: "dx-signal" });
  const restored = named(text.stage.restored, { concept: "dx-signal" });
  const off = named(text.stage.off);
  const worst = framed(/** @type {HTMLElement} */ (off.element.firstElementChild));
  const tiles = channelTiles(text, text.stage.grey);
  const shape = h("small", {});
  const counts = table({ className: "dx-counts",
    columns: [{ name: text.counts.which, cell: (/** @type {any} */ row) => row.name }, { name: text.counts.picture,
      cell: (row) => text.number(row.picture), align: "end" }, { name: text.counts.latents,
      cell: (row) => text.number(row.latents), align: "end" }, { name: text.counts.fewer,
      cell: (row) => h("b", {}, text.counts.times(row.picture / row.latents)), align: "end" }] });
  const costs = h("div", { class: "dx-costs" });
  const costLine = h("small", {});
  const element = h("section", { class: "dx-stage" }, h("div", { class: "dx-head" }, line, state),
    h("div", { class: "dx-way" }, original.element, arrow(),
      h("figure", { class: "dx-latents" }, tiles.element,
        h("figcaption", {}, h("b", { class: "dx-text" }, text.stage.channels), shape)), arrow(), restored.element, off.element),
    h("div", { class: "dx-figures" }, h("div", {}, h("div", { class: "dx-name" }, text.counts.head), counts.element),
      h("div", {}, h("div", { class: "dx-name" }, text.cost.head), costs, costLine)));

  /** @param {NonNullable<Content["cost"]>} cost */
  function drawCosts(cost) {
    const most = Math.max(...COSTS.map((name) => cost[name] ?? 0));
    costs.replaceChildren(...COSTS.flatMap((name) => {
      const count = cost[name];
      return [h("span", {}, text.cost[name]), count === null ? h("span", { class: "dx-room" }) : meter(count / (most || 1)),
        h("b", {}, count === null ? "–" : text.cost.amount(count))];
    }));
    setText(costLine, cost.denoise && cost.denoise_pixels ? text.cost.line(cost.denoise_pixels / cost.denoise) : "");
  }

  /** @param {{ content: Content | null, old: boolean }} view @param {string} stateWords */
  function draw({ content, old }, stateWords) {
    setText(state, stateWords);
    if (!content?.begin) return;
    const { begin, restored: back, cost } = content;
    const [channels, rows, columns] = begin.shape;
    const [numbers, latents] = [3 * begin.side ** 2, channels * rows * columns];
    setText(line, text.stage.line(numbers, latents));
    original.draw({ picture: begin.original, old }, text.stage.shape(begin.side, 3));
    tiles.draw(begin.grey, begin.channels, old);
    setText(shape, text.stage.shape(columns, channels));
    restored.draw(back && { picture: back.picture, old }, back ? text.psnr(back.off.psnr) : "");
    off.draw(back && { raster: heat(back.off), old },
      back ? text.both(text.stage.most(back.off.largest), text.stage.worst(back.worst)) : "");
    worst(back && back.off.largest > 0 ? placeOf(back.worst, begin.shape) : null);
    counts.draw([{ name: text.counts.here, picture: numbers, latents }, { name: text.counts.usual, picture: 3 * USUAL.side ** 2,
      latents: USUAL.latents }]);
    if (cost) drawCosts(cost);
    else setText(costLine, text.cost.waiting);
  }

  return { element, draw };
}

/** @param {Content} content */
export const deviationOf = ({ begin }) => {
  const channels = begin?.channels ?? [];
  const mean = channels.reduce((sum, one) => sum + one.mean, 0) / (channels.length || 1);
  const squares = channels.reduce((sum, one) => sum + one.deviation ** 2 + (one.mean - mean) ** 2, 0);
  return figure(Math.sqrt(squares / (channels.length || 1)));
};
