/** Colours of the map, read from the page's theme each time it changes. */

import { colourProbe } from "../../kit/theme.js";

const GROUPS = 8;
const LANES = 4;
const NAMES = ["--ink", "--paper", "--soft", "--signal", "--text", "--group-none",
  ...Array.from({ length: GROUPS }, (_, at) => `--group-${at}`), ...Array.from({ length: LANES }, (_, at) => `--lane-${at}`)];

/** @typedef {ReturnType<ReturnType<typeof palette>["read"]>} Colours */

export function palette() {
  const probe = colourProbe(NAMES);
  return { element: probe.element, read() {
    const all = Object.fromEntries(
      probe.read().map(([red, green, blue],
        at) => [NAMES[at].slice(2), `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`]
      ),
    );
    return {
      theme: { ink: all.ink, paper: all.paper, soft: all.soft },
      signal: all.signal,
      text: all.text,
      lanes: Array.from({ length: LANES }, (_, at) => all[`lane-${at}`]),
      /** Of a category's values; the last one is that of none. @param {{ key: string, names: any[], colours: string[] }} category */
      of(category) {
        if (category.colours.length) return [...category.colours, all["group-none"]];
        if (category.key === "kind") return [all.signal, all.text, all["group-none"]];
        return [...category.names.map((_, at) => all[`group-${at % GROUPS}`]), all["group-none"]];
      },
    };
  } };
}
