/** Words and numbers for what is on screen, in one place, always. */

import { h, setText } from "../../kit/dom.js";
import { figure, percent } from "../../kit/format.js";
import { fact } from "../../kit/parts.js";
import { share as shareWords } from "./text.js";
import { describe } from "./words.js";

/** @param {import("./text.js").Text} text */
export function createFoot(text) {
  const line = h("p", { role: "status", "aria-live": "polite" });
  const share = fact({ name: text.facts.share, concept: "dx-text" });
  const peak = fact({ name: text.facts.peak });
  const holding = fact({ name: text.facts.holding });
  const centre = fact({ name: text.facts.centre });
  const timestep = fact({ name: text.facts.timestep });
  const signal = fact({ name: text.facts.signal, concept: "dx-signal" });
  const parts = [share, peak, holding, centre, timestep, signal];
  const element = h("div", { class: "dx-foot" }, line, h("div", { class: "dx-facts" }, ...parts.map((part) => part.element)),
    h("small", { class: "dxa-careful" }, text.careful));

  /** @param {import("./view.js").View} view */
  function draw(view) {
    const { measures, content, told } = view;
    element.classList.toggle("dx-old", !measures || view.old);
    if (!measures || !content?.begin) return;
    setText(line, describe(text, view));
    const { formulas } = text;
    share.set(shareWords(measures.share), formulas.share(content.begin.layer_count));
    peak.set(shareWords(measures.peak), formulas.peak);
    holding.set(text.partOf(measures.holding, measures.patches), formulas.holding);
    centre.set(`${percent(measures.centre.x)}, ${percent(measures.centre.y)}`, formulas.centre);
    const step = told < 0 ? null : content.steps[told];
    timestep.set(step ? figure(step.timestep) : text.facts.all, formulas.timestep);
    signal.set(step ? percent((step.a * step.a) / (step.a * step.a + step.b * step.b)) : text.facts.all,
      step ? `a² / (a² + b²), a = ${figure(step.a)}, b = ${figure(step.b)}` : formulas.timestep);
  }

  return { element, draw };
}
