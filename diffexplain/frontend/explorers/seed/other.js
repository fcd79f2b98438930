/** Another sentence from the same noises, picture by picture, and how much more alike pairs are than strangers. */

import { chartFrame } from "../../kit/chart_frame.js";
import { textControl } from "../../kit/controls.js";
import { h, s, setText, show } from "../../kit/dom.js";
import { fixed } from "../../kit/format.js";
import { pairing } from "./derive.js";
import { newest } from "./runs.js";
import { createWall } from "./wall.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("./tiles.js").Tiles} tiles
 * @param {{ most: number, onPrompt: (prompt: string) => void, onPick: (seed: number) => void, onLook: (seed: number | null) => void }} on
 */
export function createOther(text, tiles, { most, onPrompt, onPick, onLook }) {
  const words = text.other;
  const prompt = textControl({ ...words.control, maxLength: most, onChange: onPrompt });
  const wall = createWall({ tiles, onPick, onLook });
  const chart = distanceChart(words);
  const empty = h("p", { class: "dxw-empty" }, words.empty);
  const chartName = h("div", { class: "dxw-chart-name" }, h("b", {}, words.chart), h("small", {}, words.chartNote));
  const element = h("div", { class: "dxw-other" }, h("div", { class: "dxw-head" }, prompt.element), empty, wall.element,
    chartName, chart.element);

  /**
   * @param {import("./view.js").View} view
   * @param {{ looked: number | null, live: boolean, markOf: (seed: number) => string }} state
   */
  function draw({ content, old, index }, { looked, live, markOf }) {
    const come = content !== null && newest(content.other) >= 0;
    show(!come, empty);
    show(come, wall.element);
    if (content?.begin) setText(empty, content.begin.request.other_prompt ? words.waiting : live ? words.empty : words.none);
    const pairs = content?.pairs ?? null;
    show(pairs !== null, chartName, /** @type {any} */ (chart.element));
    if (!come || !content?.begin) return;
    const { seeds, request } = content.begin;
    wall.draw(content, "other", index, { old, looked, markOf, words: words.wall(seeds.length, request.other_prompt),
      tileWords: text.tile });
    if (pairs) chart.draw(pairing(pairs), looked === null ? -1 : seeds.indexOf(looked));
  }

  return { element, draw, prompt, wall, disconnect: chart.disconnect };
}

/** Two rows of marks over one axis: pictures of one seed, pictures of two. @param {import("./text.js").Text["other"]} words */
function distanceChart(words) {
  const height = 92;
  const frame = chartFrame({ className: "dx-chart dxw-distances", height });

  /** @param {ReturnType<typeof pairing>} pairing @param {number} looked  a row, -1 for none */
  function draw(pairing, looked) {
    frame.draw((width) => marks(pairing, looked, width),
      words.chartWords(fixed(pairing.meanSame), fixed(pairing.meanStrangers)));
  }

  /** @param {ReturnType<typeof pairing>} pairing @param {number} looked @param {number} width */
  function marks(pairing, looked, width) {
    const top = Math.max(0.2, Math.ceil(10 * Math.max(...pairing.same, ...pairing.strangers)) / 10);
    const left = 112;
    const x = (/** @type {number} */ value) => left + ((width - left - 12) * value) / top;
    const rows =
      /** @type {const} */ ([["same", 20, "dx-signal", pairing.same, pairing.meanSame], ["strangers", 54, "dxw-soft",
        pairing.strangers, pairing.meanStrangers]]);
    const ticks = Array.from({ length: Math.round(top * 10) + 1 }, (_, at) => at / 10);
    return [
      ...ticks.flatMap((
        value,
      ) => [s("line", { x1: x(value), x2: x(value), y1: 4, y2: height - 18, class: "dx-grid" }),
        s("text", { x: x(value), y: height - 4, "text-anchor": "middle" }, value.toFixed(1))]
      ),
      ...rows.flatMap((
        [name, y, concept, values, mean],
      ) => [s("text", { x: 0, y: y + 4, class: "dxw-row-name" }, words[name]), ...(name === "same"
        ? [...values].map((value, at) =>
          s("circle", { cx: x(value), cy: y + 5 * ((at % 3) - 1), r: at === looked ? 6 : 3.5,
            class: `dxw-bead ${concept} ${at === looked ? "dxw-on" : ""}` })
        )
        : [...values].map((value) =>
          s("line", { x1: x(value), x2: x(value), y1: y - 7, y2: y + 7, class: `dxw-tick ${concept}` })
        )), s("path", { d: `M${x(mean)} ${y - 11}v22`, class: "dxw-average" })]
      ),
    ];
  }
  return { element: frame.element, draw, disconnect: frame.disconnect };
}
