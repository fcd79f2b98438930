/** Plain words and numbers for what is on screen, chosen from what is measured of it. */

import { fixed, percent } from "../../kit/format.js";
import { behind, extremes, pairing, regions, shell } from "./derive.js";

/** A picture is what the wall shows if no pixel is off by more than this. */
const EQUAL = 3 / 255;

/** @typedef {{ sentence: string | null, values: Record<string, [string, string]> }} Said  null: what was said still holds */

/**
 * @param {import("./text.js").Text} text
 * @param {import("./runs.js").View} view
 * @param {{ panel: string, stop: number, looked: number | null }} state
 * @returns {Said}
 */
export function describe(text, view, { panel, stop, looked }) {
  const { content } = view;
  const { begin, way, pairs } = content ?? {};
  const alone = (/** @type {string} */ sentence) => ({ sentence, values: {} });
  if (!content || !begin) return alone(text.say.empty);
  if (panel === "walk") return way ? walkWords(text, begin, way, content.walked, stop) : alone(text.say.noWalk);
  if (panel === "other") return pairs ? otherWords(text, begin, pairs, looked) : alone(text.say.noOther);
  return view.spread ? meanWords(text, view.spread, view, content, begin) : { sentence: null, values: {} };
}

/** @param {import("./text.js").Text} text @param {import("./messages").Spread} spread @param {import("./runs.js").View} view @param {import("./runs.js").Content} content @param {import("./messages").Begin} begin @returns {Said} */
function meanWords(text, spread, { index, count }, content, begin) {
  const { formulas } = text.facts;
  const deviation = Math.sqrt(spread.chance);
  const whole = spread.fixed + spread.chance || 1;
  const { least, most } = extremes(regions(spread.deviation));
  const where = most.deviation > 1.3 * least.deviation
    ? text.say.regions(text.regions[/** @type {keyof typeof text.regions} */ (least.name)], fixed(least.deviation),
      text.regions[/** @type {keyof typeof text.regions} */ (most.name)], fixed(most.deviation))
    : text.say.even(fixed(least.deviation), fixed(most.deviation));
  const end = index === count - 1;
  const first = content.first.spreads[0];
  const before = first && Math.sqrt(first.chance);
  const line = text.sentences([
    end
      ? text.say.finished(begin.seeds.length, fixed(deviation), where)
      : text.say.step(begin.told[index] + 1, begin.step_count, begin.seeds.length, fixed(deviation), where),
    text.say.shares(percent(spread.fixed / whole), percent(spread.chance / whole)),
    !before || index === 0 ? "" : deviation > 1.05 * before ? text.say.grown(fixed(before)) : text.say.shrunk(fixed(before)),
  ]);
  return { sentence: line,
    values: { timestep: [String(Math.round(begin.timesteps.data[index])), formulas.timestep],
      deviation: [deviation.toFixed(3), formulas.deviation],
      fixed: [percent(spread.fixed / whole), formulas.fixed(spread.fixed.toFixed(4), whole.toFixed(4))],
      chance: [percent(spread.chance / whole), formulas.chance(spread.chance.toFixed(4), whole.toFixed(4))] } };
}

/** @param {import("./text.js").Text} text @param {import("./messages").Begin} begin @param {import("./messages").Way} way @param {import("./messages").Walk | null} walked @param {number} stop @returns {Said} */
function walkWords(text, begin, way, walked, stop) {
  const { formulas } = text.facts;
  const count = way.shares.data.length;
  const at = Math.min(stop, count - 1);
  const usual = shell(begin.numbers);
  const short = behind(way.lengths, walked?.details ?? null);
  const less = 1 - short.line / (short.sphere || 1);
  const outside = 1 - short.length > usual;
  const line = text.sentences([text.say.walk(way.seeds[0], way.seeds[1], Math.round(way.angle)),
    outside ? text.say.short(fixed(short.length), fixed(usual), begin.numbers) : text.say.notShort(fixed(short.length)),
    !walked ? "" : less > 0.03 ? text.say.less(percent(less)) : less < -0.03 ? text.say.more(percent(-less)) : text.say.asMuch,
    walked && walked.ends > EQUAL ? text.say.fresh : ""]);
  return { sentence: line,
    values: { angle: [`${way.angle.toFixed(1)}°`, formulas.angle], sphere: [fixed(way.lengths.data[at]), formulas.sphere],
      line: [fixed(way.lengths.data[count + at]), formulas.line(fixed(way.shares.data[at]))],
      usual: [`1.00 ± ${fixed(usual)}`, formulas.usual(begin.numbers)] } };
}

/** @param {import("./text.js").Text} text @param {import("./messages").Begin} begin @param {import("../../kit/protocol.js").Tensor} pairs @param {number | null} looked @returns {Said} */
function otherWords(text, begin, pairs, looked) {
  const { formulas } = text.facts;
  const { meanSame, meanStrangers, nearest, count, same } = pairing(pairs);
  const [one, two] = [fixed(meanSame), fixed(meanStrangers)];
  const at = looked === null ? -1 : begin.seeds.indexOf(looked);
  const ratio = meanSame / (meanStrangers || 1);
  const sentence = ratio < 0.85
    ? text.say.alike
    : ratio < 0.97
    ? text.say.faint
    : ratio < 1.03
    ? text.say.strange
    : text.say.unlike;
  const line = text.sentences([sentence(one, two), text.say.nearest(nearest, count)]);
  return { sentence: line,
    values: { same: [one, formulas.same], strangers: [two, formulas.strangers(count * (count - 1))],
      nearest: [`${nearest} / ${count}`, formulas.nearest],
      own: [at < 0 ? "–" : fixed(same[at]), at < 0 ? formulas.look : formulas.own(begin.seeds[at])] } };
}
