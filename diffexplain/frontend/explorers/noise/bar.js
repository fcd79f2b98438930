/** The controls in one quiet row: they write traits of the request, and follow them. */

import { choiceControl, ladderControl, numberControl } from "../../kit/controls.js";
import { figure } from "../../kit/format.js";
import { picturePicker } from "../../kit/pictures.js";
import { barOf, seedTrait } from "../../kit/run_controls.js";
import { segmentControl } from "../../kit/segments.js";
import { spoken } from "../../kit/words.js";

/** What the slider of steps offers: evenly spread by ratio. */
const STEPS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {(steps: number) => void} onSteps
 */
export function createBar({ text, kit, language, constants, write, send, signal }, onSteps) {
  const { gallery, schedules, usual_betas: usual, limits, no_latents: noLatents, draws } = constants("_controls");
  const words = text.controls;
  const beta = (/** @type {"beta_start" | "beta_end"} */ name) =>
    numberControl({ ...words[name], className: "dx-beta", onChange: (value) => write(name, value) });
  const betas = { beta_start: beta("beta_start"), beta_end: beta("beta_end") };
  const picture = picturePicker({ ...words.picture, text: kit.pictures, language, gallery, signal,
    onPick: (reference) => write("picture", reference),
    onUpload: (bytes) => send({ kind: "picture", field: "picture" }, [bytes]),
    onDraw: draws ? (prompt) => write("picture", `prompt:${prompt}`) : null });
  const schedule = choiceControl({ ...words.schedule, onChange: (value) => write("schedule", value),
    choices: schedules.map((/** @type {string} */ name) => ({ value: name, label: text.schedules[name].name,
      hint: text.schedules[name].hint })
    ) });
  const steps = ladderControl({ ...words.steps, values: STEPS, onChange(value) {
    onSteps(value);
    write("steps", value);
  } });
  const space = segmentControl({ label: words.space.label, hint: words.space.hint, asks: true,
    onChange: (value) => write("space", value),
    choices: /** @type {const} */ (["pixels", "latents"]).map((value) => ({ value, label: words.space[value].label,
      hint: (value === "latents" && spoken(noLatents, language)) || words.space[value].hint })
    ) });

  /** What a schedule usually begins and ends with, where it has such a range. @param {string} name */
  function showRange(name) {
    const range = usual[name];
    Object.values(betas).forEach((control, at) => control.usual(range ? String(range[at]) : figure(NaN), !range));
    for (const [own, control] of Object.entries(betas))
      control.element.title = range
        ? words[/** @type {"beta_start"} */ (own)].hint
        : words.noRange;
  }
  return barOf({ picture, schedule: { ...schedule, set(/** @type {string} */ value) {
    schedule.set(value);
    showRange(value);
  } }, ...betas, steps, seed: seedTrait(words.seed, "seed", limits.seed, write), space });
}
