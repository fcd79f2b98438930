/** The picture as it is now, large, and the histogram of its values beside the exact Gaussian. */

import { h, setText, show } from "../../kit/dom.js";
import { figure, percent } from "../../kit/format.js";
import { densities, histogram } from "../../kit/histogram.js";
import { shareBar, square } from "../../kit/parts.js";
import { neighbours } from "./derive.js";
import { largeFrame, pixelsOf, raster } from "./view.js";

/** The bins are centred on multiples of 1/8, so that white and black, 1 and -1, have one of their own. */
const [LOW, HIGH, BINS] = [-3.5625, 3.5625, 57];

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createStage({ text, signal }) {
  const large = square({ size: 288 });
  const original = square({ size: 72 });
  const latents = square({ size: 72 });
  const latentsFigure = h("figure", {}, latents.element, h("figcaption", {}, text.stage.latents));
  const after = h("b", {});
  const note = h("small", {});
  const share = shareBar({ signalWord: text.signalWord, noiseWord: text.noiseWord });
  const chart = histogram({ low: LOW, high: HIGH, top: 0.8, height: 258, bandName: text.histogram.band, signal });
  const title = h("b", {});
  const key = h("div", { class: "dx-lines-key" }, h("span", { class: "dx-key-now" }, text.histogram.now),
    h("span", { class: "dx-key-exact" }, text.histogram.exact), h("span", { class: "dx-key-before" }, text.histogram.before));
  const state = h("small", { role: "status" });
  const element = h("div", { class: "dx-stage" },
    h("div", { class: "dx-large" }, large.element, h("div", { class: "dx-under" }, after, note)),
    h("div", { class: "dx-values" }, h("div", { class: "dx-head" }, title, state), key, chart.element,
      h("div", { class: "dx-beside" }, h("figure", {}, original.element, h("figcaption", {}, text.stage.original)),
        latentsFigure, share.element)));

  /** @param {import("./view.js").View} view @param {string} stateWords */
  function draw({ content, index, steps, x, measures, old, exact }, stateWords) {
    setText(state, stateWords);
    element.classList.toggle("dx-empty", !content);
    if (!content?.begin) return;
    const { begin } = content;
    const latent = begin.preview_matrix !== null;
    element.style.setProperty("--pixels", pixelsOf(begin.x0));
    const shown = largeFrame(content, index);
    const words = text.stage.after(index, steps);
    large.draw(shown.frame && { ...shown.frame, old },
      measures ? text.stage.words(words, percent(1 - measures.signalShare)) : words);
    original.draw({ picture: begin.original, old }, text.stage.original);
    setText(after, words);
    const { before, after: next } = neighbours(content, index);
    setText(note,
      shown.step !== index ? text.stage.nearest(shown.step) : exact || next === null ? "" : text.stage.mixed(before, next));
    share.set(measures?.signalShare ?? null);
    show(latent, latentsFigure);
    if (latent && x) latents.draw({ raster: raster(content, x, 1, 1), old }, text.stage.latents);
    setText(title, text.histogram.title(begin.x0.data.length, latent));
    element.classList.toggle("dx-stale", old);
    if (x && measures) {
      const told = text.histogram.words(figure(measures.mean), figure(measures.deviation), percent(measures.gap));
      chart.draw(densities(x.data, LOW, HIGH, BINS), densities(begin.x0.data, LOW, HIGH, BINS), latent ? null : [-1, 1], told);
    }
  }

  return { element, draw };
}
