/** How the maps are shown: of a step or of the whole run, smooth or as patches, in own colours or the same, how strong. */

import { sliderControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { wordedSegments } from "../../kit/segments.js";

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createLook({ text, choose }) {
  const words = text.look;
  const pair = (/** @type {"over" | "drawn" | "scale"} */ name, /** @type {(keyof typeof words)[]} */ choices) =>
    wordedSegments({ ...words[name], ...Object.fromEntries(choices.map((one) => [one, words[one]])) }, choices, (value) =>
      choose(name === "drawn" ? { patches: value === "patches" } : { [name]: value }));
  const [over, drawn, scale] = [pair("over", ["step", "run"]), pair("drawn", ["smooth", "patches"]),
    pair("scale", ["own", "same"])];
  const strength = sliderControl({ ...words.strength, min: 0, max: 1, step: 0.05,
    show: (value) => `${Math.round(100 * value)} %`, onChange: (value) => choose({ strength: value }) });
  return {
    element: h("div", { class: "dx-look" }, ...[over, drawn, scale, strength].map((part) => part.element)),
    /** @param {any} chosen */
    draw(chosen) {
      over.set(chosen.over);
      drawn.set(chosen.patches ? "patches" : "smooth");
      scale.set(chosen.scale);
      strength.set(chosen.strength);
    },
  };
}
