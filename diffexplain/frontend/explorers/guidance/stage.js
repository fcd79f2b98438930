/** The two halves of the selected step, what lies between them, and any mixture of the two: a scale that is moved here, in the page. */

import { h, setText, show } from "../../kit/dom.js";
import { operator } from "../../kit/figures.js";
import { square } from "../../kit/parts.js";
import { frameOf, isIdle, isRemixed } from "./derive.js";

const MOST = 20; // of the scale

/** @typedef {import("./derive.js").Part} Part */

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createStage({ text, choose }) {
  const words = text.halves;
  const title = h("b", {});
  const state = h("span", { class: "dx-caption dx-state", role: "status" });
  const figures =
    /** @type {Record<Part, ReturnType<typeof half>>} */ ({ without: half(words.without.name, words.expected, words.noise),
      with: half(words.with.name, words.expected, words.noise, "dx-text"),
      change: half(words.change.name, words.difference, words.double, "dx-guidance", true),
      guided: half(words.guided.name, words.expected, words.noise, "dx-signal") });
  const reading = h("output", { class: "dx-guidance" });
  const slider = h("input", { type: "range", min: "0", max: String(MOST), step: "0.5", class: "dx-range dx-guided",
    "aria-label": words.scale, title: words.scaleHint, oninput: () => choose({ remix: Number(slider.value) }) });
  const back = h("button", { type: "button", class: "dx-link", onclick: () => choose({ remix: null }) });
  const ends = h("span", { class: "dx-ends dx-caption", "aria-hidden": "true" }, h("span", {}, "0"),
    h("span", {}, String(MOST)));
  const mixer = h("div", { class: "dx-mixer" }, h("label", {}, words.scale), reading, slider, ends, back);
  const line = h("p", { class: "dx-prose", role: "status" });
  const row = h("div", { class: "dx-halves" }, figures.with.element, operator("−"), figures.without.element, operator("="),
    figures.change.element, operator("×"), mixer, operator("→"), figures.guided.element);
  const element = h("div", { class: "dx-stage" }, h("div", { class: "dx-top" }, title, state),
    h("p", { class: "dx-lead" }, words.lead), row, line);

  /** @param {import("./runs.js").View} view @param {string} stands  where the run stands */
  function draw(view, stands) {
    const { content, index, count, own, scale, step } = view;
    const request = content?.begin?.request;
    setText(state, stands);
    setText(title, count ? words.title(index, count) : words.empty);
    const without = request?.negative_prompt ? words.negative : words.without;
    figures.without.name(without.name);
    for (const part of /** @type {Part[]} */ (Object.keys(figures))) {
      const named = part === "without" ? without : words[part];
      for (const as of /** @type {const} */ (["original", "noise"]))
        figures[part][as].draw(frameOf(view, part, as),
          `${named.name} · ${as === "noise" ? words.noise : part === "change" ? words.difference : words.expected} · ${
            text.stepWords(index, count)
          }`);
    }
    const [now, was] = [scale, own].map((value) => (value ?? 1).toFixed(1));
    slider.value = String(scale ?? 1);
    slider.style.setProperty("--filled", `${(100 * Math.min(MOST, scale ?? 1)) / MOST}%`);
    slider.setAttribute("aria-valuetext", now);
    setText(reading, now);
    const other = isRemixed(view);
    back.disabled = !other;
    setText(back, words.own(was));
    setText(line,
      other
        ? words.remixed(now, was)
        : content && isIdle(content)
        ? words.idle
        : step && !step.plain && step.scale !== null && request && request.guidance_scale > 1
        ? words.processed
        : words.plain(without.name, now));
    show(count > 0, line);
  }

  return { element, draw };
}

/** A half: the picture that it expects, and below, the noise that this says. @param {string} name @param {string} expected @param {string} noise @param {string} [concept] @param {boolean} [pixelated] */
function half(name, expected, noise, concept = "", pixelated = false) {
  const [large, small] = [square({ size: 128, pixelated: true }), square({ size: 56 })];
  large.element.classList.toggle("dx-latent", pixelated);
  const title = h("b", { class: concept }, name);
  const element = h("figure", { class: "dx-half" }, h("figcaption", {}, title, h("small", {}, expected)), large.element,
    h("span", { class: "dx-said" }, small.element, h("small", {}, noise)));
  return { element, original: large, noise: small, name: (/** @type {string} */ now) => setText(title, now) };
}
