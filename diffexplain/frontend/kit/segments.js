/** A choice among a few, all of them in sight: a radio group that looks like one switch. */

import { h, uniqueId } from "./dom.js";

/**
 * @param {{ label: string, hint: string, choices: { value: string, label: string, hint: string }[], asks?: boolean,
 *   onChange: (value: string) => void }} options  `asks`: what is chosen asks for a run, so that a recording can't answer it
 * @returns {import("./controls.js").Control<string>}
 */
export function segmentControl({ label, hint, choices, asks = false, onChange }) {
  const name = h("span", { class: "dx-segments-name", id: uniqueId("segments") }, label);
  const note = h("span", { class: "dx-refused", role: "alert" });
  const buttons = choices.map((choice) =>
    h("button", { type: "button", role: "radio", title: choice.hint, value: choice.value, "aria-checked": "false",
      onclick: () => choose(choice.value) }, choice.label)
  );
  const group = h("div", { class: "dx-segments", role: "radiogroup", "aria-labelledby": name.id, onkeydown: move }, ...buttons);

  /** @param {string} value */
  function choose(value) {
    set(value);
    onChange(value);
  }

  /** @param {string} value */
  function set(value) {
    for (const button of buttons) {
      button.setAttribute("aria-checked", String(button.value === value));
      button.tabIndex = button.value === value ? 0 : -1; // one stop for the tab key, arrows from there
    }
  }

  /** @param {KeyboardEvent} event */
  function move(event) {
    const step = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = buttons.findIndex((button) => button.getAttribute("aria-checked") === "true");
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.focus();
    choose(next.value);
  }

  const element = h("div", { class: "dx-field", title: hint }, name, group, note);
  return { element, set, refuse: (why) => (note.textContent = why), disable(why) {
    if (!asks) return;
    for (const button of buttons) button.disabled = true;
    element.title = why;
  } };
}

/**
 * The same with words by the names of its choices.
 * @param {Record<string, any> & { label: string, hint?: string }} words
 * @param {readonly string[]} names
 * @param {(value: string) => void} onChange
 */
export const wordedSegments = (words, names, onChange) =>
  segmentControl({ label: words.label, hint: words.hint ?? "", onChange,
    choices: names.map((value) => ({ value, label: words[value].label, hint: words[value].hint })) });
