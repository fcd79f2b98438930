/** The controls of an explorer's bar: they take values in `set` and give them out through `onChange`. */

import { h, uniqueId } from "./dom.js";

/**
 * @template Value
 * @typedef {{ element: HTMLElement, set: (value: Value) => void, refuse: (why: string) => void, disable: (why: string) => void }} Control
 */

/**
 * A labelled control with room for a refusal under it.
 * @template Value
 * @param {object} options
 * @param {string} options.label
 * @param {string} options.hint
 * @param {string} [options.className]
 * @param {HTMLInputElement | HTMLSelectElement} options.input
 * @param {Node[]} [options.beside]  shown in the input's frame
 * @param {HTMLElement} [options.reading]  the value, shown after the label
 * @param {(value: Value) => void} options.set
 * @returns {Control<Value>}
 */
function field({ label, hint, className = "", input, beside, reading, set }) {
  input.id = uniqueId("field");
  const note = h("span", { class: "dx-refused", id: `${input.id}-note`, role: "alert" });
  input.setAttribute("aria-describedby", note.id);
  const body = beside ? h("span", { class: "dx-framed" }, input, ...beside) : input;
  const element = h("div", { class: `dx-field ${className}`, title: hint },
    h("label", { for: input.id }, label, reading ? " " : null, reading ?? null), body, note);
  const refuse = (/** @type {string} */ why) => {
    note.textContent = why;
    input.setAttribute("aria-invalid", String(why !== ""));
  };
  return { element, set, refuse, disable(why) {
    for (const part of element.querySelectorAll("input, select, button")) part.setAttribute("disabled", "");
    element.title = why;
  } };
}

/**
 * Text goes out on Enter, on leaving the field, and when typing pauses.
 * @param {{ label: string, hint: string, placeholder?: string, maxLength?: number, className?: string, pause?: number,
 *   onChange: (value: string) => void }} options
 * @returns {Control<string>}
 */
export function textControl({ label, hint, placeholder = "", maxLength, className, pause = 400, onChange }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let sent = "";
  const send = () => {
    clearTimeout(timer);
    if (input.value === sent) return;
    sent = input.value;
    onChange(sent);
  };
  const input = h("input", { type: "text", placeholder, autocomplete: "off", spellcheck: false,
    oninput: (/** @type {InputEvent} */ event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(send, pause); // half a Chinese word is no prompt
    }, oncompositionend: () => (timer = setTimeout(send, pause)), onchange: send,
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && !event.isComposing && send() });
  if (maxLength) input.maxLength = maxLength;
  return field({ label, hint, className, input, set(value) {
    if (value === sent && input.value !== sent) return; // the echo of what was typed before: keep what is being typed
    sent = value;
    input.value = value;
  } });
}

/**
 * A whole number with a dice beside it.
 * @param {{ label: string, hint: string, min: number, max: number, diceLabel: string, roll: () => number, onChange: (value: number) => void }} options
 * @returns {Control<number>}
 */
export function seedControl({ label, hint, min, max, diceLabel, roll, onChange }) {
  const input = h("input", {
    type: "number",
    min: String(min),
    max: String(max),
    step: "1",
    inputMode: "numeric",
    onchange: () => onChange(input.value === "" ? NaN : Number(input.value)),
    oninput: (/** @type {InputEvent} */ event) =>
      event.inputType === undefined && input.value !== "" && onChange(Number(input.value)), // the arrows
  });
  const dice = h("button", { type: "button", class: "dx-dice", title: diceLabel, "aria-label": diceLabel,
    onclick: () => onChange(roll()) }, "⚄");
  return field({ label, hint, className: "dx-seed-field", input, beside: [dice],
    set: (value) => (input.value = String(value)) });
}

/**
 * A number, or nothing: then the placeholder says what is used instead.
 * @param {{ label: string, hint: string, className?: string, onChange: (value: number | string | null) => void }} options
 *   what is no number goes out as it was typed, so that whoever checks it can say what was wrong
 * @returns {Control<number | null> & { usual: (value: string, disabled: boolean) => void }}
 */
export function numberControl({ label, hint, className = "", onChange }) {
  const input = h("input", { type: "text", inputMode: "decimal", autocomplete: "off", onchange: () => {
    const typed = input.value.trim();
    const number = Number(typed.replace(",", "."));
    onChange(typed === "" ? null : Number.isNaN(number) ? typed : number);
  } });
  const control = field({ label, hint, className, input,
    set: (/** @type {number | null} */ value) => (input.value = value === null ? "" : String(value)) });
  let closed = false; // without a kernel
  return { ...control, disable(why) {
    closed = true;
    control.disable(why);
  }, usual(value, disabled) {
    input.placeholder = value;
    input.disabled = closed || disabled;
  } };
}

/**
 * @param {{ label: string, hint: string, choices: { value: string, label: string, hint: string }[], onChange: (value: string) => void }} options
 * @returns {Control<string>}
 */
export function choiceControl({ label, hint, choices, onChange }) {
  const input = h("select", { onchange: () => onChange(input.value) },
    ...choices.map((choice) => h("option", { value: choice.value, title: choice.hint }, choice.label)));
  return field({ label, hint, className: "dx-choice", input, set: (value) => (input.value = value) });
}

/**
 * @param {{ label: string, hint: string, min: number, max: number, step: number, concept?: string,
 *   show: (value: number) => string, onChange: (value: number) => void }} options
 * @returns {Control<number>}
 */
export function sliderControl({ label, hint, min, max, step, concept = "", show, onChange }) {
  const reading = h("output", { class: concept });
  const draw = (/** @type {number} */ value) => {
    reading.textContent = show(value);
    input.setAttribute("aria-valuetext", show(value));
    input.style.setProperty("--filled", `${(100 * (Math.min(value, max) - min)) / (max - min)}%`);
  };
  const input = h("input", { type: "range", min: String(min), max: String(max), step: String(step), class: "dx-range",
    oninput: () => {
      draw(Number(input.value));
      onChange(Number(input.value));
    } });
  return field({ label, hint, className: "dx-slider", input, reading, set(value) {
    input.max = String(Math.max(max, value)); // a value set from Python may lie beyond what the slider offers
    input.value = String(value);
    draw(value);
  } });
}

/**
 * A slider over a few values, each a step further; between two of them it stands at the nearer by ratio.
 * @param {{ label: string, hint: string, values: number[], onChange: (value: number) => void }} options  values rising, above 0
 * @returns {Control<number>}
 */
export function ladderControl({ label, hint, values, onChange }) {
  let value = values[0];
  const slider = sliderControl({ label, hint, min: 0, max: values.length - 1, step: 1, show: () => String(value),
    onChange: (index) => values[index] !== sent && onChange(sent = values[index]) });
  let sent = value;
  slider.element.addEventListener("input", (event) => { // before the slider shows its value
    if (event.target instanceof HTMLInputElement) value = values[Number(event.target.value)];
  }, true);
  return { ...slider, set(wanted) {
    value = sent = wanted;
    slider.set(nearestRung(values, wanted));
  } };
}

/** Index of the value nearest by ratio. @param {number[]} values @param {number} wanted */
export const nearestRung = (values, wanted) => {
  if (values.includes(wanted)) return values.indexOf(wanted); // 0 has no ratio
  const far = values.map((value) => Math.abs(Math.log(value / wanted)));
  return far.findIndex((one) => one <= Math.min(...far) + 1e-9); // of two as near, the smaller
};
