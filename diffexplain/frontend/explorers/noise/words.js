/** The line of plain words, chosen from what is measured at a step, never from its number; and the numbers below it. */

import { figure, fixed, percent } from "../../kit/format.js";
import { logSnr, transition } from "../../kit/levels.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./derive.js").Measures} measures
 */
export function describe(text, measures) {
  if (measures.signalShare === 1) return text.say.untouched;
  return text.sentences([seen(text, measures), spread(text, measures)]);
}

/** How far the correlation of so many values of nothing but noise strays, with room: twice its deviation. @param {number} count */
const nothing = (count) => Math.max(0.05, 2 / Math.sqrt(count));

/** How far the distribution of so many Gaussian values strays from its own curve (Kolmogorov, one time in twenty farther), with room. @param {number} count */
const bellLike = (count) => 1.36 / Math.sqrt(count) + 0.008;

/** @param {import("./text.js").Text} text @param {import("./derive.js").Measures} measures */
function seen({ say }, { correlation, signalShare, count }) {
  if (correlation === null) return say.plain(1 - signalShare);
  if (correlation > 0.97) return say.hardly(correlation);
  if (correlation > 0.6) return say.easily(correlation);
  if (correlation > 0.2) return say.outline(correlation);
  return correlation > nothing(count) ? say.patches(correlation) : say.drowned(correlation);
}

/** @param {import("./text.js").Text} text @param {import("./derive.js").Measures} measures */
function spread({ say }, { gap, shape, mean, deviation, count }) {
  if (gap < bellLike(count)) return say.bell;
  return shape < bellLike(count) + 0.03 ? say.shifted(figure(mean), figure(deviation)) : say.own;
}

/**
 * @param {import("./text.js").Text} text
 * @param {import("./view.js").View} view  with measures
 * @returns {Record<keyof import("./text.js").Text["facts"], [string, string]>}
 */
export function numbers({ formulas }, { content, measures, index, level }) {
  const { mean, deviation, correlation, signalShare } = /** @type {import("./derive.js").Measures} */ (measures);
  const [a, b] = [figure(level.a), figure(level.b)];
  const curve = content?.begin?.curves[0];
  const { keep, add } = index > 0 && curve ? transition(curve, index) : { keep: 1, add: 0 };
  return { mean: [figure(mean), formulas.mean], deviation: [figure(deviation), formulas.deviation],
    correlation: [correlation === null ? "–" : figure(correlation), formulas.correlation],
    logSnr: [fixed(logSnr(level.a, level.b)), `2·ln(a / b) = 2·ln(${a} / ${b})`],
    signal: [percent(signalShare), formulas.signal(a, b)],
    beta: [percent(add * add), index > 0 ? formulas.beta(figure(keep), figure(add)) : formulas.start] };
}
