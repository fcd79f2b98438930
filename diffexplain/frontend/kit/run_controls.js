/** The controls of a run of a pipeline, the same in all explorers: they write traits of the request, and follow them. */

import { choiceControl, seedControl, sliderControl, textControl } from "./controls.js";
import { h } from "./dom.js";
import { spoken } from "./words.js";

/** @typedef {{ label: string, hint: string }} Words */

/**
 * What to draw, and from which noise.
 * @param {{ prompt: Words, negative: Words, seed: Words & { dice: string } }} words
 * @param {{ prompt: number, seed: number }} limits
 * @param {(name: string, value: any) => void} write
 */
export function wishControls(words, limits, write) {
  return {
    prompt: textControl({ ...words.prompt, className: "dx-grow", maxLength: limits.prompt, onChange: (value) =>
      write("prompt", value) }),
    negative_prompt: textControl({ ...words.negative, className: "dx-less", maxLength: limits.prompt, onChange: (value) =>
      write("negative_prompt", value) }),
    seed: seedTrait(words.seed, "seed", limits.seed, write),
  };
}

/** A seed with its dice. @param {Words & { dice: string }} words @param {string} name  of the trait @param {number} most @param {(name: string, value: any) => void} write */
export function seedTrait(words, name, most, write) {
  const seed = seedControl({ ...words, diceLabel: words.dice, min: 0, max: most, roll: () => Math.floor(Math.random() * 1e6),
    onChange(value) {
      seed.set(value);
      write(name, value);
    } });
  return seed;
}

/** @param {Words} words @param {(name: string, value: any) => void} write */
export function guidanceControl(words, write) {
  return sliderControl({ ...words, min: 1, max: 15, step: 0.5, concept: "dx-guidance", show: (value) => value.toFixed(1),
    onChange: (value) => write("guidance_scale", value) });
}

/**
 * How to draw it.
 * @param {{ sampler: Words, steps: Words, guidance: Words }} words
 * @param {string} language
 * @param {{ name: string, label: string, sentence: any }[]} samplers
 * @param {(name: string, value: any) => void} write
 */
export function wayControls(words, language, samplers, write) {
  return {
    sampler: choiceControl({ ...words.sampler, onChange: (value) => write("sampler", value),
      choices: samplers.map(({ name, label, sentence }) => ({ value: name, label, hint: spoken(sentence, language) })) }),
    steps: sliderControl({ ...words.steps, min: 1, max: 50, step: 1, show: String, onChange: (value) =>
      write("steps", value) }),
    guidance_scale: guidanceControl(words.guidance, write),
  };
}

/**
 * All of them in one quiet row.
 * @param {Parameters<typeof wishControls>[0] & Parameters<typeof wayControls>[0]} words
 * @param {string} language
 * @param {any} offer  the `_controls` trait: samplers, limits
 * @param {(name: string, value: any) => void} write
 */
export function runBar(words, language, { samplers, limits }, write) {
  return barOf({ ...wishControls(words, limits, write), ...wayControls(words, language, samplers, write) });
}

/**
 * Controls in one quiet row.
 * @template {Record<string, { element: HTMLElement }>} Parts
 * @param {Parts} parts  by the names of their traits
 */
export const barOf = (parts) => ({ element: h("div", { class: "dx-bar" }, ...Object.values(parts).map((part) => part.element)),
  parts });
