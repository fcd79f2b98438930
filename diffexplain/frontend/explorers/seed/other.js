/** Another sentence from the same noises, picture by picture, and how much more alike pairs are than strangers. */

import { chartFrame } from "../../kit/chart_frame.js";
import { textControl } from "../../kit/controls.js";
import { h, s, setText, show } from "../../kit/dom.js";
import { fixed } from "../../kit/format.js";
import { emptyRoom } from "../../kit/room.js";
import { createWall } from "../../kit/wall.js";
import { pairing } from "./derive.js";
import { newest, tileAt } from "./runs.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {import("../../kit/tiles.js").Tiles} tiles
 * @param {{ onPick: (seed: number) => void, onLook: (seed: number | null) => void }} on
 */
export function createOther(page, tiles, { onPick, onLook }) {
  const { text, constants, write, signal } = page;
  const words = text.other;
  const prompt = textControl({ ...words.control, maxLength: constants("_controls").limits.prompt,
    onChange: (value) => write("other_prompt", value) });
  const wall = createWall({ tiles, onPick, onLook });
  const chart = distanceChart(words, signal);
  const empty = h("p", { class: "dx-empty" }, words.empty);
  const chartName = h("div", { class: "dx-chart-name" }, h("b", {}, words.chart), h("small", {}, words.chartNote));
  const head = h("div", { class: "dx-head" }, prompt.element);
  const room = emptyRoom(page, words.shows, head, empty);
  const element = h("div", { class: "dx-other" }, room.element, head, empty, wall.element, chartName, chart.element);

  /**
   * @param {import("./runs.js").View} view
   * @param {{ looked: number | null, markOf: (seed: number) => string }} state
   */
  function draw({ content, old, index }, { looked, markOf }) {
    const come = content !== null && newest(content.other) >= 0;
    if (!room.draw(come)) show(!come, empty);
    show(come, wall.element);
    if (content?.begin) setText(empty, content.begin.request.other_prompt ? words.waiting : words.empty);
    const pairs = content?.pairs ?? null;
    show(pairs !== null, chartName, /** @type {any} */ (chart.element));
    if (!come || !content?.begin) return;
    const { seeds, request } = content.begin;
    wall.draw(seeds, (at) => tileAt(content.other, index, at), { old, looked, markOf,
      words: words.wall(seeds.length, request.other_prompt), tileWords: text.tile });
    if (pairs) chart.draw(pairing(pairs), looked === null ? -1 : seeds.indexOf(looked));
  }

  return { element, draw, prompt, wall };
}

/** Two rows of marks over one axis: pictures of one seed, pictures of two. @param {import("./text.js").Text["other"]} words @param {AbortSignal} signal */
function distanceChart(words, signal) {
  const [height, left] = [92, 112];
  const frame = chartFrame({ className: "dx-chart dx-distances", height, signal });

  /** @param {ReturnType<typeof pairing>} pairing @param {number} looked  a row, -1 for none */
  function draw({ same, strangers, meanSame, meanStrangers }, looked) {
    const tenths = Math.max(2, Math.ceil(10 * Math.max(...same, ...strangers)));
    frame.draw((width) => {
      const x = (/** @type {number} */ value) => left + ((width - left - 12) * value) / (tenths / 10);
      const row = (/** @type {string} */ name, /** @type {number} */ y,
        /** @type {number} */ mean) => [s("text", { x: 0, y: y + 4, class: "dx-row-name" }, name),
        s("path", { d: `M${x(mean)} ${y - 11}v22`, class: "dx-average" })];
      return [
        ...Array.from({ length: tenths + 1 }, (_, at) => at / 10).flatMap((
          value,
        ) => [s("line", { x1: x(value), x2: x(value), y1: 4, y2: height - 18, class: "dx-grid" }),
          s("text", { x: x(value), y: height - 4, "text-anchor": "middle" }, value.toFixed(1))]
        ),
        ...same.map((value, at) =>
          s("circle", { cx: x(value), cy: 20 + 5 * ((at % 3) - 1), r: at === looked ? 6 : 3.5,
            class: `dx-bead dx-signal ${at === looked ? "dx-on" : ""}` })
        ),
        ...strangers.map((value) => s("line", { x1: x(value), x2: x(value), y1: 47, y2: 61, class: "dx-tick dx-soft" })),
        ...row(words.same, 20, meanSame),
        ...row(words.strangers, 54, meanStrangers),
      ];
    }, words.chartWords(fixed(meanSame), fixed(meanStrangers)));
  }
  return { element: frame.element, draw };
}
