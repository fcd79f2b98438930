/** The controls: what to draw, how, and which samplers, grouped by how each gets its direction. */

import { choiceControl, sliderControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { barOf, guidanceControl, wishControls } from "../../kit/run_controls.js";
import { spoken } from "../../kit/words.js";

export const FAMILIES = ["one", "two", "memory", "noise"];

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createBar({ text, language, constants, write }) {
  const offer = constants("_controls");
  const { limits } = offer;
  const words = text.controls;
  const spacing = choiceControl({ label: words.spacing.label, hint: words.spacing.hint,
    onChange: (value) => write("spacing", value || null),
    choices: [{ value: "", label: words.spacing.usual, hint: words.spacing.usualHint },
      ...offer.spacings.map((/** @type {string} */ name) => ({ value: name, label: name,
        hint: words.spacing.hints[name] ?? "" })
      )] });
  const chips = samplerChips(offer, words.samplers, language, (names) => write("samplers", names));
  const parts = { ...wishControls(words, limits, write),
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
function samplerChips({ samplers, limits }, words, language, onChange) {
  let chosen = /** @type {string[]} */ ([]);
  let off = false;
  const note = h("span", { class: "dx-refused", role: "alert" });
  const buttons = samplers.map((/** @type {any} */ { name, label, family, sentence }) => {
    const button = h("button", { type: "button", class: `dx-chip dx-family-${family}`, title: spoken(sentence, language),
      "aria-pressed": "false", onclick: () => toggle(name) }, label);
    button.dataset.name = name;
    button.dataset.sentence = spoken(sentence, language);
    return button;
  });
  const groups = FAMILIES.flatMap((family) => {
    const own = buttons.filter((/** @type {HTMLElement} */ _, /** @type {number} */ at) => samplers[at].family === family);
    return own.length
      ? [
        h("div", { class: "dx-family", role: "group", "aria-label": words.families[family].name,
          title: words.families[family].hint },
          h("span", { class: `dx-family-title dx-family-${family}` }, words.families[family].name), ...own),
      ]
      : [];
  });

  /** @param {string} name */
  function toggle(name) {
    const next = chosen.includes(name)
      ? chosen.filter((other) => other !== name)
      : samplers.map((/** @type {any} */ each) => each.name).filter((/** @type {string} */ other) =>
        other === name || chosen.includes(other)
      );
    if (off) return;
    if (next.length < limits.least) return refuse(words.least(limits.least));
    if (next.length > limits.most) return refuse(words.most(limits.most));
    refuse("");
    set(next);
    onChange(next);
  }

  /** @param {string} why */
  function refuse(why) {
    note.textContent = why;
  }

  /** @param {string[]} names */
  function set(names) {
    chosen = names;
    for (const button of buttons) button.setAttribute("aria-pressed", String(names.includes(button.dataset.name)));
  }

  return {
    element: h("div", { class: "dx-field dx-samplers", role: "group", "aria-label": words.label },
      h("div", { class: "dx-families" }, ...groups), note),
    set,
    refuse: (why) => why && refuse(why),
    disable(why) {
      off = true;
      for (const button of buttons) Object.assign(button, { disabled: true, title: `${button.dataset.sentence} ${why}` });
    },
    /** Marks those that don't have a spacing. */
    fit(spacing) {
      for (const [at, button] of buttons.entries()) {
        const unfit = spacing !== null && !samplers[at].spacings.includes(spacing);
        button.classList.toggle("dx-unfit", unfit);
        button.title = unfit ? `${button.dataset.sentence} ${words.noSpacing(spacing)}` : button.dataset.sentence;
      }
    },
  };
}
