/** One noise and one sentence at several scales, and what grows with the scale: first the agreement, then the glare. */

import { h, setText, show } from "../../kit/dom.js";
import { fixed, percent } from "../../kit/format.js";
import { square } from "../../kit/parts.js";
import { extent, nearestIndex } from "../../kit/tensors.js";
import { chartOf, wholePercent } from "./charts.js";
import { isIdle } from "./derive.js";

const MOST_IN_A_ROW = { wide: 8, medium: 5, narrow: 3 };

/** Ends of an axis that leave the name of a mark its room above the line. @param {ArrayLike<number>} values @returns {[number, number]} */
function roomy(values) {
  const { low, high } = extent(values);
  return [low, high + 0.25 * Math.max(0.04, high - low)];
}

/** A scale as it was asked. @param {number} scale */
const named = (scale) => String(Number(scale.toFixed(2)));

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function scalesPanel({ text, kit, live, write, signal }) {
  const words = text.scales;
  const line = h("p", { class: "dx-lead" });
  const strip = h("div", { class: "dx-cards" });
  const why = h("p", { class: "dx-prose" }, h("small", {}, words.why));
  let scales = /** @type {number[]} */ ([]);
  const onSelect = (/** @type {number} */ x) =>
    live && scales.length && write("guidance_scale", scales[nearestIndex(scales, x)]);
  const agreement = chartOf({ name: words.agreement.name, note: "" }, { signal, onSelect, names: "none" });
  const clipped = chartOf(words.clipped, { signal, onSelect, names: "none" });
  const charts = h("div", { class: "dx-charts" }, agreement.element, clipped.element);
  let laid = "";
  /** @type {ReturnType<typeof card>[]} */
  let cards = [];

  /** @param {number} scale */
  function card(scale) {
    const name = named(scale);
    const picture = square({ size: 112, pixelated: true });
    const badge = h("span", { class: "dx-badge" });
    const numbers = h("small", {});
    const element = h("button", { type: "button", class: "dx-card", title: live ? words.pick(name) : kit.state.recording,
      disabled: !live, onclick: () => write("guidance_scale", scale) }, picture.element,
      h("span", {}, h("b", {}, words.card(name)), badge), numbers);
    return { element, picture, badge, numbers, name };
  }

  /** @param {number[]} wanted */
  function lay(wanted) {
    if (laid === String(wanted)) return;
    [laid, scales] = [String(wanted), wanted];
    cards = wanted.map(card);
    for (const [width, most] of Object.entries(MOST_IN_A_ROW))
      strip.style.setProperty(`--${width}`, String(Math.ceil(cards.length / Math.ceil(cards.length / most)))); // even rows
    strip.replaceChildren(...cards.map(({ element }) => element));
  }

  /** @param {import("./messages").Scales} done @param {number} own */
  function drawCharts(done, own) {
    const order = scales.map((_, at) => at).sort((one, other) => scales[one] - scales[other]);
    const x = order.map((at) => scales[at]);
    const axis = { domain: /** @type {[number, number]} */ ([x[0], Math.max(x[x.length - 1], x[0] + 1)]), whole: true,
      show: String, read: (/** @type {number} */ scale) => words.card(named(scale)) };
    const marks = done.enough === null ? [] : [{ x: scales[done.enough], name: words.enough }];
    const here = own >= axis.domain[0] && own <= axis.domain[1] ? own : null;
    const plot = (/** @type {ArrayLike<number>} */ values, /** @type {string} */ name, /** @type {string} */ concept) => {
      const y = order.map((at) => values[at]);
      return { series: [{ name, x, y, concept }], dots: x.map((scale, at) => ({ x: scale, y: y[at], r: 3.5, concept })), marks,
        here, x: axis };
    };
    const told = (/** @type {ArrayLike<number>} */ values, /** @type {(value: number) => string} */ how) =>
      order.map((at) => words.value(cards[at].name, how(values[at]))).join(" · ");
    show(done.agreement !== null, agreement.element);
    if (done.agreement) {
      const { data } = done.agreement;
      setText(agreement.note, words.agreement.note(done.clip));
      agreement.draw({ ...plot(data, words.agreement.name, "dx-text"), y: { domain: roomy(data), show: fixed } },
        `${words.agreement.name}: ${told(data, fixed)}`);
    }
    const { data } = done.clipped;
    clipped.draw({ ...plot(data, words.clipped.name, "dx-guidance"),
      y: { domain: [0, Math.max(0.05, ...data) * 1.25], show: wholePercent, read: percent } },
      `${words.clipped.name}: ${told(data, percent)}`);
  }

  /** @param {import("./messages").Scales} done */
  function sentence({ agreement: values, clipped: { data }, enough }) {
    const [least, most] = [scales.indexOf(Math.min(...scales)), scales.indexOf(Math.max(...scales))];
    const name = (/** @type {number} */ at) => cards[at].name;
    if (!values || enough === null) return words.unmeasured(name(least), percent(data[least]), name(most), percent(data[most]));
    const best = [name(enough), fixed(values.data[enough])];
    const end = [name(most), fixed(values.data[most])];
    if (data[most] > data[enough])
      return words.line(best[0], best[1], percent(data[enough]), end[0], end[1], percent(data[most]));
    return words.clean(best[0], best[1], end[0], end[1]);
  }

  /** @param {import("./runs.js").View} view */
  function draw({ content, old }) {
    const begin = content?.begin;
    if (!content || !begin) return;
    lay(begin.request.scales);
    const { scales: done, drawing: { scales: drawing } } = content;
    cards.forEach(({ element, picture, badge, numbers, name }, at) => {
      const made = done?.pictures[at] ?? drawing?.images[at] ?? null;
      picture.draw(made && { picture: made, old }, words.card(name));
      picture.element.classList.toggle("dx-latent", !done);
      const own = scales[at] === begin.request.guidance_scale;
      element.classList.toggle("dx-chosen", own);
      element.setAttribute("aria-pressed", String(own));
      const labels = [done?.enough === at ? words.enough : "", own ? words.own : ""].filter(Boolean);
      const none = begin.request.negative_prompt ? text.halves.negative.short : words.none;
      setText(badge, labels.join(" · ") || (scales[at] === 0 ? none : scales[at] === 1 ? words.text : ""));
      const told = done
        ? [done.agreement ? text.ways.agreement(fixed(done.agreement.data[at])) : "",
          text.ways.clipped(percent(done.clipped.data[at]))]
        : [];
      numbers.replaceChildren(...told.filter(Boolean).map((one) => h("span", {}, one)));
    });
    setText(line, done ? (isIdle(content) ? text.halves.idle : sentence(done)) : words.waiting);
    show(Boolean(done), charts);
    show(!begin.measured, why);
    if (done) drawCharts(done, begin.request.guidance_scale);
  }

  return { element: h("div", { class: "dx-closer-panel" }, line, strip, charts, why), draw };
}
