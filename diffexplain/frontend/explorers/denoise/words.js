/** The line of plain words, chosen from what is measured at a step, never from its index; the numbers below it; what two runs were asked differently. */

import { figure, percent, shortened } from "../../kit/format.js";

const LONGEST = 80; // characters of a prompt beside another

/**
 * @param {import("./text.js").Text} text
 * @param {import("./derive.js").Measures} measures
 * @returns {string}
 */
export function describe(text, { signalShare, nextSignalShare, moved, likeFinal, changed, sameLevel }) {
  const parts = [];
  if (sameLevel) parts.push(text.say.again);
  if (signalShare < 0.05) parts.push(text.say.pureNoise(1 - signalShare));
  else if (signalShare < 0.5) parts.push(text.say.mostlyNoise(signalShare));
  else if (signalShare < 0.95) parts.push(text.say.mostlySignal(signalShare));
  else parts.push(text.say.nearlyClean(1 - signalShare));

  if (moved === null) parts.push(text.say.firstGuess);
  else if (moved > 0.25) parts.push(text.say.changing(moved, likeFinal));
  else if (moved > 0.08) parts.push(text.say.settling(moved, likeFinal));
  else parts.push(text.say.settled(moved, likeFinal));

  if (nextSignalShare > 0.9999) parts.push(text.say.noneLeft);
  else if (changed !== null && moved !== null && changed < 0.02) parts.push(text.say.littleChange(changed));
  return text.sentences(parts);
}

/**
 * @param {import("./text.js").Text} text
 * @param {import("./runs.js").Step} step
 * @param {import("./derive.js").Measures} measures
 * @returns {Record<keyof import("./text.js").Text["facts"], [string, string]>}
 */
export function numbers({ formulas }, step, { sigma, signalShare, logSnr, moved }) {
  const [a, b] = [figure(step.a), figure(step.b)];
  return { timestep: [figure(step.timestep), formulas.timestep],
    sigma: [figure(sigma), `σ = b / a = ${b} / ${a} = ${figure(sigma)}`],
    signal: [percent(signalShare), `a² / (a² + b²), x = a·x₀ + b·noise, a = ${a}, b = ${b}`],
    logSnr: [figure(logSnr), `2·ln(a / b) = 2·ln(${a} / ${b}) = ${figure(logSnr)}`],
    moved: [moved === null ? "–" : percent(moved), formulas.moved] };
}

/**
 * What differs between what two runs were asked, as "Guidance 4 → 8".
 * @param {import("./text.js").Text} text
 * @param {import("./messages").Begin} before
 * @param {import("./messages").Begin} after
 * @returns {string[]}
 */
export function changes({ controls, beside }, before, after) {
  const quoted = (/** @type {string} */ prompt) => (prompt ? `“${shortened(prompt, LONGEST)}”` : beside.nothing);
  const asked = (
    /** @type {import("./messages").Begin} */ { request, sampler_label, picture_size },
  ) => /** @type {const} */ ([[controls.prompt.label, quoted(request.prompt)], [controls.negative.label,
    quoted(request.negative_prompt)], [controls.seed.label, String(request.seed ?? "–")], [controls.sampler.label,
    sampler_label], [controls.steps.label, String(request.steps)], [controls.guidance.label, String(request.guidance_scale)], [
    beside.size,
    picture_size.join(" × "),
  ]]);
  const now = asked(after);
  return asked(before).flatMap(([name, was], at) => (was === now[at][1] ? [] : [`${name} ${was} → ${now[at][1]}`]));
}
