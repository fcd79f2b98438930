/** Four columns, one a model: what it makes of noise, how far that is from real data, and what it brings back of what it is shown. */

import { h, setText, show } from "../../kit/dom.js";
import { figure, percent } from "../../kit/format.js";
import { countOf, dots, one, plane, since } from "../../kit/learning.js";
import { square } from "../../kit/parts.js";
import { colourRaster } from "../../kit/pixels.js";
import { MODELS } from "./runs.js";

/** The colours of the four, everywhere. */
export const CONCEPTS = ["dx-noise", "dx-text", "dx-guidance", "dx-signal"];

/** @typedef {import("../../kit/protocol.js").Tensor} Tensor */

/** As many small pictures as there are. @param {string} className @param {(number: number) => string} words */
export function tiles(className, words) {
  const element = h("div", { class: `dx-tiles ${className}` });
  let all = /** @type {ReturnType<typeof square>[]} */ ([]);
  return { element, draw(/** @type {Tensor} */ pictures, /** @type {boolean} */ old) {
    if (all.length !== countOf(pictures)) {
      all = Array.from({ length: countOf(pictures) }, () => square({ size: 64 }));
      element.replaceChildren(...all.map((tile) => tile.element));
    }
    all.forEach((tile, at) => tile.draw({ raster: colourRaster(one(pictures, at)), old }, words(at + 1)));
  } };
}

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createWays(page) {
  const { text } = page;
  const words = text.ways;
  const columns = MODELS.map((name, at) => {
    const samples = tiles("dx-drawn", (number) => words.sample(words[name].name, number));
    const cloud = plane("cloud", "samples");
    const parts = { lead: h("p", { class: "dx-lead" }), quality: h("b", { class: CONCEPTS[at] }), modes: h("small", {}),
      rests: h("small", { class: "dx-rests" }), back: h("small", {}) };
    const shown = tiles("dx-back", (number) => words.heldOut(number));
    const rebuilt = tiles("dx-back", (number) => words.rebuilt(words[name].name, number));
    const backCloud = plane("cloud", "samples");
    const pairs = h("div", { class: "dx-pairs" }, h("small", {}, words.shownName), shown.element,
      h("small", {}, words.backName), rebuilt.element, backCloud.element);
    const element = h("section", { class: "dx-way" }, h("b", { class: CONCEPTS[at] }, words[name].name), parts.lead,
      h("small", {}, words.drawn), samples.element, cloud.element,
      h("p", { class: "dx-quality" }, parts.quality, " ", h("small", {}, words.quality)), parts.modes, parts.rests,
      at < 2 ? pairs : null, parts.back);
    return { name, element, samples, cloud, ...parts, shown, rebuilt, backCloud, pairs };
  });
  const real = h("p", { class: "dx-prose" });
  const element = h("div", {}, h("div", { class: "dx-ways" }, ...columns.map((column) => column.element)), real);

  /** @param {import("./runs.js").View} now */
  function draw({ content, look, old, index, updates }) {
    const begin = content?.begin;
    if (!begin || !look) return;
    const { request, held } = begin;
    const pictures = request.data === "pictures";
    columns.forEach((column, at) => {
      const { name } = column;
      setText(column.lead, words[name].lead(request.latent));
      const samples = one(look.samples, at);
      show(pictures, column.samples.element, column.shown.element, column.rebuilt.element);
      column.cloud.element.toggleAttribute("hidden", pictures);
      column.backCloud.element.toggleAttribute("hidden", pictures);
      if (pictures) column.samples.draw(samples, old);
      else column.cloud.draw([dots(held), dots(samples)], words.cloud(words[name].name));
      setText(column.quality, figure(look.quality[at]));
      setText(column.modes,
        look.modes && look.near ? words.modes(look.modes[at], begin.centres?.shape[0] ?? 0, percent(look.near[at])) : "");
      setText(column.rests, look.made[at] < look.update ? words.rests(look.update - look.made[at]) : "");
      setText(column.back, at < 2 ? words.error(figure(look.errors[at])) : words.noWayBack[at - 2]);
      if (at > 1) return;
      if (pictures) {
        column.shown.draw(held, old);
        column.rebuilt.draw(one(look.rebuilt, at), old);
      } else column.backCloud.draw([dots(held), dots(one(look.rebuilt, at))], words.backCloud(words[name].name));
    });
    const best = look.quality.indexOf(Math.min(...look.quality));
    setText(real,
      text.sentences([words.real(figure(Math.max(...begin.real))),
        look.update ? words.best(look.update, words[MODELS[best]].name, figure(look.quality[best])) : words.nothing,
        since(page, { updates, update: look.update, newest: index === content.looks.length - 1 })]));
  }

  return { element, draw };
}
