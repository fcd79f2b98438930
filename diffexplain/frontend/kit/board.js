/** A scatter plot as it stands in a page: tools in a corner, a line of words while nothing has come. */

import { h } from "./dom.js";

/** A small button with a sign on it. @param {string} sign @param {string} name @param {() => void} onclick */
export const tool = (sign, name, onclick) =>
  h("button", { type: "button", class: "dx-tool", title: name, "aria-label": name, onclick }, sign);

/**
 * @param {ReturnType<typeof import("./scatter.js").scatter>} plot
 * @param {{ waiting: string, name: string, closer: string, wider: string, all: string }} words  the last four of its tools
 * @param {{ tools?: Node[], corner?: HTMLElement[], above?: Node[] }} [options]  further tools, what stays in a corner, and what else lies over the plot
 */
export function boardOf(plot, words, { tools = [], corner = [], above = [] } = {}) {
  const group = h("div", { class: "dx-tools-map", role: "group", "aria-label": words.name },
    tool("+", words.closer, () => plot.zoom(1.5)), tool("−", words.wider, () => plot.zoom(1 / 1.5)),
    tool("⤢", words.all, plot.fit), ...tools);
  const waiting = h("p", { class: "dx-map-waiting" }, words.waiting);
  plot.keepClearOf([group, ...corner]);
  return { element: h("div", { class: "dx-map" }, plot.element, group, ...corner, ...above, waiting), waiting };
}
