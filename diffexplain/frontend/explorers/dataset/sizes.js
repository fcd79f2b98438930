/** The data sets of the field on one logarithmic axis: a row each, a dot for each figure that is given of it. */

import { h, setText } from "../../kit/dom.js";

const ENDS = [1e5, 1e10];
const TICKS = [1e5, 1e6, 1e7, 1e8, 1e9, 1e10];
const share = (/** @type {number} */ count) => 100 * Math.log(count / ENDS[0]) / Math.log(ENDS[1] / ENDS[0]);

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 */
export function createSizes({ text, chosen, choose }) {
  const words = text.sizes;
  const lead = h("p", { class: "dx-prose" });
  const rows = h("div", { class: "dx-sizes" });
  const element = h("div", { class: "dx-field-of-data" }, h("b", { class: "dx-head" }, words.title), lead, rows,
    h("div", { class: "dx-size dx-axis-row", "aria-hidden": "true" }, h("span", {}),
      h("span", { class: "dx-track" }, ...TICKS.map((tick) => {
        const label = h("small", {}, text.short(tick));
        label.style.left = `${share(tick)}%`;
        return label;
      }))), h("small", {}, words.key));
  let drawn = /** @type {import("./messages").DataSet[] | null} */ (null);
  let buttons = /** @type {HTMLButtonElement[]} */ ([]);

  /** @param {import("./messages").DataSet} set @param {number} at */
  function row(set, at) {
    const { name, year, figures } = set;
    const dots = [...figures].reverse().map(({ count, unit, what }, place) => {
      const dot = h("i", { class: `dx-dot-of dx-in-${unit} ${place === figures.length - 1 ? "dx-main" : ""}`,
        title: text.figure({ count, unit, what }) });
      dot.style.left = `${share(count)}%`;
      return dot;
    });
    const counts = figures.map(({ count }) => count);
    const span = h("i", { class: "dx-span" });
    span.style.left = `${share(Math.min(...counts))}%`;
    span.style.right = `${100 - share(Math.max(...counts))}%`;
    buttons.push(
      h("button", { type: "button", class: "dx-link", title: words.open, "aria-pressed": "false", onclick: () =>
        choose({ panel: "sets", picked: at }) }, name),
    );
    return h("div", { class: "dx-size" }, h("span", { class: "dx-size-name" }, buttons[at], h("small", {}, String(year))),
      h("span", { class: "dx-track", role: "img", "aria-label": words.row(set) }, span, ...dots));
  }

  return {
    element,
    /** @param {import("./derive.js").View} now */
    draw({ sets }) {
      if (sets !== drawn && sets.length) {
        drawn = sets;
        buttons = [];
        rows.replaceChildren(...sets.map(row));
        const mains = sets.map(({ figures }) => figures[0].count);
        setText(lead, words.lead(sets.length, Math.max(...mains) / Math.min(...mains)));
      }
      const { panel, picked } = chosen.get();
      buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(panel === "sets" && at === picked)));
    },
  };
}
