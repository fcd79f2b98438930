/** What guidance does along the steps: how far the halves are apart, how loud the guided picture is, what is clipped; and where it begins. */

import { h, setText, show } from "../../kit/dom.js";
import { figure, percent } from "../../kit/format.js";
import { chartOf, plainNumber, stepAxis, wholePercent } from "./charts.js";
import { along, clippedAlong, excess } from "./derive.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {(index: number) => void} onStep
 */
export function coursePanel({ text, signal }, onStep) {
  const words = text.course;
  const line = h("p", { class: "dx-lead" });
  const onSelect = (/** @type {number} */ x) => onStep(Math.round(x) - 1);
  const angle = chartOf(words.angle, { signal, onSelect, names: "none" });
  const length = chartOf(words.length, { signal, onSelect });
  const clipped = chartOf(words.clipped, { signal, onSelect });
  const charts = h("div", { class: "dx-charts dx-three" }, angle.element, length.element, clipped.element);

  /** @param {import("./runs.js").Content} content */
  function sentence(content) {
    const { steps, decoded } = content;
    const { loud, quiet, clips, stays } = excess(content);
    const louder = steps.map(({ lengths: { data } }) => data[3] / data[1]);
    const shares = (/** @type {number} */ at) => decoded[steps[at].index].clipped.data;
    return text.sentences([loud < 0 ? words.notLoud : words.loud(loud + 1, figure(Math.max(...louder))),
      quiet < 0 ? "" : words.quiet(quiet + 1),
      clips < 0 ? words.noClips : words.clips(clips + 1, percent(shares(clips)[2]), percent(shares(clips)[1])),
      stays < 0 ? "" : words.stays(stays + 1, percent(shares(stays)[1]))]);
  }

  /** @param {import("./runs.js").View} view */
  function draw({ content, index, count }) {
    const come = Boolean(content?.steps.length);
    show(come, charts);
    if (!content || !come) return setText(line, words.waiting);
    const complete = Boolean(content.drawing.scales ?? content.scales); // they follow when all of this has come
    setText(line, complete ? sentence(content) : words.waiting);
    const { x, axis } = stepAxis(count);
    const here = { x: axis, here: index + 1 };
    const mark = complete ? excess(content).clips : -1;
    const marks = mark < 0 ? [] : [{ x: mark + 1, name: "" }];
    const negative = content.begin?.request.negative_prompt;
    const names = [negative ? text.halves.negative.short : text.halves.without.short, text.halves.with.short,
      text.halves.guided.short];
    const said = (/** @type {string} */ name, /** @type {(number | string)[]} */ values) =>
      words.words(name, values.map((value, at) => `${names[at]} ${value}`).join(", "));
    const concepts = ["", "dx-text", "dx-signal"];
    const step = content.steps[index];
    const series = (/** @type {number} */ part, /** @type {number[]} */ y) => ({ name: names[part], concept: concepts[part],
      dash: part === 0 ? "6 3" : "", x, y });
    const loudness = [0, 1, 3].map((at) => along(content, ({ lengths }) => lengths.data[at]));
    length.draw({ ...here, series: loudness.map((y, part) => series(part, y)),
      y: { domain: [0, Math.max(...loudness.flat()) * 1.05], show: plainNumber } },
      said(words.length.name, step ? [0, 1, 3].map((at) => figure(step.lengths.data[at])) : []));
    const shares = [0, 1, 2].map((part) => clippedAlong(content, part));
    const known = shares.flat().filter((share) => !Number.isNaN(share));
    clipped.draw({ ...here, marks, series: shares.map((y, part) => series(part, y)),
      y: { domain: [0, Math.max(0.05, ...known) * 1.05], show: wholePercent, read: percent } },
      said(words.clipped.name,
        shares.map((y) => (Number.isNaN(y[index]) || y[index] === undefined ? "–" : percent(y[index])))));
    const angles = along(content, (one) => one.angle);
    angle.draw({ ...here, series: [{ name: words.angle.name, concept: "dx-guidance", x, y: angles }],
      y: { domain: [0, Math.max(10, ...angles.filter((one) => !Number.isNaN(one))) * 1.05],
        show: (value) => `${Math.round(value)}°` } }, words.words(words.angle.name, step ? `${Math.round(step.angle)}°` : ""));
  }

  return { element: h("div", { class: "dx-closer-panel" }, line, charts), draw };
}
