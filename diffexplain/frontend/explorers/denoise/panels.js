/** What a place shows when it is opened: one function a place, made when the panel opens, drawn for every step. */

import { h, setText, show } from "../../kit/dom.js";
import { factor, named, operator, prose, row } from "../../kit/figures.js";
import { figure as number, percent } from "../../kit/format.js";
import { tokenChips } from "../../kit/parts.js";
import { heatRaster, latentRaster, paint } from "../../kit/pixels.js";
import { combine } from "../../kit/tensors.js";
import { remix, samplerMove, unitScale } from "./derive.js";
import { drawnStep } from "./runs.js";
import { frameOf, frameWithGhost } from "./view.js";

/**
 * @typedef {import("./text.js").Text} Text
 * @typedef {ReturnType<typeof import("../../kit/text.js").words>} Kit
 * @typedef {import("./view.js").View} View
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {{ element: HTMLElement, draw: (view: View) => void }} Panel
 */

/** @param {Text} text @param {Kit} kit @returns {Panel} */
function sentence(text, { known, truncated }) {
  const table = h("div", { class: "dx-tokens dx-open" });
  const line = prose();
  return { element: h("div", {}, table, line), draw({ content }) {
    const begin = content?.begin;
    if (!begin) return;
    table.replaceChildren(
      ...begin.tokens.map((token) =>
        h("span", { class: "dx-token-row" }, ...tokenChips([token], text, begin.unlearned, known),
          h("small", {}, String(token.id)))
      ),
    );
    const pieces = begin.tokens.filter(({ kind }) => kind === "word").length;
    setText(line,
      begin.truncated
        ? truncated(begin.token_limit, begin.truncated.dropped_text)
        : text.panels.sentence.line(pieces, begin.token_limit));
  } };
}

/** @param {Text} text @param {Kit} kit @returns {Panel} */
function encoder(text, { known }) {
  const rows = h("div", { class: "dx-encoder", tabIndex: 0, role: "group", "aria-label": text.places.encoder.name });
  return { element: h("div", {}, rows, prose(text.panels.encoder.line), scaleKey(2.5)), draw({ content }) {
    const begin = content?.begin;
    if (!begin?.embedding) return rows.replaceChildren(prose(text.panels.encoder.missing));
    const { embedding } = begin;
    const [, width] = embedding.shape;
    rows.replaceChildren(...begin.tokens.slice(0, embedding.shape[0]).flatMap((token, at) => {
      const canvas = h("canvas", { role: "img", "aria-label": text.panels.encoder.row(token.text, width) });
      paint(canvas, heatRaster(embedding.data, 1, width, 2.5, at * width));
      return [...tokenChips([token], text, begin.unlearned, known), canvas];
    }));
  } };
}

/** @param {Text} text @returns {Panel} */
function noise(text) {
  const grid = channelGrid(text);
  const line = prose();
  return { element: h("div", {}, grid.element, line, scaleKey(3)), draw(view) {
    const content = view.content?.steps[0] ? view.content : view.ghost;
    const [begin, first] = [content?.begin, drawnStep(content, 0)];
    if (!begin || !first?.x) return;
    const unit = combine([1 / Math.hypot(first.a, first.b), first.x]);
    grid.draw([{ name: text.places.noise.name, concept: "dx-noise", tensor: unit }], 3);
    setText(line,
      text.panels.noise.line(begin.latent_shape, number(begin.start_mean ?? NaN), number(begin.start_deviation ?? NaN)));
  } };
}

/** @param {Text} text @returns {Panel} */
function latent(text) {
  const grid = channelGrid(text);
  return { element: h("div", {}, grid.element, prose(text.panels.latent.line), scaleKey(3)), draw({ step }) {
    if (!step?.x || !step.noise || !step.x0) return;
    grid.draw([{ name: text.films.x.name, concept: "", tensor: combine([unitScale(step), step.x]) }, {
      name: text.films.noise.name,
      concept: "dx-noise",
      tensor: step.noise,
    }, { name: text.films.x0.name, concept: "dx-signal", tensor: step.x0 }], 3);
  } };
}

