/** The controls: what to draw, how, and which samplers, grouped by how each gets its direction. */

import { choiceControl, sliderControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { barOf, guidanceControl, wishControls } from "../../kit/run_controls.js";
import { spoken } from "../../kit/words.js";

export const FAMILIES = ["one", "two", "memory", "noise"];

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createBar({ text, language, constants, write }) {
  const offer = constants("_controls");
  const words = text.controls;
  const { usual, usualHint, hints } = words.spacing;
  const spacing = choiceControl({ ...words.spacing, onChange: (value) => write("spacing", value || null),
    choices: [{ value: "", label: usual, hint: usualHint },
      ...offer.spacings.map((/** @type {string} */ name) => ({ value: name, label: name, hint: hints[name] ?? "" }))] });
  const chips = samplerChips(offer, words.samplers, language, (names) => write("samplers", names));
  const parts = { ...wishControls(words, offer.limits, write),
    steps: sliderControl({ ...words.steps, min: 2, max: 50, step: 1, show: String,
      onChange: (value) => write("steps", value) }), guidance_scale: guidanceControl(words.guidance, write),
    spacing: { ...spacing, set(/** @type {string | null} */ value) {
      spacing.set(value ?? "");
      chips.fit(value);
    } },
    eta: sliderControl({ ...words.eta, min: 0, max: 1, step: 0.1, concept: "dx-noise", show: (value) => value.toFixed(1),
      onChange: (value) => write("eta", value) }), samplers: chips };
  parts.eta.element.hidden = !offer.eta;
  parts.eta.element.classList.add("dx-eta");
  return barOf(parts);
}

/**
 * Samplers to switch on and off.
 * @param {any} offer  what Python offers
 * @param {import("./text.js").Text["controls"]["samplers"]} words
 * @param {string} language
 * @param {(names: string[]) => void} onChange
 * @returns {import("../../kit/controls.js").Control<string[]> & { fit: (spacing: string | null) => void }}
 */
function samplerChips({ samplers, limits: { least, most } }, words, language, onChange) {
  const names = samplers.map((/** @type {any} */ { name }) => name);
  const sentences = samplers.map((/** @type {any} */ { sentence }) => spoken(sentence, language));
  const note = h("span", { class: "dx-refused", role: "alert" });
  const buttons = samplers.map((/** @type {any} */ { name, label, family }, /** @type {number} */ at) =>
    h("button", { type: "button", class: `dx-chip dx-family-${family}`, title: sentences[at], "aria-pressed": "false",
      onclick: () => toggle(name) }, label)
  );
  const groups = FAMILIES.map((family) => {
    const own = buttons.filter((/** @type {HTMLElement} */ _, /** @type {number} */ at) => samplers[at].family === family);
    const { name, hint } = words.families[family];
    return own.length
      ? h("div", { class: "dx-family", role: "group", "aria-label": name, title: hint },
        h("span", { class: `dx-family-title dx-family-${family}` }, name), ...own)
      : null;
  });
  let chosen = /** @type {string[]} */ ([]);

  /** @param {string} name */
  function toggle(name) {
    const next = chosen.includes(name)
      ? chosen.filter((other) => other !== name)
      : names.filter((/** @type {string} */ other) => other === name || chosen.includes(other));
    const refusal = next.length < least ? words.least(least) : next.length > most ? words.most(most) : "";
    note.textContent = refusal;
    if (refusal) return;
    set(next);
    onChange(next);
  }

  /** @param {string[]} wanted */
  function set(wanted) {
    chosen = wanted;
    for (const [at, button] of buttons.entries()) button.setAttribute("aria-pressed", String(wanted.includes(names[at])));
  }

  return {
    element: h("div", { class: "dx-field dx-samplers", role: "group", "aria-label": words.label },
      h("div", { class: "dx-families" }, ...groups), note),
    set,
    refuse: (why) => why && (note.textContent = why),
    disable(why) {
      for (const [at, button] of buttons.entries()) Object.assign(button, { disabled: true, title: `${sentences[at]} ${why}` });
    },
    /** Marks those that don't have a spacing. */
    fit(spacing) {
      for (const [at, button] of buttons.entries()) {
        const unfit = spacing !== null && !samplers[at].spacings.includes(spacing);
        button.classList.toggle("dx-unfit", unfit);
        button.title = unfit ? `${sentences[at]} ${words.noSpacing(spacing)}` : sentences[at];
      }
    },
  };
}
