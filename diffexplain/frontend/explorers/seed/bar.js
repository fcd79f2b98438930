/** The controls in one quiet row: they write traits of the request, and follow them. */

import { sliderControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { wayControls, wishControls } from "../../kit/run_controls.js";

/** What the slider of seeds offers: walls that are square. */
export const COUNTS = [4, 9, 16, 25, 36, 49, 64];

/** The slider's place nearest to a number of seeds. @param {number} count */
export const countPlace = (count) =>
  COUNTS.reduce((best, offered, at) => (Math.abs(offered - count) < Math.abs(COUNTS[best] - count) ? at : best), 0);

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createBar({ text, language, constants, write }) {
  const { samplers, limits } = constants("_controls");
  const words = text.controls;
  let count = 0;
  const many = sliderControl({ ...words.count, min: 0, max: COUNTS.length - 1, step: 1, show: () => String(count),
    onChange: () => write("count", count) });
  many.element.addEventListener("input", (event) => { // before the slider shows its value
    if (event.target instanceof HTMLInputElement) count = COUNTS[Number(event.target.value)];
  }, true);
  const parts = { ...wishControls(words, limits, write), count: { ...many, set: (/** @type {number} */ value) => {
    count = value;
    many.set(countPlace(value));
  } }, ...wayControls(words, language, samplers, write) };
  const element = h("div", { class: "dx-bar dxw-bar" }, ...Object.values(parts).map((part) => part.element));
  return { element, parts: /** @type {Record<string, import("../../kit/controls.js").Control<any>>} */ ({ ...parts }) };
}
