/** What all pictures share and where they part: their mean, the deviation from it, and how both come about over the steps. */

import { h, setText } from "../../kit/dom.js";
import { fixed, percent } from "../../kit/format.js";
import { mapped } from "../../kit/heatmap.js";
import { lineChart } from "../../kit/line_chart.js";
import { remembered } from "../../kit/memo.js";
import { square } from "../../kit/parts.js";
import { mappedRaster } from "../../kit/pixels.js";
import { colourProbe } from "../../kit/theme.js";
import { coursesOf } from "./courses.js";
import { ceiling, deviationOf } from "./derive.js";

const STOPS = ["--heat-low", "--heat-mid", "--heat-high"];

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {{ onSelect: (index: number) => void }} on
 */
export function createMean({ text, signal }, { onSelect }) {
  const words = text.mean;
  const mean = square({ size: 168, pixelated: false });
  const deviation = square({ size: 168, pixelated: false });
  const probe = colourProbe(STOPS);
  const [low, here, high] = [h("span", {}, "0"), h("b", {}), h("span", {})];
  const key = h("div", { class: "dx-deviation-key" }, low, h("span", { class: "dx-heat-key" }), high);
  const meanName = h("b", {});
  const [same, differs] = [h("span", { class: "dx-part dx-same" }), h("span", { class: "dx-part dx-differs" })];
  const [sameWords, differsWords] = [h("span", {}), h("span", {})];
  const shares = h("div", { class: "dx-shares" }, h("div", { class: "dx-shares-track", "aria-hidden": "true" }, same, differs),
    h("div", { class: "dx-shares-words" }, h("span", {}, h("i", { class: "dx-swatch dx-same" }), sameWords),
      h("span", {}, h("i", { class: "dx-swatch dx-differs" }), differsWords)));
  const chart = lineChart({ height: 148, margin: { top: 4, right: 0, bottom: 18, left: 34 }, inset: { x: 8, top: 4, bottom: 0 },
    names: "inside", signal, onSelect: (place) => onSelect(Math.round(place)) });
  const element = h("div", { class: "dx-mean" }, shares,
    h("div", { class: "dx-two" },
      h("figure", { class: "dx-named" }, mean.element, h("figcaption", {}, meanName, h("small", {}, words.meanNote))),
      h("figure", { class: "dx-named" }, deviation.element,
        h("figcaption", {}, h("b", {}, words.deviation), h("small", {}, words.deviationNote), key))),
    h("div", { class: "dx-chart-name" }, h("b", {}, words.chart), h("small", {}, words.chartNote)), chart.element,
    probe.element);

  let shown = /** @type {import("./messages").Spread | null} */ (null);

  /** The value under the pointer, beside the key. @param {PointerEvent | null} event */
  function read(event) {
    const box = deviation.element.getBoundingClientRect();
    if (!event || !shown || !box.width) return setText(here, "");
    const [height, width] = shown.deviation.shape;
    const at = (/** @type {number} */ share, /** @type {number} */ count) =>
      Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    const row = at((event.clientY - box.top) / box.height, height);
    const column = at((event.clientX - box.left) / box.width, width);
    setText(here, words.here(fixed(deviationOf(shown.deviation.data[row * width + column]))));
  }
  key.append(here);
  deviation.element.addEventListener("pointermove", read);
  deviation.element.addEventListener("pointerleave", () => read(null));

  /** @param {import("./runs.js").View} view */
  function draw({ content, old, index, count, spread }) {
    if (!content?.begin) return;
    const { spreads } = content.first;
    const top = remembered(spreads, "ceiling", () => ceiling(Object.values(spreads).map((one) => one.deviation)));
    const seeds = content.begin.seeds.length;
    shown = spread;
    setText(meanName, words.mean(seeds));
    setText(high, top.toFixed(1));
    if (spread) {
      mean.element.classList.toggle("dx-pixelated", !spread.exact);
      mean.draw({ picture: spread.mean, old }, words.meanWords(seeds));
      deviation.element.classList.toggle("dx-pixelated", !spread.exact);
      const whole = spread.fixed + spread.chance || 1;
      deviation.draw({ raster: heatOf(spread, top), old }, words.deviationWords(fixed(Math.sqrt(spread.chance))));
      same.style.width = `${(100 * spread.fixed) / whole}%`;
      differs.style.width = `${(100 * spread.chance) / whole}%`;
      setText(sameWords, words.same(percent(spread.fixed / whole)));
      setText(differsWords, words.differs(percent(spread.chance / whole)));
    }
    const steps = Array.from({ length: count }, (_, place) => spreads[place] ?? null);
    const guesses = steps.map((one) => one && Math.sqrt(one.chance));
    const noisy = steps.map((one) => one && one.noisy);
    const most = Math.max(0.2, ...noisy.map(Number), ...guesses.map(Number));
    const { told } = content.begin;
    const step = (/** @type {number} */ place) => text.step(told[place]);
    const { domain, ...courses } = coursesOf([{ name: words.noisy, concept: "dx-noise", dash: "5 3", values: noisy,
      nameAt: 0.04, above: true }, { name: words.guesses, concept: "dx-signal", values: guesses, nameAt: 0.5, above: false }],
      index);
    chart.draw({ ...courses, x: { domain, show: step, ends: [step(0), step(count - 1)] },
      y: { domain: [0, Math.ceil(most * 10) / 10], show: (value) => value.toFixed(1), read: fixed } },
      words.chartWords(guesses[0] === null ? "–" : fixed(guesses[0]),
        guesses[index] === null ? "–" : fixed(Number(guesses[index]))));
  }

  /** @param {import("./messages").Spread} spread @param {number} top */
  function heatOf(spread, top) {
    const stops = probe.read();
    const { data, shape: [height, width] } = spread.deviation;
    return remembered(spread, `heat ${top} ${stops}`,
      () => mappedRaster(data, height, width, (byte) => mapped(deviationOf(byte) / top, stops)), 4);
  }

  return { element, draw };
}
