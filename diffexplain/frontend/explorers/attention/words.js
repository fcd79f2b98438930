/** The line of plain words at the foot, chosen from what is measured of the maps on screen, and the numbers below it. */

import { figure, percent } from "../../kit/format.js";
import { signalShare } from "../../kit/levels.js";
import { correlation } from "../../kit/tensors.js";
import { division, patchAt, rowsOf } from "./derive.js";
import { share as shareWords } from "./text.js";
import { fieldAt, mapOf, toldSteps } from "./view.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view
 * @returns {string}
 */
export function describe(text, view) {
  const { content, field, map, measures, entries, picked, told, count, half, layer, head, place } = view;
  if (!content?.begin || !field || !map || !measures) return "";
  const { say } = text;
  const names = text.quoted(picked.map((at) => text.wordName(entries[at].word)));
  const source = layer >= 0 && content.apart ? text.layers.source(content.apart.layers[layer], head) : "";
  const parts = [told < 0 ? say.run(toldSteps(content, layer).length) : say.step(told, count)];
  if (told >= 0 && told !== view.index) parts.push(say.nearest(view.index));
  parts.push(
    source ? say.sourceShare(source, names, shareWords(measures.share)) : say.share(names, shareWords(measures.share)),
  );
  if (place) {
    const { shares, rest } = division(field, entries, place);
    const order = shares.map((share, at) => ({ share, at })).sort((a, b) => b.share - a.share);
    const first = order.find(({ at }) => entries[at].word.kind === "word") ?? order[0];
    const { row, column } = patchAt(place, field);
    parts.push(say.patch(row + 1, column + 1, text.quoted([text.wordName(entries[first.at].word)]), shareWords(first.share)));
    if (content.begin.joint) parts.push(say.itself(shareWords(rest)));
    return text.sentences(parts);
  }
  const even = measures.holding / measures.patches;
  if (measures.holding === measures.patches || even > 0.44) parts.push(say.even(measures.holding, measures.patches));
  else parts.push(say.half(measures.holding, measures.patches, measures.centre));
  const steps = toldSteps(content, layer);
  if (told >= 0 && content.end && steps.length > 1) {
    const other = told === steps.at(-1) ? steps[0] : /** @type {number} */ (steps.at(-1));
    const there = fieldAt(content, half, other, layer, head);
    const alike = there ? correlation(map, mapOf(there, rowsOf(entries, picked))) : NaN;
    if (Number.isFinite(alike)) parts.push(other < told ? say.likeFirst(alike) : say.likeLast(alike));
  }
  const { shares, rest } = division(field, entries, null);
  const sum = (/** @type {(kind: string) => boolean} */ wanted) =>
    entries.reduce((total, { word }, at) => total + (wanted(word.kind) ? shares[at] : 0), 0);
  const [words, marks] = [sum((kind) => kind === "word"), sum((kind) => kind !== "word")];
  if (marks > words && words > 0) parts.push(say.marks(shareWords(marks), shareWords(words)));
  if (content.begin.joint) parts.push(say.itself(shareWords(rest)));
  return text.sentences(parts);
}

/**
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view  with measures
 * @returns {Record<Exclude<keyof import("./text.js").Text["facts"], "all">, [string, string]>}
 */
export function numbers({ formulas, facts, partOf }, { measures, content, told }) {
  const { share, peak, holding, patches, centre } = /** @type {import("./derive.js").Measures} */ (measures);
  const step = told < 0 ? null : content?.steps[told];
  return { share: [shareWords(share), formulas.share(content?.begin?.layer_count ?? 0)],
    peak: [shareWords(peak), formulas.peak], holding: [partOf(holding, patches), formulas.holding],
    centre: [`${percent(centre.x)}, ${percent(centre.y)}`, formulas.centre],
    timestep: [step ? figure(step.timestep) : facts.all, formulas.timestep],
    signal: [step ? percent(signalShare(step.a, step.b)) : facts.all,
      step ? `a² / (a² + b²), a = ${figure(step.a)}, b = ${figure(step.b)}` : formulas.timestep] };
}