/** @param {Text} text @returns {Panel} */
function unet(text) {
  const without = named(text.withoutText);
  const difference = named(text.panels.unet.difference, { concept: "dx-guidance" });
  const mixed = named(text.places.prediction.name, { concept: "dx-noise" });
  const outcome = named(text.panels.unet.outcome, { concept: "dx-signal" });
  const reading = h("output", { class: "dx-guidance" });
  const slider = h("input", { type: "range", min: "0", max: "15", step: "0.5", class: "dx-range dx-guided",
    "aria-label": text.panels.unet.slider });
  const line = prose();
  /** @type {View | null} */
  let shown = null;
  /** @type {number | null} */
  let chosen = null;
  const sum = row(without.element, operator("+"),
    h("label", { class: "dx-mix" }, text.panels.unet.slider, " ", reading, slider), operator("×"), difference.element,
    operator("="), mixed.element, operator("→"), outcome.element);
  const [whole, left] = [named(text.places.prediction.name, { concept: "dx-noise" }),
    named(text.panels.unet.outcome, { concept: "dx-signal" })];
  const answer = row(whole.element, operator("→"), left.element); // where there are no two halves to mix
  const element = h("div", {}, answer, sum, line);
  const draw = () => {
    const { content, step, index } = /** @type {View} */ (shown);
    if (!content?.begin || !step) return;
    const anew = remix(step, chosen ?? step.guidance_scale ?? 1);
    const mixes = step.uncond !== null && step.cond !== null && anew !== null;
    show(mixes, sum);
    show(!mixes, answer);
    if (!step.uncond || !step.cond || !anew) {
      whole.draw(frameOf(content, index, "noise"));
      left.draw(frameOf(content, index, "x0"));
      setText(line, step.uncond ? text.panels.unet.processed : text.panels.unet.alone);
      return;
    }
    const matrix = content.begin.preview_matrix;
    const scale = chosen ?? /** @type {number} */ (step.guidance_scale);
    slider.value = String(scale);
    slider.style.setProperty("--filled", `${(100 * scale) / 15}%`);
    reading.textContent = number(scale);
    const apart = combine([1, step.cond], [-1, step.uncond]);
    without.draw(frameOf(content, index, "uncond"));
    difference.draw({ raster: latentRaster(apart, matrix, 2, 0) }, text.panels.unet.share(percent(step.text_share ?? 0)));
    mixed.draw({ raster: latentRaster(anew.noise, matrix, 0.6, 0) });
    outcome.draw({ raster: latentRaster(anew.x0, matrix) });
    setText(line,
      chosen === null || Math.abs(chosen - /** @type {number} */ (step.guidance_scale)) < 0.01
        ? text.panels.unet.line
        : text.panels.unet.whatIf(number(scale), number(/** @type {number} */ (step.guidance_scale))));
  };
  slider.addEventListener("input", () => {
    chosen = Number(slider.value);
    draw();
  });
  return { element, draw(view) {
    if (view.content?.begin !== shown?.content?.begin) chosen = null;
    shown = view;
    draw();
  } };
}

/** @param {Text} text @returns {Panel} */
function prediction(text) {
  const x = named(text.films.x.name);
  const taken = named(text.films.noise.name, { concept: "dx-noise" });
  const left = named(text.films.x0.name, { concept: "dx-signal" });
  const b = factor("dx-noise");
  const a = factor("dx-signal");
  const formula = h("p", { class: "dx-formula" });
  return {
    element: h("div", {}, row(x.element, operator("="), a, left.element, operator("+"), b, taken.element),
      prose(text.panels.prediction.line), formula),
    draw({ content, step, index }) {
      if (!step) return;
      x.draw(frameOf(content, index, "x"));
      taken.draw(frameOf(content, index, "noise"));
      left.draw(frameOf(content, index, "x0"));
      setText(a, `${number(step.a)} ×`);
      setText(b, `${number(step.b)} ×`);
      setText(formula, `x₀ = (xₜ − b·noise) / a = (xₜ − ${number(step.b)}·noise) / ${number(step.a)}`);
    },
  };
}

