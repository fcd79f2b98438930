/** The whole chain: its film strip, the noise level of all schedules over time, the player. One selected step runs through them all. */

import { h, setText } from "../../kit/dom.js";
import { aged, filmStrip, spread } from "../../kit/film.js";
import { fixed } from "../../kit/format.js";
import { logSnr, stepAt } from "../../kit/levels.js";
import { DASHES, lineChart } from "../../kit/line_chart.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { FILM, frameOf } from "./view.js";

const MOST_POINTS = 201;

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => import("./view.js").View} view
 */
export function createTimeline(page, view) {
  const { text, constants, choose, write, signal } = page;
  const { schedules } = /** @type {{ schedules: string[] }} */ (constants("_controls"));
  const player = playerRow(page, { label: text.scrub, most: FILM, at: () => ({ index: view().index, count: view().steps + 1 }),
    select: (step) => choose({ step }) });
  const onSelect = player.byHand;
  let steps = 0;
  const strip = filmStrip({ label: text.film.name, note: text.film.note, concept: "", pixelated: true, most: FILM, onSelect });
  const chart = lineChart({ className: "dx-ground dx-lines", height: 168, inset: { x: 0, top: 6, bottom: 6 }, names: "inside",
    signal, onSelect: (share) => onSelect(Math.round(share * steps)) });
  const boxes = schedules.map((name) =>
    h("input", { type: "checkbox", value: name, onchange: () =>
      write("compare", boxes.filter((box) => box.checked).map((box) => box.value)) })
  );
  const refused = h("span", { class: "dx-refused", role: "alert" });
  const beside = h("fieldset", { class: "dx-compare dx-field", title: text.controls.compare.hint },
    h("legend", {}, text.controls.compare.label),
    ...boxes.map((box, at) =>
      h("label", { title: text.schedules[schedules[at]].hint }, box, text.schedules[schedules[at]].name)
    ), refused);
  const element = h("div", { class: "dx-timeline" }, strip.name, strip.film,
    h("div", { class: "dx-name" }, text.curve.name, h("small", {}, text.curve.note), beside), chart.element);

  /** @type {import("../../kit/controls.js").Control<string[]>} */
  const compare = { element: beside, set: (names) => boxes.forEach((box) => (box.checked = names.includes(box.value))),
    refuse: (why) => setText(refused, why), disable: (why) => {
      boxes.forEach((box) => (box.disabled = true));
      beside.title = why;
    } };

  /** @param {import("./view.js").View} now */
  function draw({ content, index, level, old, steps: all }) {
    steps = all;
    const here = logSnr(level.a, level.b);
    strip.film.classList.toggle("dx-pixelated", content?.begin?.preview_matrix === null);
    strip.draw(content ? steps + 1 : 0, index, (at) => aged(content && frameOf(content, at), old), text.film.words(steps));
    if (content?.begin) drawCurves(content.begin.curves, index, here);
    player.draw(text.stepWords(index, steps, fixed(here)));
  }

  /** @param {import("./messages").Curve[]} curves @param {number} index @param {number} here */
  function drawCurves(curves, index, here) {
    const chosen = curves[0].name;
    for (const box of boxes) box.parentElement?.classList.toggle("dx-own", box.value === chosen);
    const places = spread(steps + 1, MOST_POINTS);
    const series = curves.map((curve, at) => ({ name: text.schedules[curve.name].name, chosen: at === 0, dash: DASHES[at],
      x: places.map((step) => step / steps), y: places.map((step) => logSnr(curve.a.data[step], curve.b.data[step])) })
    );
    const same = curves.slice(1).flatMap((curve) => {
      const step = stepAt(curve, here);
      return step === null ? [] : [{ x: step / steps, y: here, r: 4 }];
    });
    const x = index / steps;
    chart.draw({ series, x: { domain: [0, 1] }, y: { domain: [-10, 10], show: fixed, bare: true },
      frames: Math.min(steps + 1, FILM), zones: text.curve, here: x,
      level: Number.isFinite(here)
        ? { value: here, name: text.curve.level(fixed(here)), nameAt: x < 0.62 ? "end" : "start" }
        : null, dots: [...same, { x, y: here, r: 6, full: true, concept: "dx-here" }] },
      text.curve.words(text.schedules[chosen].name, fixed(here)));
  }

  return { element, player: stayingRow(player, signal), draw, compare, keys: player.keys };
}
