/** The line of plain words: chosen from what is measured at a step, never from its number. */

import { figure } from "../../kit/format.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./derive.js").Measures} measures
 */
export function describe(text, measures) {
  const { correlation, signalShare } = measures;
  if (signalShare === 1) return text.say.untouched;
  return text.sentences([seen(text, correlation, signalShare), spread(text, measures)]);
}

/** @param {import("./text.js").Text} text @param {number | null} correlation @param {number} signalShare */
function seen({ say }, correlation, signalShare) {
  if (correlation === null) return say.plain(1 - signalShare);
  if (correlation > 0.97) return say.hardly(correlation);
  if (correlation > 0.7) return say.easily(correlation);
  if (correlation > 0.35) return say.outline(correlation);
  return correlation > 0.1 ? say.patches(correlation) : say.drowned(correlation);
}

/** The gap of 12,288 true Gaussian values is about 0.01. @param {import("./text.js").Text} text @param {import("./derive.js").Measures} measures */
function spread({ say }, { gap, shape, mean, deviation }) {
  if (gap < 0.02) return say.bell;
  return shape < 0.05 ? say.shifted(figure(mean), figure(deviation)) : say.own;
}
