/** How the maps are shown: of a step or of the whole run, smooth or as patches, in own colours or the same, how strong. */

import { sliderControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { segmentControl } from "../../kit/segments.js";

/**
 * @param {import("./text.js").Text} text
 * @param {(changes: Record<string, any>) => void} choose
 */
export function createLook(text, choose) {
  const words = text.look;
  const pair = (/** @type {{ label: string, hint: string }} */ { label, hint },
    /** @type {[string, { label: string, hint: string }][]} */ choices, /** @type {(value: string) => void} */ onChange) =>
    segmentControl({ label, hint, choices: choices.map(([value, choice]) => ({ value, ...choice })), onChange });
  const over = pair(words.over, [["step", words.step], ["run", words.run]], (value) => choose({ over: value }));
  const drawn = pair(words.drawn, [["smooth", words.smooth], ["patches", words.patches]],
    (value) => choose({ patches: value === "patches" }));
  const scale = pair(words.scale, [["own", words.own], ["same", words.same]], (value) => choose({ scale: value }));
  const strength = sliderControl({ ...words.strength, min: 0, max: 1, step: 0.05,
    show: (value) => `${Math.round(100 * value)} %`, onChange: (value) => choose({ strength: value }) });
  return {
    element: h("div", { class: "dxa-look" }, ...[over, drawn, scale, strength].map((part) => part.element)),
    /** @param {any} chosen */
    draw(chosen) {
      over.set(chosen.over);
      drawn.set(chosen.patches ? "patches" : "smooth");
      scale.set(chosen.scale);
      strength.set(chosen.strength);
    },
  };
}
