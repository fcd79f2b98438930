/** Words and numbers for the selected step, in one place, always. */

import { h, setText } from "../../kit/dom.js";
import { figure, percent } from "../../kit/format.js";
import { fact } from "../../kit/parts.js";
import { describe } from "./words.js";

/** @param {import("./text.js").Text} text */
export function createFoot(text) {
  const line = h("p", { role: "status", "aria-live": "polite" });
  const timestep = fact({ name: text.facts.timestep });
  const sigma = fact({ name: text.facts.sigma });
  const signal = fact({ name: text.facts.signal, concept: "dx-signal" });
  const logSnr = fact({ name: text.facts.logSnr });
  const moved = fact({ name: text.facts.moved });
  const element = h("div", { class: "dx-foot" }, line,
    h("div", { class: "dx-facts" }, ...[timestep, sigma, signal, logSnr, moved].map((part) => part.element)));

  /** @param {import("./view.js").View} view */
  function draw({ step, measures, index, count }) {
    element.classList.toggle("dx-old", !step);
    if (!step || !measures) return;
    const [a, b] = [figure(step.a), figure(step.b)];
    setText(line, text.stepLine(index, count, describe(text, measures)));
    timestep.set(figure(step.timestep), text.formulas.timestep);
    sigma.set(figure(measures.sigma), `σ = b / a = ${b} / ${a} = ${figure(measures.sigma)}`);
    signal.set(percent(measures.signalShare), `a² / (a² + b²), x = a·x₀ + b·noise, a = ${a}, b = ${b}`);
    logSnr.set(figure(measures.logSnr), `2·ln(a / b) = 2·ln(${a} / ${b}) = ${figure(measures.logSnr)}`);
    moved.set(measures.moved === null ? "–" : percent(measures.moved), text.formulas.moved);
  }

  return { element, draw };
}
