/** The line of plain words, chosen from what is measured at a step, never from its index; and the numbers below it. */

import { figure, percent } from "../../kit/format.js";

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
