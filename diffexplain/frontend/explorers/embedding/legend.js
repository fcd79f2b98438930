/** The legend, which is also the filter: what each colour stands for and how many points have it. */

import { h } from "../../kit/dom.js";
import { changes } from "../../kit/memo.js";
import { NONE, tally } from "../../kit/points.js";
import { spoken } from "../../kit/words.js";

/**
 * @param {import("./text.js").Text} text
 * @param {{ language: string, onHide: (hidden: number[]) => void }} options
 */
export function createLegend(text, { language, onHide }) {
  const element = h("div", { class: "dx-legend", role: "group", "aria-label": text.legend.name });
  const changed = changes();

  return {
    element,
    /** @param {{ key: string, names: any[], values: any }} category @param {string[]} colours @param {number[]} hidden */
    draw(category, colours, hidden) {
      if (!changed(category, colours, hidden)) return;
      const held = /** @type {HTMLElement | null} */ (element.querySelector(":focus"))?.dataset.value;
      const counts = tally(category.values.data, category.values.data.keys()).sort((a, b) => a.value - b.value);
      const chips = counts.map(({ value, count }) => {
        const name = value === NONE ? text.legend.none : spoken(category.names[value], language);
        const dot = h("i", { class: "dx-chip-dot" });
        dot.style.background = colours[Math.min(value, colours.length - 1)];
        const shown = !hidden.includes(value);
        const chip = h("button", { type: "button", class: "dx-chip", "aria-pressed": String(shown),
          title: text.legend.entry(name, count),
          onclick: () => onHide(shown ? [...hidden, value] : hidden.filter((other) => other !== value)),
          ondblclick: () => onHide(counts.map((other) => other.value).filter((other) => other !== value)) }, dot, name);
        chip.dataset.value = String(value);
        return chip;
      });
      const shapes = h("span", { class: "dx-shapes" }, h("i", { class: "dx-shape-picture" }), text.legend.shapes.picture,
        h("i", { class: "dx-shape-text" }), text.legend.shapes.text);
      const all = h("button", { type: "button", class: "dx-link", onclick: () => onHide([]) }, text.legend.all);
      element.replaceChildren(...chips, ...(hidden.length ? [all] : []), shapes);
      if (held) /** @type {HTMLElement | null} */ (element.querySelector(`[data-value="${held}"]`))?.focus();
    },
  };
}