/** @param {Text} text @returns {Panel} */
function sampler(text) {
  const before = named(text.panels.sampler.before);
  const straight = named(text.panels.sampler.straight, { concept: "dx-signal" });
  const beside = named(text.panels.sampler.beside, { concept: "dx-noise" });
  const after = named(text.panels.sampler.after);
  const line = prose();
  const formula = h("p", { class: "dx-formula" });
  return {
    element: h("div", {},
      row(before.element, operator("→"), straight.element, operator("+"), beside.element, operator("="), after.element), line,
      formula),
    draw({ content, step, index }) {
      const move = content && samplerMove(content, index);
      if (!content?.begin || !step || !move) return setText(line, text.panels.sampler.pending);
      const matrix = content.begin.preview_matrix;
      const scale = 1 / Math.hypot(step.next_a, step.next_b);
      const at = step.next_a * scale;
      before.draw(frameOf(content, index, "x"));
      straight.draw({ raster: latentRaster(move.straight, matrix, scale, at) });
      beside.draw({ raster: latentRaster(move.beside, matrix, scale, 0) }, percent(move.besideShare));
      after.draw({ raster: latentRaster(move.next, matrix, scale, at) });
      setText(line, move.besideShare < 0.005
        ? text.panels.sampler.direct(content.begin.sampler_label)
        : text.panels.sampler.more(content.begin.sampler_label, percent(move.besideShare)));
      setText(formula,
        `${number(step.next_a)}·x₀ + ${number(step.next_b)}·noise   (σ ${number(step.b / step.a)} → ${
          number(step.next_b / step.next_a)
        })`);
    },
  };
}

/** @param {Text} text @returns {Panel} */
function decoder(text) {
  const input = named(text.panels.decoder.input, { size: 128 });
  const output = named(text.panels.decoder.output, { size: 128, pixelated: false });
  const line = prose();
  return { element: h("div", {}, row(input.element, operator("→"), output.element), line), draw(view) {
    const { content, index } = view;
    if (!content?.begin) return;
    const { latent_shape: latents, picture_size: [height, width], preview_r2: fit } = content.begin;
    input.draw(frameOf({ ...content, decoded: {} }, index, "x0"), latents.join(" × "));
    output.draw(content.decoded[index] ? frameOf(content, index, "x0") : frameWithGhost(view, index, "x0"),
      `${height} × ${width} × 3`);
    const [few, many] = [latents.reduce((size, length) => size * length, 1), height * width * 3];
    setText(line, text.panels.decoder.line(few, many, Math.round(many / few), percent(fit)));
  } };
}

/** Channels of several tensors side by side: one row a tensor, one column a channel, one colour scale. @param {Text} text */
function channelGrid(text) {
  const element = h("div", { class: "dx-channels", tabIndex: 0, role: "group" });
  return {
    element,
    /** @param {{ name: string, concept: string, tensor: Tensor }[]} rows @param {number} limit */
    draw(rows, limit) {
      const [channels, height, width] = rows[0].tensor.shape;
      const shown = Math.min(channels, 16);
      element.style.setProperty("--columns", String(shown));
      element.replaceChildren(h("span", {}),
        ...Array.from({ length: shown },
          (_, channel) => h("span", { class: "dx-caption" }, text.panels.latent.channel(channel + 1))),
        ...rows.flatMap((
          { name, concept, tensor },
        ) => [h("b", { class: concept }, name), ...Array.from({ length: shown }, (_, channel) => {
          const canvas = h("canvas", { class: "dx-pixels", role: "img",
            "aria-label": `${name} · ${text.panels.latent.channel(channel + 1)}` });
          paint(canvas, heatRaster(tensor.data, height, width, limit, channel * height * width));
          return canvas;
        })]));
    },
  };
}

/** What the colours of a heat map mean. @param {number} limit */
function scaleKey(limit) {
  return h("div", { class: "dx-key" }, `−${limit}`, h("span", { class: "dx-key-bar", "aria-hidden": "true" }), `+${limit}`);
}

export const panels = { sentence, encoder, noise, latent, unet, prediction, sampler, decoder };
