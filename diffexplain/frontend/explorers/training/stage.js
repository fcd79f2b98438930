/** One held-out example that the network is asked about again and again, and what it draws; of points the plane in which both lie. */

import { h, s, setText, show } from "../../kit/dom.js";
import { named, operator } from "../../kit/figures.js";
import { figure, percent } from "../../kit/format.js";
import { countOf, dots, one, plane, since } from "../../kit/learning.js";
import { square } from "../../kit/parts.js";
import { colourRaster } from "../../kit/pixels.js";
import { segmentControl } from "../../kit/segments.js";
import { combine, mean } from "../../kit/tensors.js";
import { answerOf, errorBetween, sumOf, wantedOf } from "./derive.js";

/** Noise is drawn so that nearly all of it fits between black and white. */
export const QUIET = 0.4;
const STROKE = 0.12; // of a unit of noise in the plane

/** How much of what the network is shown is noise, at a timestep. @param {import("./runs.js").Begin} begin @param {number} timestep */
export const noiseShare = ({ b }, timestep) => percent(b.data[timestep] ** 2);

/** A path with a line from each position the way a step would go: against the noise. @param {import("../../kit/protocol.js").Tensor} grid @param {import("../../kit/protocol.js").Tensor} field */
const strokes = ({ data }, { data: noise }) =>
  Array.from({ length: data.length / 2 }, (_, at) => {
    const [x, y, dx, dy] = [data[2 * at], -data[2 * at + 1], -STROKE * noise[2 * at], STROKE * noise[2 * at + 1]];
    const [px, py] = [x + dx, y + dy];
    const head = [[-0.3, 0.2], [-0.3, -0.2]].map(([back, side]) =>
      `M${px.toFixed(2)} ${py.toFixed(2)}l${(back * dx - side * dy).toFixed(3)} ${(back * dy + side * dx).toFixed(3)}`
    ).join("");
    return `M${x.toFixed(2)} ${y.toFixed(2)}L${px.toFixed(2)} ${py.toFixed(2)}${head}`;
  }).join("");

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createStage(page) {
  const { text, choose } = page;
  const words = text.stage;
  const [title, lead, drawn, nearness] = [h("b", {}), h("p", { class: "dx-lead" }), h("p", { class: "dx-lead" }),
    h("small", {})];
  const levels = h("div", { class: "dx-levels" });
  let segments = /** @type {ReturnType<typeof segmentControl> | null} */ (null);
  let offered = "";
  const part = (/** @type {{ name: string }} */ { name }, concept = "") => named(name, { size: 144, concept });
  const parts = { original: part(words.original), noise: part(words.noise, "dx-noise"), sum: part(words.sum),
    said: named("", { size: 144, concept: "dx-text" }), off: part(words.off),
    follows: named("", { size: 144, concept: "dx-signal" }) };
  const rows = h("div", { class: "dx-asked" },
    h("div", { class: "dx-row" }, parts.original.element, operator("+"), parts.noise.element, operator("="), parts.sum.element),
    h("div", { class: "dx-row" }, parts.said.element, operator("−"), parts.off.element, operator("→"), parts.follows.element));
  const field = plane("cloud", "field");
  const samples = plane("cloud", "samples");
  let tiles = /** @type {ReturnType<typeof square>[]} */ ([]);
  const grid = h("div", { class: "dx-samples" });
  const element = h("div", { class: "dx-stage" },
    h("section", { class: "dx-example" }, title, lead, levels, rows, field.element),
    h("section", { class: "dx-drawn" }, h("b", {}, words.drawnTitle), drawn, grid, samples.element, nearness));

  /** @param {import("./runs.js").Begin} begin @param {number} level */
  function offer(begin, level) {
    const labels = begin.timesteps.map((timestep) => noiseShare(begin, timestep));
    if (offered !== labels.join()) {
      offered = labels.join();
      segments = segmentControl({ ...words.level,
        choices: labels.map((label, at) => ({ value: String(at), label, hint: words.level.hint })), onChange: (value) =>
          choose({ level: Number(value) }) });
      levels.replaceChildren(segments.element);
    }
    segments?.set(String(level));
  }

  /** @param {import("./runs.js").View} now @param {import("./runs.js").Begin} begin @param {import("./runs.js").Probe} probe */
  function drawPictures({ level, old, updates, isNewest }, begin, probe) {
    const timestep = begin.timesteps[level];
    const [a, b] = [begin.a.data[timestep], begin.b.data[timestep]];
    const predicts = /** @type {import("./derive.js").Predicted} */ (begin.request.predicts);
    const wanted = wantedOf(predicts, begin.original, begin.noise, a, b);
    const { answer, follows } = answerOf(predicts, one(probe.original, level), one(probe.noise, level), a, b);
    const error = errorBetween(answer, wanted);
    const [told, of] = [words.answers[predicts], [figure(a), figure(b)]];
    const [scale, rest] = predicts === "original" ? [1, QUIET] : [QUIET, 1];
    const frame = (/** @type {import("../../kit/protocol.js").Tensor} */ tensor, scale = 1) => ({
      raster: colourRaster(tensor, scale),
      old,
    });
    parts.original.draw(frame(begin.original), words.times(figure(a)));
    parts.noise.draw(frame(begin.noise, QUIET), words.times(figure(b)));
    parts.sum.draw(frame(sumOf(begin.original, begin.noise, a, b), 0.6), words.shown);
    parts.said.draw(frame(answer, scale), told.note(of[0], of[1]), told.said);
    parts.off.draw(frame(combine([1, answer], [-1, wanted]), scale), words.error(figure(error)));
    parts.follows.draw(frame(follows, rest), told.how(of[0], of[1]), told.follows);
    const nothing = mean(wanted.data.map((value) => value * value));
    setText(lead,
      text.sentences([words.sees(noiseShare(begin, timestep), figure(error), figure(nothing), probe.update),
        since(page, { updates, update: probe.update, newest: isNewest })]));
  }

  /** @param {import("./runs.js").View} now */
  function draw(now) {
    const { content, sheet, probe, level, old, updates, isNewest } = now;
    const begin = content?.begin;
    if (!begin || !sheet || !probe) return;
    const pictures = begin.request.data === "pictures";
    offer(begin, level);
    setText(title, pictures ? words.title : words.fieldTitle);
    show(pictures, rows, grid);
    for (const { element: each } of [field, samples]) each.toggleAttribute("hidden", pictures);
    setText(drawn,
      text.sentences([words.drawn(sheet.update), since(page, { updates, update: sheet.update, newest: isNewest })]));
    setText(nearness, words.near(figure(mean(sheet.distances)), figure(sheet.held)));
    if (!pictures) {
      const share = noiseShare(begin, begin.timesteps[level]);
      const cloud = dots(begin.train);
      setText(lead,
        text.sentences([words.field(share, figure(probe.held[level]), probe.update),
          since(page, { updates, update: probe.update, newest: isNewest })]));
      if (begin.grid && probe.field) field.draw([cloud, strokes(begin.grid, one(probe.field, level))], words.fieldWords(share));
      samples.draw([cloud, dots(sheet.samples)], words.drawn(sheet.update));
      return;
    }
    drawPictures(now, begin, probe);
    const count = countOf(sheet.samples);
    if (tiles.length !== count) {
      tiles = Array.from({ length: count }, () => square({ size: 80 }));
      grid.replaceChildren(...tiles.map((tile) => tile.element));
    }
    tiles.forEach((tile, at) => tile.draw({ raster: colourRaster(one(sheet.samples, at)), old }, words.sample(at + 1)));
  }

  return { element, draw };
}
