/** Looking closer: the latent planes, what the four lose on the way, and diffusion by steps. */

import { selectable } from "../../kit/cells.js";
import { h, s, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { figure } from "../../kit/format.js";
import { along, chartOf, course, dots, newest, one, plane, rateOf, standing, undone, upwards } from "../../kit/learning.js";
import { DASHES } from "../../kit/line_chart.js";
import { square } from "../../kit/parts.js";
import { colourRaster, paint } from "../../kit/pixels.js";
import { MODELS, PLACES } from "./runs.js";
import { CONCEPTS, tiles } from "./ways.js";

/**
 * @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page
 * @typedef {import("./runs.js").View} View
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 */

const RECENT = 50; // updates
const tenths = (/** @type {number} */ value) => value.toFixed(1).replace("-", "−");
const STEPS = [1, 5, 20];

/** All pictures of a grid as one. @param {Tensor} grid (PLACES * PLACES, 3, h, w) */
function mosaic(grid) {
  const [, , height, width] = grid.shape;
  const whole = { pixels: new Uint8ClampedArray(4 * PLACES * PLACES * width * height), width: PLACES * width,
    height: PLACES * height };
  for (let at = 0; at < PLACES * PLACES; at += 1) {
    const { pixels } = colourRaster(one(grid, at));
    const [top, left] = [Math.floor(at / PLACES) * height, (at % PLACES) * width];
    for (let row = 0; row < height; row += 1) {
      whole.pixels.set(pixels.subarray(4 * row * width, 4 * (row + 1) * width), 4 * ((top + row) * whole.width + left));
    }
  }
  return whole;
}

/** A path along the rows and columns of a grid of points. @param {Tensor} grid (PLACES * PLACES, 2, 1, 1) */
export function mesh({ data }) {
  const point = (/** @type {number} */ row, /** @type {number} */ column) => {
    const at = row * PLACES + column;
    return `${data[2 * at].toFixed(2)} ${(-data[2 * at + 1]).toFixed(2)}`;
  };
  const line = (/** @type {(at: number) => string} */ along) =>
    `M${Array.from({ length: PLACES }, (_, at) => along(at)).join("L")}`;
  const lines = Array.from({ length: PLACES }, (_, each) => [line((at) => point(each, at)), line((at) => point(at, each))]);
  return lines.flat().filter((path) => !path.includes("N") && !path.includes("I")).join("");
}

/** Dots of a latent plane in its square of 0 to 1. @param {Tensor} points (n, 2) @param {number} reach */
const within = ({ data }, reach) =>
  Array.from({ length: data.length / 2 }, (_, at) => [data[2 * at] / reach, data[2 * at + 1] / reach]).filter(([x, y]) =>
    Math.abs(x) <= 1 && Math.abs(y) <= 1
  ).map(([x, y]) => `M${((x + 1) / 2).toFixed(3)} ${((1 - y) / 2).toFixed(3)}h0`).join("");

/** @param {Page} page */
export function latentPanel({ text, choose }) {
  const words = text.latent;
  const line = prose();
  const maps = MODELS.slice(0, 3).map((name, at) => {
    const canvas = h("canvas", { class: "dx-pixels", width: PLACES, height: PLACES, tabIndex: 0, role: "application" });
    const codes = s("path", { class: "dx-codes" });
    const draws = s("path", { class: "dx-draws" });
    const frame = s("rect", { class: "dx-here", width: 1 / PLACES, height: 1 / PLACES });
    const select = (/** @type {{ row: number, column: number } | null} */ cell) =>
      cell && choose({ across: cell.column, up: PLACES - 1 - cell.row });
    const cells = selectable(canvas, { onHover: select, onSelect: select });
    canvas.addEventListener("keydown", (event) => {
      if (!cells.press(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    const picture = square({ size: 96 });
    const cloud = plane("cloud", "mesh", "samples");
    const [where, note] = [h("small", {}), h("small", {})];
    const element = h("figure", { class: "dx-map" }, h("b", { class: CONCEPTS[at] }, text.ways[name].name),
      h("span", { class: "dx-board" }, canvas, s("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" }, codes, draws, frame)),
      note, h("div", { class: "dx-decoded" }, picture.element, cloud.element, where));
    return { name, at, element, canvas, codes, draws, frame, cells, picture, cloud, where, note,
      painted: /** @type {any} */ (null) };
  });
  const element = h("div", {}, line, h("div", { class: "dx-maps" }, ...maps.map((map) => map.element)));

  /** @param {View} view */
  function draw({ content, place, old }) {
    const { begin, plane: latents } = content ?? {};
    if (!begin || !latents) return;
    const pictures = begin.request.data === "pictures";
    setText(line,
      text.sentences([words.line(latents.update), begin.request.latent > 2 ? words.others(begin.request.latent) : "",
        words.spread(tenths(latents.reach[0]), tenths(latents.reach[1]))]));
    for (const map of maps) {
      const { at, name } = map;
      const [grid, reach] = [one(latents.grids, at), latents.reach[at]];
      const [x, y] = [place.column, PLACES - 1 - place.row].map((cell) => tenths(reach * (2 * cell / (PLACES - 1) - 1)));
      const cell = place.row * PLACES + place.column;
      if (map.painted !== latents) {
        map.painted = latents;
        if (pictures) paint(map.canvas, mosaic(grid));
        map.codes.setAttribute("d", at < 2 ? within(one(latents.codes, at), reach) : "");
        map.draws.setAttribute("d", within(begin.draws, reach));
      }
      map.canvas.setAttribute("aria-label", words.map(text.ways[name].name, x, y));
      map.frame.setAttribute("x", String(place.column / PLACES));
      map.frame.setAttribute("y", String(place.row / PLACES));
      map.cells.lay({ rows: PLACES, columns: PLACES, selected: place });
      show(pictures, map.picture.element);
      map.cloud.element.toggleAttribute("hidden", pictures);
      const here = one(grid, cell);
      if (pictures) map.picture.draw({ raster: colourRaster(here), old }, words.made(x, y));
      else map.cloud.draw([dots(begin.held), mesh(grid), dots(here)], words.mesh(text.ways[name].name));
      setText(map.where, words.made(x, y));
      setText(map.note, at < 2 ? words.both : words.drawsOnly);
    }
  }

  return { element, draw };
}

/** @param {Page} page @param {(update: number) => void} onSelect */
export function seesawPanel({ text, kit, signal }, onSelect) {
  const words = text.seesaw;
  const line = prose();
  const [adversaries, rest] = [chartOf(words.adversaries, signal, onSelect, "end"),
    chartOf(words.others, signal, onSelect, "end")];
  const charts = h("div", { class: "dx-charts" }, adversaries.element, rest.element);

  /** @param {View} view */
  function draw({ content, look, updates }) {
    const { losses, changes = [], breaks = [] } = content ?? {};
    show(Boolean(losses?.at.data.length), charts);
    if (!losses?.at.data.length) return setText(line, words.waiting);
    const of = (/** @type {string} */ model) => breaks.filter((each) => each.model === model);
    const stand = (/** @type {Tensor} */ loss, /** @type {string} */ model) => standing({ at: losses.at, loss }, of(model));
    /** @type {Record<"autoencoder" | "vae" | "divergence" | "generator" | "discriminator" | "diffusion", ReturnType<typeof standing>>} */
    const kept = { autoencoder: stand(losses.autoencoder, "autoencoder"), vae: stand(losses.vae, "vae"),
      divergence: stand(losses.divergence, "vae"), generator: stand(losses.generator, "gan"),
      discriminator: stand(losses.discriminator, "gan"), diffusion: stand(losses.diffusion, "diffusion") };
    const recent = (/** @type {keyof typeof kept} */ name) => figure(newest(kept[name].loss, RECENT).mean);
    setText(line,
      text.sentences([words.line(recent("generator"), recent("discriminator")),
        words.vae(recent("vae"), recent("autoencoder"), recent("divergence"))]));
    const marks = changes.filter(({ update, field }) => update > 0 && field in words.fields).map((
      { update, field, value },
    ) => ({ x: update, name: words.changed(words.fields[field], field === "rate" ? rateOf(Number(value)) : value) }));
    const axes = { x: along(updates, text), here: look?.update ?? updates };
    const drawn = (/** @type {[string, keyof typeof kept, string][]} */ all) =>
      all.map(([name, which, concept], at) => ({ name, concept, dash: DASHES[at],
        ...course({ at: losses.at, loss: losses[which] }, 120) })
      );
    const reach = (/** @type {(keyof typeof kept)[]} */ ...names) => names.map((name) => course(kept[name], 120).y);
    const two = drawn([[words.generator, "generator", "dx-guidance"], [words.discriminator, "discriminator", "dx-soft"]]);
    const four = drawn([[text.ways.autoencoder.name, "autoencoder", CONCEPTS[0]], [text.ways.vae.name, "vae", CONCEPTS[1]], [
      text.ways.diffusion.name,
      "diffusion",
      CONCEPTS[3],
    ], [words.divergence, "divergence", CONCEPTS[1]]]);
    const top = Math.max(2, ...reach("generator", "discriminator").flat().filter(Number.isFinite));
    const others = breaks.filter(({ model }) => model !== "gan");
    adversaries.draw({ ...axes, marks: [...undone(of("gan"), kit.learning), ...marks], series: two,
      y: { domain: [0, top], show: String, read: figure }, level: { value: Math.LN2, name: words.even } },
      words.line(recent("generator"), recent("discriminator")));
    rest.draw({ ...axes, marks: [...undone(others, kit.learning), ...marks], series: four,
      y: upwards(...reach("autoencoder", "vae", "diffusion", "divergence")) },
      words.vae(recent("vae"), recent("autoencoder"), recent("divergence")));
  }

  return { element: h("div", {}, line, charts), draw };
}

/** @param {Page} page */
export function stepsPanel({ text }) {
  const words = text.steps;
  const line = prose();
  const rows = STEPS.map((count) => {
    const drawn = tiles("dx-row-of", (number) => words.sample(count, number));
    const cloud = plane("cloud", "samples");
    const note = h("small", {});
    return {
      element: h("figure", { class: "dx-in-steps" }, h("b", { class: "dx-signal" }, words.name(count)), drawn.element,
        cloud.element, note),
      drawn,
      cloud,
      note,
    };
  });
  const element = h("div", {}, line, h("div", { class: "dx-steps" }, ...rows.map((row) => row.element)));

  /** @param {View} view */
  function draw({ content, old }) {
    const { begin, plane: latents } = content ?? {};
    if (!begin || !latents) return;
    const pictures = begin.request.data === "pictures";
    const [first, , last] = latents.distances.map(figure);
    setText(line, text.sentences([words.line(latents.update), words.apart(first, last)]));
    rows.forEach(({ drawn, cloud, note }, at) => {
      show(pictures, drawn.element);
      cloud.element.toggleAttribute("hidden", pictures);
      if (pictures) drawn.draw(one(latents.steps, at), old);
      else cloud.draw([dots(begin.held), dots(one(latents.steps, at))], words.name(STEPS[at]));
      setText(note, words.distance(figure(latents.distances[at])));
    });
  }

  return { element, draw };
}
