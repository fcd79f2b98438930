/** The controls in one quiet row: they write traits of the request, and follow them. */

import { choiceControl, seedControl, sliderControl, textControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { spoken } from "../../kit/words.js";

/**
 * @param {import("./text.js").Text} text
 * @param {string} language
 * @param {any} controls  the `_controls` trait: samplers, limits, whether a negative prompt is of use
 * @param {(name: string, value: any) => void} write
 */
export function createBar(text, language, controls, write) {
  const { limits } = controls;
  const words = text.controls;
  const parts = {
    prompt: textControl({ ...words.prompt, className: "dx-grow", maxLength: limits.prompt, onChange: (value) => write("prompt", value) }),
    negative_prompt: textControl({ ...words.negative, className: "dx-less", maxLength: limits.prompt, onChange: (value) => write("negative_prompt", value) }),
    seed: seedControl({
      ...words.seed, diceLabel: words.seed.dice, min: 0, max: limits.seed, roll: () => Math.floor(Math.random() * 1e6),
      onChange: (value) => {
        parts.seed.set(value);
        write("seed", value);
      },
    }),
    sampler: choiceControl({
      ...words.sampler, onChange: (value) => write("sampler", value),
      choices: controls.samplers.map((/** @type {any} */ sampler) => ({ value: sampler.name, label: sampler.label, hint: spoken(sampler.sentence, language) })),
    }),
    steps: sliderControl({ ...words.steps, min: 1, max: 50, step: 1, show: String, onChange: (value) => write("steps", value) }),
    guidance_scale: sliderControl({ ...words.guidance, min: 1, max: 15, step: 0.5, concept: "dx-guidance", show: (value) => value.toFixed(1), onChange: (value) => write("guidance_scale", value) }),
  };
  if (!controls.negative) parts.negative_prompt.disable(text.controls.noNegative);
  return { element: h("div", { class: "dx-bar" }, ...Object.values(parts).map((part) => part.element)), parts };
}
