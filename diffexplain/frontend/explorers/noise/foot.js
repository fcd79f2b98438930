/** Words and numbers for the selected step, in one place, always. */

import { h, setText } from "../../kit/dom.js";
import { figure, fixed, percent } from "../../kit/format.js";
import { fact } from "../../kit/parts.js";
import { logSnr, transition } from "./derive.js";
import { describe } from "./words.js";

/** @param {import("./text.js").Text} text */
export function createFoot(text) {
  const line = h("p", { role: "status", "aria-live": "polite" });
  const facts = { mean: fact({ name: text.facts.mean }), deviation: fact({ name: text.facts.deviation, concept: "dx-noise" }),
    correlation: fact({ name: text.facts.correlation, concept: "dx-signal" }), logSnr: fact({ name: text.facts.logSnr }),
    signal: fact({ name: text.facts.signal, concept: "dx-signal" }),
    beta: fact({ name: text.facts.beta, concept: "dx-noise" }) };
  const element = h("div", { class: "dx-foot" }, line,
    h("div", { class: "dx-facts" }, ...Object.values(facts).map((part) => part.element)));

  /** @param {import("./view.js").View} view */
  function draw({ content, measures, index, steps, level }) {
    element.classList.toggle("dx-old", !measures);
    if (!content?.begin || !measures) return;
    const [a, b] = [figure(level.a), figure(level.b)];
    const { keep, add } = index > 0 ? transition(content.begin.curves[0], index) : { keep: 1, add: 0 };
    setText(line, text.stepLine(index, steps, describe(text, measures)));
    facts.mean.set(figure(measures.mean), text.formulas.mean);
    facts.deviation.set(figure(measures.deviation), text.formulas.deviation);
    facts.correlation.set(measures.correlation === null ? "–" : figure(measures.correlation), text.formulas.correlation);
    facts.logSnr.set(fixed(logSnr(level.a, level.b)), `2·ln(a / b) = 2·ln(${a} / ${b})`);
    facts.signal.set(percent(measures.signalShare), text.formulas.signal(a, b));
    facts.beta.set(percent(add * add), index > 0 ? text.formulas.beta(figure(keep), figure(add)) : text.formulas.start);
  }

  return { element, draw };
}
