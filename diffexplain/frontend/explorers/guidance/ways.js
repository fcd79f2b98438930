/** Other ways to guide, each from the same noise beside plain guidance, with what can be set about it. */

import { sliderControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { figure, fixed, percent } from "../../kit/format.js";
import { DASHES } from "../../kit/line_chart.js";
import { square } from "../../kit/parts.js";
import { chartOf, plainNumber, stepAxis } from "./charts.js";
import { scheduleControl } from "./schedule.js";

/** @typedef {import("./messages").Ways["names"][number]} Way */
const WAYS = /** @type {Way[]} */ (["plain", "interval", "rescale", "parallel", "schedule", "negative"]);

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {(index: number) => void} onStep
 */
export function waysPanel({ text, write, signal, live }, onStep) {
  const words = text.ways;
  const slider = (/** @type {{ label: string, hint: string }} */ named, /** @type {(value: number) => void} */ onChange) =>
    sliderControl({ ...named, min: 0, max: 1, step: 0.05, concept: "dx-guidance", show: (value) => percent(value), onChange });
  const controls = { interval: intervalControl(slider, words, (value) => write("interval", value)),
    rescale: slider(words.rescale, (value) => write("rescale", value)),
    parallel: slider(words.parallel, (value) => write("parallel", value)),
    schedule: scheduleControl(words.schedule, words.point, (value) => write("schedule", value)) };
  const cards = new Map(WAYS.map((name) => [name, card(name)]));
  const line = h("p", { class: "dx-lead" });
  const onSelect = (/** @type {number} */ x) => onStep(Math.round(x) - 1);
  const scale = chartOf(words.scale, { signal, onSelect });
  const length = chartOf(words.length, { signal, onSelect });
  const charts = h("div", { class: "dx-charts" }, scale.element, length.element);

  /** @param {Way} name */
  function card(name) {
    const named = words.names[name];
    const picture = square({ size: 128, pixelated: true });
    const numbers = h("small", {});
    const note = h("small", { class: "dx-note" });
    const source = /** @type {Record<string, string>} */ (words.sources)[name];
    const element = h("div", { class: `dx-way dx-way-${name}`, role: "group", "aria-label": named.name }, picture.element,
      h("div", {}, h("b", {}, named.name), h("small", {}, source ? `${named.line} (${source})` : named.line),
        /** @type {Record<string, any>} */ (controls)[name]?.element, numbers, note));
    return { element, picture, numbers, note };
  }

  /** @param {import("./messages").Ways} done */
  function sentence({ names, clipped: { data } }) {
    const fewest = names.reduce((best, _, at) => (data[at] < data[best] ? at : best), 0);
    return fewest
      ? words.line(words.names[names[fewest]].name, percent(data[fewest]), percent(data[0]))
      : words.fewest(percent(data[0]));
  }

  /** @param {import("./messages").Ways} done @param {number} index */
  function drawCharts({ names, scales, lengths }, index) {
    const [, count] = lengths.shape;
    const { x, axis } = stepAxis(count);
    const rows = (/** @type {import("../../kit/protocol.js").Tensor} */ { data }, /** @type {Way[]} */ shown) =>
      shown.map((name) => {
        const at = names.indexOf(name);
        return { name: words.names[name].name, x, y: Array.from(data.slice(at * count, (at + 1) * count)),
          concept: `dx-way-${name}`, dash: DASHES[WAYS.indexOf(name) % DASHES.length] };
      });
    const said = (/** @type {ReturnType<typeof rows>} */ series) =>
      series.map(({ name, y }) => `${name} ${figure(y[index] ?? NaN)}`).join(", ");
    const changed = rows(scales, names.filter((name) => ["plain", "interval", "schedule"].includes(name)));
    const loud = rows(lengths, names);
    const most = (/** @type {ReturnType<typeof rows>} */ series) => 1.05 * Math.max(1, ...series.flatMap(({ y }) => y));
    scale.draw({ series: changed, x: axis, here: index + 1,
      y: { domain: [0, most(changed)], show: plainNumber, read: figure } }, text.course.words(words.scale.name, said(changed)));
    length.draw({ series: loud, x: axis, here: index + 1, y: { domain: [0, most(loud)], show: plainNumber, read: figure } },
      text.course.words(words.length.name, said(loud)));
  }

  /** @param {import("./runs.js").View} view */
  function draw({ content, old, index }) {
    const begin = content?.begin;
    if (!content || !begin) return;
    const { ways: done, drawing: { ways: drawing } } = content;
    const drawn = WAYS.filter((name) => name !== "negative" || begin.request.negative_prompt);
    for (const [name, { picture, numbers, note, element }] of cards) {
      const at = (done?.names ?? drawn).indexOf(name);
      const made = at < 0 ? null : done?.pictures[at] ?? drawing?.images[at] ?? null;
      picture.draw(made && { picture: made, old }, words.names[name].name);
      picture.element.classList.toggle("dx-latent", !done);
      element.classList.toggle("dx-idle", at < 0);
      show(at >= 0 || live, element); // in a recording nobody can type one
      setText(note, at < 0 ? words.noNegative : "");
      const values = done && at >= 0
        ? [words.clipped(percent(done.clipped.data[at])), done.agreement ? words.agreement(fixed(done.agreement.data[at])) : "",
          at ? words.apart(percent(done.apart.data[at])) : ""]
        : [];
      const told = values.filter(Boolean).map((value) => h("span", {}, value));
      numbers.replaceChildren(...told.flatMap((value, at) => (at ? [" · ", value] : [value])));
    }
    setText(line, done ? sentence(done) : words.waiting);
    show(Boolean(done), charts);
    if (done) drawCharts(done, index);
  }

  return {
    element: h("div", { class: "dx-closer-panel" }, line,
      h("div", { class: "dx-ways" }, ...[...cards.values()].map(({ element }) => element)), charts),
    draw,
    controls,
  };
}

/**
 * Two sliders, of which the second stays behind the first.
 * @param {(words: { label: string, hint: string }, onChange: (value: number) => void) => import("../../kit/controls.js").Control<number>} slider
 * @param {import("./text.js").Text["ways"]} words
 * @param {(value: number[]) => void} onChange
 * @returns {import("../../kit/controls.js").Control<number[]>}
 */
function intervalControl(slider, words, onChange) {
  let [from, to] = [0, 1];
  const change = (/** @type {number[]} */ value) => {
    set(value);
    onChange(value);
  };
  const [start, end] = [slider(words.start, (value) => change([value, Math.max(value, to)])),
    slider(words.end, (value) => change([Math.min(value, from), value]))];
  /** @param {number[]} value */
  function set(value) {
    [from, to] = value;
    start.set(from);
    end.set(to);
  }
  return { element: h("div", { class: "dx-two-sliders" }, start.element, end.element), set, refuse: (why) => start.refuse(why),
    disable(why) {
      start.disable(why);
      end.disable(why);
    } };
}
