/** Looking closer: inside a block, the picture without a part of the network, sizes and costs. */

import { sliderControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { filmStrip, nearest } from "../../kit/film.js";
import { lineChart } from "../../kit/line_chart.js";
import { meter } from "../../kit/parts.js";
import { paint } from "../../kit/pixels.js";
import { segmentControl } from "../../kit/segments.js";
import { table } from "../../kit/table.js";
import { channelRaster, componentRaster, isDrawn, lanesOf, named } from "./derive.js";
import { large, share } from "./text.js";
import { laneLine, sizesLine } from "./words.js";

/**
 * @import { View } from "./derive.js"
 * @import { Block } from "./messages"
 * @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page
 */

/** @param {string} className */
const pixels = (className) => h("canvas", { width: 1, height: 1, class: `dx-pixels ${className}`, role: "img" });

/** @param {Page} page @param {(index: number) => void} select */
export function mapsPanel({ text, choose, signal }, select) {
  const words = text.maps;
  const [lead, shares, title, head, note] = [h("p", {}), h("p", {}), h("b", {}), h("b", {}), prose()];
  const map = pixels("dx-large");
  const strip = filmStrip({ ...text.timeline.map, concept: "", pixelated: true, onSelect: select });
  const grid = h("div", { class: "dx-channels", tabIndex: 0, role: "group", "aria-label": words.answering }); // it may scroll
  let series = /** @type {string[]} */ ([]);
  let steps = /** @type {number[]} */ ([]);
  const chart = lineChart({ height: 232, margin: { top: 14, right: 0, bottom: 22, left: 46 }, names: "end", signal,
    onSelect: (x) => select(Math.round(x) - 1), onSeries: (at) => choose({ block: series[at] }) });
  const pulls = h("div", { class: "dx-pulls" }, h("b", {}, words.pulls), chart.element);
  const body = h("div", { class: "dx-inside" }, h("figure", {}, title, map),
    h("div", {}, lead, shares, h("div", { class: "dx-strip" }, strip.name, strip.film)));
  const waiting = prose(words.waiting);
  const element = h("div", { class: "dx-closer-panel" }, waiting, body, head, grid, note, pulls);

  /** @param {View} view */
  function drawChannels({ content, maps, at }) {
    if (!maps || !content?.begin) return;
    const { channels, levels } = maps;
    const [answers, changes] = maps.answering ? [maps.answers, maps.changes] : [null, null];
    setText(head, answers ? words.answering : words.varying);
    grid.style.setProperty("--columns", String(channels.length));
    const name = (/** @type {{ label: string, note: string }} */ { label, note }) =>
      h("span", { class: "dx-name" }, label, h("small", {}, note));
    const row = (/** @type {import("../../kit/protocol.js").Tensor} */ tensor, /** @type {string} */ label) =>
      channels.map((channel, place) => {
        const canvas = pixels("dx-channel");
        canvas.setAttribute("aria-label", `${words.channel(channel)}: ${label}`);
        paint(canvas, channelRaster(tensor, at, place));
        return canvas;
      });
    const heads = channels.map((channel, place) =>
      h("span", { class: "dx-name" }, words.channel(channel),
        answers ? h("small", { title: words.answerHint }, words.answer(answers.data[place])) : null)
    );
    grid.replaceChildren(h("span", {}), ...heads, name(words.withPrompt), ...row(levels, words.withPrompt.label),
      ...(changes ? [name(words.change), ...row(changes, words.change.label)] : []));
    setText(note, answers ? "" : maps.answers ? words.before : words.unguided(content.begin.request.guidance_scale));
  }

  /** @param {View} view */
  function drawPulls({ content, block, index, count }) {
    const all = Object.values(content?.maps ?? {}).filter((maps) => maps.pulls);
    show(all.length > 0, pulls);
    if (!content?.begin || !all.length) return;
    const { begin } = content;
    series = all.map((maps) => maps.block);
    [{ steps }] = all;
    const highest = Math.max(...all.flatMap((maps) => [...(maps.pulls?.data ?? [])]));
    const label = (/** @type {string} */ name) => text.label(named(begin, name));
    const mine = all.find((maps) => maps.block === block?.name);
    chart.draw({
      series: all.map((maps) => ({ name: label(maps.block), chosen: maps.block === block?.name, x: maps.steps.map((step) =>
        step + 1
      ), y: maps.pulls?.data ?? [] })),
      here: index + 1,
      x: { domain: [1, Math.max(2, count)], whole: true, show: String },
      y: { domain: [0, highest * 1.08 || 1], show: share },
    },
      mine
        ? words.pullWords(label(mine.block), share(mine.pulls?.data[nearest(steps, index)] ?? 0),
          text.timeline.stepWords(index, count))
        : words.pulls);
  }

  return { element, draw(/** @type {View} */ view) {
    const { content, block, maps, at, index, count, old } = view;
    element.classList.toggle("dx-old", old);
    show(maps !== null, body, head, grid, note);
    show(maps === null, waiting);
    setText(waiting, content?.end && Object.keys(content.maps).length ? text.network.unheard : words.waiting);
    drawPulls(view);
    if (!maps || !block) return;
    const [step, label] = [text.timeline.stepWords(maps.steps[at], count), text.label(block)];
    const [rows, columns] = maps.own_grid;
    setText(title, words.title(label, step));
    body.style.setProperty("--ratio", String(columns / rows));
    paint(map, componentRaster(maps, at));
    map.setAttribute("aria-label", words.large(label, step));
    const drawn = maps.colours.shape.slice(2);
    setText(lead,
      words.lead(text.Label(block), block.channels, `${rows} × ${columns}`,
        (block.channels * rows * columns).toLocaleString("en")));
    const all = Array.from(maps.shares.data).reduce((sum, one) => sum + one, 0);
    setText(shares, text.sentences([words.shares(share(all)), drawn[0] < rows ? words.smaller(drawn.join(" × ")) : ""]));
    strip.draw(count, index, (frame) => ({ raster: componentRaster(maps, nearest(maps.steps, frame)), old }),
      text.timeline.mapWords(label, count));
    drawChannels(view);
  } };
}

/** @param {Page} page */
export function weakenPanel({ text, constants, write, choose }) {
  const words = text.weaken;
  const parts = /** @type {("block" | "skip" | "backbone" | "text")[]} */ (constants("_controls").parts);
  const part = segmentControl({ label: words.part.label, hint: "", asks: true, onChange: (value) => write("weaken", value),
    choices: [.../** @type {const} */ ([...parts, "nothing"])].map((value) => ({ value, ...words.part[value] })) });
  const strength = sliderControl({ ...words.strength, min: 0, max: 2, step: 0.1, show: String,
    onChange: (value) => write("strength", value) });
  let block = /** @type {Block | null} */ (null);
  const where = segmentControl({ ...words.where, asks: true, onChange: (value) => write("only", value ? block?.name ?? "" : ""),
    choices: [{ value: "", label: words.where.turn, hint: words.where.hint }, { value: "one", label: "…",
      hint: words.where.hint }] });
  const one = /** @type {HTMLButtonElement} */ (where.element.querySelector("button[value=one]"));
  const only = { ...where, set: (/** @type {string} */ value) => where.set(value ? "one" : "") };
  const [lead, line, unit] = [h("p", {}), prose(), h("small", {}, words.unit)];
  const bars = h("ul", { class: "dx-lanes-bars" });
  const pictures = h("div", { class: "dx-lanes" });
  const element = h("div", { class: "dx-closer-panel" },
    h("div", { class: "dx-asks" }, part.element, where.element, strength.element), lead,
    h("div", { class: "dx-lanes-body" }, h("div", {}, bars, unit, line), pictures));

  /** @param {View} view */
  function draw({ content, block: selected, old, busy }) {
    element.classList.toggle("dx-old", old);
    block = selected;
    setText(one, text.label(selected));
    const begin = content?.begin;
    show(Boolean(begin), bars, pictures, unit);
    if (!content || !begin) return;
    const { weaken, strength: times, only: at } = begin.request;
    const lanes = lanesOf(content);
    setText(lead,
      at && !lanes.length && weaken !== "nothing" ? words.lacking(text.label(named(begin, at))) : words.lead(weaken, times));
    show(lanes.length > 0, bars, unit);
    const longest = Math.max(0.05, ...lanes.map(({ distance }) => distance ?? 0));
    const label = (/** @type {string} */ name) => text.label(named(begin, name));
    const off = (/** @type {import("./derive.js").Lane} */ lane) =>
      !lane.come
        ? (busy ? words.coming : "–")
        : lane.distance === 0
        ? words.same
        : lane.distance === null
        ? "NaN"
        : share(lane.distance);
    const pick = (/** @type {string} */ name) => name && choose({ block: name });
    bars.replaceChildren(
      ...lanes.map((lane) =>
        h("li", { class: lane.block === selected?.name ? "dx-on" : "", onclick: () => pick(lane.block) },
          h("span", {}, label(lane.block)), meter((lane.distance ?? 0) / longest), h("b", {}, off(lane)))
      ),
    );
    const untouched = content.end?.image;
    const figure = (/** @type {string} */ name, /** @type {any} */ picture, /** @type {string} */ below,
      /** @type {string} */ described, pressed = false) =>
      h("button", { type: "button", class: "dx-lane", "aria-pressed": String(pressed), disabled: !name, onclick: () =>
        pick(name) },
        picture ? h("img", { src: picture.url, alt: described, draggable: false }) : h("span", { class: "dx-none" }),
        h("span", {}, below));
    const ratio = begin.picture_size[1] / begin.picture_size[0];
    pictures.style.setProperty("--ratio", String(ratio));
    pictures.replaceChildren(figure("", untouched, words.untouched, text.network.finished),
      ...lanes.map((lane) =>
        figure(lane.block, lane.picture, `${label(lane.block)}`, words.picture(label(lane.block), off(lane)),
          lane.block === selected?.name)
      ));
    const failed = lanes.map(({ why }) => why).find(Boolean);
    setText(line, failed ? String(failed) : laneLine(text, content));
  }

  return { panel: { element, draw }, parts: { weaken: part, strength, only } };
}

/** @param {Page} page */
export function sizesPanel({ text, choose }) {
  const words = text.sizes;
  let totals = /** @type {[number, number]} */ ([1, 1]);
  let shown = /** @type {Block[]} */ ([]);
  const bar = (/** @type {number | null} */ value, /** @type {number} */ whole) =>
    h("span", { class: "dx-size" }, meter((value ?? 0) / Math.max(1, whole)), h("span", { class: "dx-number" }, large(value)));
  const columns =
    /** @type {import("../../kit/table.js").Column<Block>[]} */ ([{ name: words.heads.block,
      cell: (block) => text.label(block) }, { name: words.heads.size,
      cell: (block) => block.channels ? `${text.size(block)} × ${block.channels}` : "–",
      order: (block) => block.height * block.width }, { name: words.heads.layers,
      cell: ({ resnets, transformers }) => words.layers(resnets, transformers) || "–" }, { name: words.heads.parameters,
      cell: (block) => bar(block.parameters, totals[0]), order: (block) => block.parameters }, { name: words.heads.costs,
      cell: (block) => bar(block.multiply_adds, totals[1]), order: (block) => block.multiply_adds ?? NaN }]);
  const rows = table({ className: "dx-sizes", columns,
    onPick: (row) => isDrawn(shown[row]) && choose({ block: shown[row].name }) });
  const [lead, note] = [h("p", {}), h("small", {}, words.note)];
  const element = h("div", { class: "dx-closer-panel" }, lead, h("div", { class: "dx-table-room" }, rows.element), note);

  return { element, draw(/** @type {View} */ { content, block, old }) {
    element.classList.toggle("dx-old", old);
    if (!content?.begin) return;
    const { begin } = content;
    shown = begin.blocks;
    totals = [Math.max(...shown.map(({ parameters }) => parameters)),
      Math.max(...shown.map(({ multiply_adds: costs }) => costs ?? 0))];
    rows.draw(shown, shown.findIndex(({ name }) => name === block?.name));
    setText(lead, sizesLine(text, begin));
  } };
}
