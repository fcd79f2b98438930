/** The line of plain words at the foot, chosen from what is measured of the maps on screen, and the numbers below it. */

import { figure, percent } from "../../kit/format.js";
import { patchAt } from "../../kit/layered.js";
import { signalShare } from "../../kit/levels.js";
import { correlation } from "../../kit/tensors.js";
import { division, wordsAmong } from "./derive.js";
import { share as shareWords } from "./text.js";
import { mapAt, mapSteps, wholeFieldAt } from "./view.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view
 * @returns {string}
 */
export function describe(text, view) {
  const { content, divided, map, measures, entries, step, layer, place, among } = view;
  if (!content?.begin || !divided || !map || !measures) return "";
  const { say } = text;
  const said = text.among[among];
  const [names, share] = [text.names(view.words), shareWords(measures.share)];
  const steps = mapSteps(view);
  const { shares, rest } = divided;
  const parts = [step < 0 ? say.run(steps.length) : say.step(step, view.count),
    step >= 0 && step !== view.index ? say.nearest(view.index) : "",
    layer >= 0 && content.apart
      ? said.source(text.layers.source(content.apart.layers[layer], view.head), names, share)
      : said.picture(names, share)];
  if (place) {
    const first = wordsAmong(entries).reduce((best, entry) => (shares[entry.at] > shares[best.at] ? entry : best));
    const { row, column } = patchAt(place, map);
    parts.push(say.patch(row + 1, column + 1, text.names([first.word]), shareWords(shares[first.at])));
  } else {
    const { holding, patches, centre } = measures;
    const even = holding === patches || holding / patches > 0.44;
    parts.push(even ? say.even(holding, patches) : say.half(holding, patches, centre));
    if (step >= 0 && content.end && steps.length > 1) {
      const [first, last] = [steps[0], steps[steps.length - 1]];
      const other = mapAt(view, step === last ? first : last, view.rows);
      const alike = other ? correlation(map.data, other.data) : NaN;
      if (Number.isFinite(alike)) parts.push(step === last ? say.likeFirst(alike) : say.likeLast(alike));
    }
    const whole = wholeFieldAt(view, step);
    const all = whole ? division(whole, entries, null).shares : [];
    const sum = (/** @type {boolean} */ words) =>
      entries.reduce((total, { word }, at) => total + ((word.kind === "word") === words ? all[at] : 0), 0);
    const [words, marks] = [sum(true), sum(false)];
    if ((marks > words || among === "words") && words > 0) parts.push(said.marks(shareWords(marks), shareWords(words)));
  }
  return text.sentences([...parts, content.begin.joint && among === "all" ? say.itself(shareWords(rest)) : ""]);
}

/**
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view  with measures
 * @returns {Record<Exclude<keyof import("./text.js").Text["facts"], "all">, [string, string]>}
 */
export function numbers({ formulas, facts, partOf }, { measures, content, step: index, among }) {
  const { share, peak, holding, patches, centre } = /** @type {import("./derive.js").Measures} */ (measures);
  const step = content?.steps[index];
  const formula = formulas.share(content?.begin?.layer_count ?? 0);
  return { share: [shareWords(share), among === "words" ? formulas.ofWords(formula) : formula],
    peak: [shareWords(peak), formulas.peak], holding: [partOf(holding, patches), formulas.holding],
    centre: [`${percent(centre.x)}, ${percent(centre.y)}`, formulas.centre],
    timestep: [step ? figure(step.timestep) : facts.all, formulas.timestep],
    signal: [step ? percent(signalShare(step.a, step.b)) : facts.all,
      step ? `a² / (a² + b²), a = ${figure(step.a)}, b = ${figure(step.b)}` : formulas.timestep] };
}
