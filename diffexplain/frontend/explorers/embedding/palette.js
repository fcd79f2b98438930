/** Colours of the map, read from the page's theme each time it changes. */

import { themeColours } from "../../kit/theme.js";

const GROUPS = 8;
const LANES = 4;
const NAMES = ["--ink", "--paper", "--soft", "--signal", "--text", "--group-none",
  ...Array.from({ length: GROUPS }, (_, at) => `--group-${at}`), ...Array.from({ length: LANES }, (_, at) => `--lane-${at}`)];

/** @typedef {ReturnType<ReturnType<typeof palette>["read"]>} Colours */

export function palette() {
  const theme = themeColours(NAMES);
  return { element: theme.element, read() {
    const all = theme.read();
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
