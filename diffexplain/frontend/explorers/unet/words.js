/** Sentences and numbers of what was measured. */

import { figure } from "../../kit/format.js";
import { spoken } from "../../kit/words.js";
import { extremes, isDrawn, lanesOf, named, strongestPull, totalOf } from "./derive.js";
import { large, share } from "./text.js";

/**
 * @typedef {import("./text.js").Text} Text
 * @typedef {import("./derive.js").View} View
 */

/** What the selected block does at the selected step. @param {Text} text @param {View} view @returns {string} */
export function hereLine(text, { content, block, maps, at, index }) {
  const begin = content?.begin;
  if (!begin || !block) return text.foot.waiting;
  if (!maps?.pulls) return text.foot.block(text.Label(block), block.channels, text.size(block));
  const best = strongestPull(content, index);
  return text.sentences([text.foot.pull(text.label(block), share(maps.pulls.data[at])),
    !best
      ? ""
      : best.block === block.name
      ? text.foot.isStrongest
      : text.foot.strongest(text.label(named(begin, best.block)), share(best.pull))]);
}

/** Which lanes are farthest from the untouched picture, and nearest. @param {Text} text @param {import("./runs.js").Content} content */
export function laneLine(text, content) {
  const [found, begin] = [extremes(lanesOf(content)), content.begin];
  if (!found || !begin) return "";
  const { most, least } = found;
  const said = begin.request.strength === 0 && begin.request.weaken === "block" ? text.weaken.extremes : text.weaken.weaker;
  return said(text.Label(named(begin, most.block)), share(Number(most.distance)), text.Label(named(begin, least.block)),
    share(Number(least.distance)));
}

/** What the network has, and where most of it is. @param {Text} text @param {import("./messages").Begin} begin */
export function sizesLine({ sizes, sentences, label, language }, begin) {
  const [parameters, costs] = [totalOf(begin, "parameters"), totalOf(begin, "multiply_adds")];
  const passes = begin.guided ? 2 : 1;
  if (costs === null) return sizes.uncounted(spoken(begin.uncounted, language));
  const { step_count: steps } = begin;
  const first = passes === 2
    ? sizes.lead(large(parameters), large(costs), large(costs * passes * steps), passes, steps)
    : sizes.single(large(parameters), large(costs), large(costs * steps), steps);
  const drawn = begin.blocks.filter(isDrawn);
  const most = drawn.reduce((best, block) => (block.parameters > best.parameters ? block : best));
  const dear = drawn.reduce((best, block) => (Number(block.multiply_adds) > Number(best.multiply_adds) ? block : best));
  return sentences([first,
    sizes.where(label(most), share(most.parameters / Number(parameters)), label(dear),
      share(Number(dear.multiply_adds) / costs))]);
}

/** @param {Text} text @param {View} view @returns {Partial<Record<keyof Text["facts"], [string, string]>>} */
export function numbers(text, { content, block, maps, at, index }) {
  const [begin, step] = [content?.begin, content?.steps[index]];
  if (!begin || !block) return {};
  const { formulas } = text;
  const of = (/** @type {"parameters" | "multiply_adds"} */ what) => {
    const whole = totalOf(begin, what);
    return formulas.parameters(whole ? share(Number(block[what]) / whole) : "–");
  };
  const facts =
    /** @type {Record<keyof Text["facts"], [string, string]>} */ ({
      timestep: [step ? figure(step.timestep) : "–", formulas.timestep],
      maps: [text.size(block), formulas.maps],
      channels: [String(block.channels), formulas.channels],
      parameters: [large(block.parameters), of("parameters")],
      costs: [large(block.multiply_adds), of("multiply_adds")],
      pull: [maps?.pulls ? share(maps.pulls.data[at]) : "–", formulas.pull],
    });
  if (begin.guided) return facts;
  const { pull: _, ...others } = facts;
  return others;
}
