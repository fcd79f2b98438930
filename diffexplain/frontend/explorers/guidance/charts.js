/** A small chart with a name and a note above it. */

import { h } from "../../kit/dom.js";
import { lineChart } from "../../kit/line_chart.js";

/**
 * @param {{ name: string, note: string }} words
 * @param {{ signal: AbortSignal, onSelect: (x: number) => void, names?: "end" | "none" }} options
 */
export function chartOf({ name, note }, { signal, onSelect, names = "end" }) {
  const chart = lineChart({ height: 150, margin: { top: 8, right: 16, bottom: 22, left: 44 },
    inset: { x: 6, top: 4, bottom: 4 }, names, signal, onSelect });
  const said = h("small", {}, note);
  return {
    element: h("div", { class: "dx-chart-part" }, h("div", { class: "dx-chart-name" }, h("b", {}, name), said), chart.element),
    draw: chart.draw,
    note: said,
  };
}

/** Along an axis. @param {number} value */
export const plainNumber = (value) => String(Number(value.toFixed(2)));
/** @param {number} value */
export const wholePercent = (value) => `${Math.round(100 * value)} %`;

/** The selected step and all steps, counted from 1, as the axis of a chart. @param {number} count */
export const stepAxis = (count) => ({ x: Array.from({ length: count }, (_, at) => at + 1),
  axis: { domain: /** @type {[number, number]} */ ([1, Math.max(2, count)]), whole: true, show: String } });
