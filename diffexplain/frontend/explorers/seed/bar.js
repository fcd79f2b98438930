/** The controls in one quiet row: they write traits of the request, and follow them. */

import { choiceControl, seedControl, sliderControl, textControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { spoken } from "../../kit/words.js";

/** What the slider of seeds offers: walls that are square. */
export const COUNTS = [4, 9, 16, 25, 36, 49, 64];

/** The slider's place nearest to a number of seeds. @param {number} count */
export const countPlace = (count) => COUNTS.reduce((best, offered, at) => (Math.abs(offered - count) < Math.abs(COUNTS[best] - count) ? at : best), 0);

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createBar({ text, language, constants, write }) {
  const { samplers, limits } = constants("_controls");
  const words = text.controls;
  let count = 0;
  const many = sliderControl({ ...words.count, min: 0, max: COUNTS.length - 1, step: 1, show: () => String(count), onChange: () => write("count", count) });
  many.element.addEventListener("input", (event) => { // before the slider shows its value
    if (event.target instanceof HTMLInputElement) count = COUNTS[Number(event.target.value)];
  }, true);
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
    count: { ...many, set: (/** @type {number} */ value) => {
      count = value;
      many.set(countPlace(value));
    } },
    sampler: choiceControl({
      ...words.sampler, onChange: (value) => write("sampler", value),
      choices: samplers.map((/** @type {any} */ sampler) => ({ value: sampler.name, label: sampler.label, hint: spoken(sampler.sentence, language) })),
    }),
    steps: sliderControl({ ...words.steps, min: 1, max: 50, step: 1, show: String, onChange: (value) => write("steps", value) }),
    guidance_scale: sliderControl({ ...words.guidance, min: 1, max: 15, step: 0.5, concept: "dx-guidance", show: (value) => value.toFixed(1), onChange: (value) => write("guidance_scale", value) }),
  };
  const element = h("div", { class: "dx-bar dxw-bar" }, ...Object.values(parts).map((part) => part.element));
  return { element, parts: /** @type {Record<string, import("../../kit/controls.js").Control<any>>} */ ({ ...parts }) };
}
