/** How right and wrong pairs score, over each other, and the threshold: dragged in the chart, or by the slider below it. */

import { chartFrame, onDrag } from "../../kit/chart_frame.js";
import { h, s, setText, uniqueId } from "../../kit/dom.js";
import { fixed } from "../../kit/format.js";
import { countsOf, MARKS, median } from "./derive.js";

const [HEIGHT, HEAD, FOOT, EDGE] = [250, 62, 22, 9]; // px; at the edges stands half of the slider's thumb

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createHistogram({ text, choose, signal }) {
  const words = text.histogram;
  const frame = chartFrame({ className: "dx-scores", height: HEIGHT, signal });
  const [lead, why] = [h("p", { class: "dx-prose" }), h("p", { class: "dx-prose" })];
  const reading = h("output", {});
  const slider = h("input", { type: "range", class: "dx-range", id: uniqueId("threshold"), step: "0.01",
    oninput: () => choose({ threshold: Number(slider.value) }) });
  const preset = (/** @type {number} */ value, /** @type {string} */ label) =>
    h("button", { type: "button", class: "dx-link", onclick: () => choose({ threshold: value }) }, label);
  const best = preset(0, "");
  best.onclick = () => choose({ threshold: bestNow });
  const element = h("div", { class: "dx-filter" }, h("b", { class: "dx-head" }, words.title), lead, frame.element,
    h("div", { class: "dx-cut-at" }, slider,
      h("div", { class: "dx-presets" }, h("label", { for: slider.id }, words.threshold, " ", reading),
        ...MARKS.map((value, at) => preset(value, words.preset[at])), best)), why);
  let bestNow = 0;
  let width = 600;
  let domain = /** @type {[number, number]} */ ([0, 1]);
  const x = (/** @type {number} */ value) => EDGE + (width - 2 * EDGE) * (value - domain[0]) / (domain[1] - domain[0]);
  onDrag(frame.element, ([px]) => {
    const value = domain[0] + (domain[1] - domain[0]) * (px - EDGE) / (width - 2 * EDGE);
    choose({ threshold: Math.round(100 * Math.max(domain[0], Math.min(domain[1], value))) / 100 });
  });

  /** @param {import("./derive.js").View} now */
  function paint({ pairs, mine, threshold }) {
    const floor = HEIGHT - FOOT + 0.5;
    const counts = [true, false].map((right) =>
      countsOf(pairs.filter((pair) => pair.right === right).map(({ score }) => score), domain)
    );
    const top = Math.max(1, ...counts.flat());
    const y = (/** @type {number} */ count) => floor - (floor - HEAD) * count / top;
    const step = (domain[1] - domain[0]) / counts[0].length;
    const outline = (/** @type {number[]} */ bars) =>
      bars.map((count, at) =>
        [at, at + 1].map((edge) => `${x(domain[0] + edge * step).toFixed(1)},${y(count).toFixed(1)}`).join(" ")
      ).join(" ");
    const names = counts.map((bars, at) => {
      const peak = bars.indexOf(Math.max(...bars));
      const middle = Math.max(24, Math.min(width - 24, x(domain[0] + (peak + 0.5) * step)));
      return bars[peak]
        ? [
          s("text", { x: middle, y: y(bars[peak]) - 5, "text-anchor": "middle",
            class: `dx-of ${at ? "dx-noise" : "dx-signal"}` }, at ? words.wrong : words.right),
        ]
        : [];
    }).flat();
    const ticks = Array.from({ length: Math.round((domain[1] - domain[0]) * 10) + 1 }, (_, at) => domain[0] + at / 10);
    const every = ticks.length * 34 > width ? 2 : 1;
    const cut = x(Math.max(domain[0], Math.min(domain[1], threshold)));
    return [s("rect", { x: 0, y: 0, width: Math.max(0, cut), height: floor, class: "dx-lost" }),
      ...counts.map((bars, at) =>
        s("polygon", { points: `${x(domain[0])},${floor} ${outline(bars)} ${x(domain[1])},${floor}`,
          class: at ? "dx-wrong" : "dx-right" })
      ),
      ...MARKS.flatMap((value,
        at) => [s("line", { x1: x(value), x2: x(value), y1: 22, y2: floor, class: "dx-mark" }),
        s("text", { x: x(value) + (at ? 4 : -4), y: 32, "text-anchor": at ? "start" : "end", class: "dx-mark-name" },
          words.marks[at])]
      ), ...names, s("line", { x1: 0, x2: width, y1: floor, y2: floor, class: "dx-axis" }),
      ...ticks.filter((_, at) => at % every === 0).map((value) =>
        s("text", { x: Math.max(12, Math.min(width - 12, x(value))), y: HEIGHT - 5, "text-anchor": "middle" },
          value.toFixed(1).replace("-", "−").replace("−0.0", "0.0"))
      ),
      ...(mine
        ? [s("path", { d: `M${x(mine.score)} ${floor}l-6 -11h12z`, class: "dx-mine" }),
          s("text", { x: Math.max(34, Math.min(width - 34, x(mine.score))), y: floor - 16, "text-anchor": "middle",
            class: "dx-mine-name" }, words.mine)]
        : []), s("line", { x1: cut, x2: cut, y1: 0, y2: floor, class: "dx-cut-line" }),
      s("text", { x: cut - 6, y: 13, "text-anchor": "end", class: "dx-side" }, cut > 60 ? words.lost : ""),
      s("text", { x: cut + 6, y: 13, class: "dx-side" }, width - cut > 60 ? words.kept : "")];
  }

  return {
    element,
    /** @param {import("./derive.js").View} now @param {string} state */
    draw(now, state) {
      const { pairs, threshold, outcome, content } = now;
      domain = now.domain;
      Object.assign(slider, { min: String(domain[0].toFixed(1)), max: String(domain[1].toFixed(1)) });
      slider.value = String(threshold);
      slider.style.setProperty("--filled",
        `${100 * Math.max(0, Math.min(1, (threshold - domain[0]) / (domain[1] - domain[0])))}%`);
      slider.setAttribute("aria-valuetext", fixed(threshold));
      setText(reading, fixed(threshold));
      bestNow = content?.scored?.best ?? NaN;
      best.hidden = !Number.isFinite(bestNow);
      bestNow = Math.round(100 * bestNow) / 100;
      setText(best, words.best(fixed(bestNow)));
      const middles = [true, false].map((right) =>
        median(pairs.filter((pair) => pair.right === right).map(({ score }) => score))
      );
      setText(lead, pairs.length ? words.lead(pairs.length, middles[0], middles[1], content?.begin?.own ?? "") : state);
      setText(why, content?.begin && content.scored ? words.why(content.begin, bestNow) : state);
      element.classList.toggle("dx-old", now.old);
      frame.draw((wide) => {
        width = wide;
        return paint(now);
      }, words.chart(pairs.length, fixed(threshold), outcome));
    },
  };
}
