/** Words and numbers for what is on screen, in one place, always. */

import { h, setText, show } from "../../kit/dom.js";
import { fixed, percent } from "../../kit/format.js";
import { fact } from "../../kit/parts.js";
import { behind, extremes, pairing, regions, shell } from "./derive.js";

/** A picture is what the wall shows if no pixel is off by more than this. */
const EQUAL = 3 / 255;

/**
 * @typedef {object} State
 * @property {string} panel
 * @property {number} stop
 * @property {number | null} looked
 */

/** @param {import("./text.js").Text} text */
export function createFoot(text) {
  const { names, formulas } = text.facts;
  const line = h("p", { role: "status", "aria-live": "polite" });
  const facts = { timestep: fact({ name: names.timestep }), deviation: fact({ name: names.deviation }),
    fixed: fact({ name: names.fixed, concept: "dx-signal" }), chance: fact({ name: names.chance, concept: "dx-noise" }),
    angle: fact({ name: names.angle }), sphere: fact({ name: names.sphere }), line: fact({ name: names.line }),
    usual: fact({ name: names.usual, concept: "dx-noise" }), same: fact({ name: names.same, concept: "dx-signal" }),
    strangers: fact({ name: names.strangers }), nearest: fact({ name: names.nearest }), own: fact({ name: names.own }) };
  const groups = { mean: ["timestep", "deviation", "fixed", "chance"], walk: ["angle", "sphere", "line", "usual"],
    other: ["same", "strangers", "nearest", "own"] };
  const element = h("div", { class: "dx-foot" }, line,
    h("div", { class: "dx-facts" }, ...Object.values(facts).map((part) => part.element)));

  /** @param {import("./view.js").View} view @param {State} state */
  function draw(view, state) {
    const { content } = view;
    const group = groups[/** @type {keyof typeof groups} */ (state.panel)] ?? groups.mean;
    const { begin, way, pairs } = content ?? {};
    const able = { mean: view.spread, walk: way, other: pairs }[state.panel];
    for (const [name, part] of Object.entries(facts)) show(Boolean(able) && group.includes(name), part.element);
    if (!content || !begin) return setText(line, text.say.empty);
    if (state.panel === "walk" && way) return drawWalk(begin, way, content.walked, state.stop);
    if (state.panel === "other" && pairs) return drawOther(begin, pairs, state.looked);
    if (state.panel !== "mean") return setText(line, state.panel === "walk" ? text.say.noWalk : text.say.noOther);
    if (view.spread) drawMean(view, content, begin);
  }

  /** @param {import("./view.js").View} view @param {import("./runs.js").Content} content @param {import("./runs.js").Begin} begin */
  function drawMean({ spread, index, count }, content, begin) {
    if (!spread) return;
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
    setText(line,
      text.sentences([
        end
          ? text.say.finished(begin.seeds.length, fixed(deviation), where)
          : text.say.step(begin.told[index] + 1, begin.step_count, begin.seeds.length, fixed(deviation), where),
        text.say.shares(percent(spread.fixed / whole), percent(spread.chance / whole)),
        !before || index === 0
          ? ""
          : deviation > 1.05 * before
          ? text.say.grown(fixed(before))
          : text.say.shrunk(fixed(before)),
      ]));
    facts.timestep.set(String(Math.round(begin.timesteps.data[index])), formulas.timestep);
    facts.deviation.set(deviation.toFixed(3), formulas.deviation);
    facts.fixed.set(percent(spread.fixed / whole), formulas.fixed(spread.fixed.toFixed(4), whole.toFixed(4)));
    facts.chance.set(percent(spread.chance / whole), formulas.chance(spread.chance.toFixed(4), whole.toFixed(4)));
  }

  /** @param {import("./runs.js").Begin} begin @param {import("./runs.js").Way} way @param {import("./runs.js").Walk | null} walked @param {number} stop */
  function drawWalk(begin, way, walked, stop) {
    const count = way.shares.data.length;
    const at = Math.min(stop, count - 1);
    const usual = shell(begin.numbers);
    const short = behind(way.lengths, walked?.details ?? null);
    const less = 1 - short.line / (short.sphere || 1);
    const outside = 1 - short.length > usual;
    setText(line,
      text.sentences([text.say.walk(way.seeds[0], way.seeds[1], Math.round(way.angle)),
        outside ? text.say.short(fixed(short.length), fixed(usual), begin.numbers) : text.say.notShort(fixed(short.length)),
        !walked
          ? ""
          : less > 0.03
          ? text.say.less(percent(less))
          : less < -0.03
          ? text.say.more(percent(-less))
          : text.say.asMuch, walked && walked.ends > EQUAL ? text.say.fresh : ""]));
    facts.angle.set(`${way.angle.toFixed(1)}°`, formulas.angle);
    facts.sphere.set(fixed(way.lengths.data[at]), formulas.sphere);
    facts.line.set(fixed(way.lengths.data[count + at]), formulas.line(fixed(way.shares.data[at])));
    facts.usual.set(`1.00 ± ${fixed(usual)}`, formulas.usual(begin.numbers));
  }

  /** @param {import("./runs.js").Begin} begin @param {import("../../kit/protocol.js").Tensor} pairs @param {number | null} looked */
  function drawOther(begin, pairs, looked) {
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
    setText(line, text.sentences([sentence(one, two), text.say.nearest(nearest, count)]));
    facts.same.set(one, formulas.same);
    facts.strangers.set(two, formulas.strangers(count * (count - 1)));
    facts.nearest.set(`${nearest} / ${count}`, formulas.nearest);
    facts.own.set(at < 0 ? "–" : fixed(same[at]), at < 0 ? formulas.look : formulas.own(begin.seeds[at]));
  }

  return { element, draw };
}
