/** The controls in one quiet row: they write traits of the request, and follow them. */

import { choiceControl, numberControl, seedControl, sliderControl } from "../../kit/controls.js";
import { h } from "../../kit/dom.js";
import { figure } from "../../kit/format.js";
import { picturePicker } from "../../kit/pictures.js";
import { segmentControl } from "../../kit/segments.js";
import { spoken } from "../../kit/words.js";

/** What the slider of steps offers: evenly spread by ratio. */
export const STEPS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The slider's place nearest to a number of steps. @param {number} steps */
export const stepsPlace = (steps) =>
  STEPS.reduce(
    (best, offered, at) => (Math.abs(Math.log(offered / steps)) < Math.abs(Math.log(STEPS[best] / steps)) ? at : best),
    0,
  );

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {(steps: number) => void} onSteps
 */
export function createBar({ text, kit, language, constants, write, send, signal }, onSteps) {
  const { gallery, schedules, usual_betas: usual, limits, no_latents: noLatents, draws } = constants("_controls");
  const words = text.controls;
  let steps = 0;
  const betas = {
    beta_start: numberControl({ ...words.beta_start, className: "dxn-beta", onChange: (value) => write("beta_start", value) }),
    beta_end: numberControl({ ...words.beta_end, className: "dxn-beta", onChange: (value) => write("beta_end", value) }),
  };
  const picture = picturePicker({ ...words.picture, text: kit.pictures, language, gallery, signal,
    onPick: (reference) => write("picture", reference),
    onUpload: (bytes) => send({ kind: "picture", field: "picture" }, [bytes]),
    onDraw: draws ? (prompt) => write("picture", `prompt:${prompt}`) : null });
  const schedule = choiceControl({ ...words.schedule, onChange: (value) => write("schedule", value),
    choices: schedules.map((/** @type {string} */ name) => ({ value: name, label: text.schedules[name].name,
      hint: text.schedules[name].hint })
    ) });
  const slider = sliderControl({ ...words.steps, min: 0, max: STEPS.length - 1, step: 1, show: () => String(steps),
    onChange: (place) => {
      if (STEPS[place] === steps) return;
      onSteps(STEPS[place]);
      write("steps", STEPS[place]);
    } });
  slider.element.addEventListener("input", (event) => { // before the slider shows its value
    if (event.target instanceof HTMLInputElement) steps = STEPS[Number(event.target.value)];
  }, true);
  const space = segmentControl({ label: words.space.label, hint: words.space.hint, onChange: (value) => write("space", value),
    choices: ["pixels", "latents"].map((value) => {
      const why = value === "latents" ? spoken(noLatents, language) : "";
      const { label, hint } = words.space[/** @type {"pixels" | "latents"} */ (value)];
      return { value, label, hint: why || hint };
    }) });
  const seed = seedControl({ ...words.seed, diceLabel: words.seed.dice, min: 0, max: limits.seed,
    roll: () => Math.floor(Math.random() * 1e6), onChange: (value) => {
      seed.set(value);
      write("seed", value);
    } });

  const showRange = (/** @type {string} */ name) => {
    const range = usual[name];
    for (const [at, control] of [betas.beta_start, betas.beta_end].entries())
      control.usual(range ? String(range[at]) : figure(NaN), !range);
    for (const control of [betas.beta_start, betas.beta_end])
      control.element.title = range
        ? control.element.dataset.hint ?? ""
        : words.noRange;
  };
  betas.beta_start.element.dataset.hint = words.beta_start.hint;
  betas.beta_end.element.dataset.hint = words.beta_end.hint;
  const parts = { picture, schedule: { ...schedule, set(/** @type {string} */ value) {
    schedule.set(value);
    showRange(value);
  } }, ...betas, steps: { ...slider, set(/** @type {number} */ value) {
    steps = value;
    slider.set(stepsPlace(value));
  } }, seed, space: { ...space, disable(/** @type {string} */ why) {
    for (const button of space.element.querySelectorAll("button")) button.disabled = true;
    space.element.title = why;
  } } };
  return { element: h("div", { class: "dx-bar dxn-bar" }, ...Object.values(parts).map((part) => part.element)), parts,
    picture };
}
