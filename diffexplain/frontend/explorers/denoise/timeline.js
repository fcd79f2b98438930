/** All steps at once: three film strips, the curve of log-SNR, the player. One selected step runs through them all. */

import { h } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { figure } from "../../kit/format.js";
import { logSnr } from "../../kit/levels.js";
import { lineChart } from "../../kit/line_chart.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { fromEnd } from "../../kit/shown.js";
import { frameWithGhost } from "./view.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => import("./view.js").View} view
 */
export function createTimeline(page, view) {
  const { text, choose, signal } = page;
  const player = playerRow(page, { label: text.scrub, at: view,
    select: (index) => choose({ step: fromEnd(index, view().count) }) });
  const onSelect = player.byHand;
  const films = /** @type {const} */ ([["x", ""], ["noise", "dx-noise"], ["x0", "dx-signal"]]).map(([part, concept]) => ({ part,
    words: text.films[part].name,
    strip: filmStrip({ label: text.films[part].name, note: text.films[part].note, concept, pixelated: part !== "x0",
      onSelect }) })
  );
  let points = /** @type {({ x: number, y: number } | null)[]} */ ([]);
  const curve = lineChart({ className: "dx-ground", height: 96, inset: { x: 8, top: 8, bottom: 8 }, names: "none", onSelect(x) {
    const far = points.map((point) => (point ? Math.abs(point.x - x) : Infinity));
    if (points.length) onSelect(far.indexOf(Math.min(...far)));
  } });
  const element = h("div", { class: "dx-timeline" }, ...films.flatMap(({ strip }) => [strip.name, strip.film]),
    h("div", { class: "dx-name" }, text.curve.name, h("small", {}, text.curve.note)), curve.element);
  signal.addEventListener("abort", curve.disconnect);

  /** @param {import("./view.js").View} now */
  function draw(now) {
    const { content, ghost, index, count, measures } = now;
    for (const { part, words: name, strip } of films) {
      strip.draw(count, index, (at) => frameWithGhost(now, at, part), text.filmWords(name, count));
    }
    const schedule = (content ?? ghost)?.begin?.schedule;
    points = Array.from({ length: count }, (_, at) => {
      const step = content?.steps[at];
      return step ? { x: step.timestep, y: logSnr(step.a, step.b) } : null;
    });
    const here = text.stepWords(index, count, measures?.signalShare ?? null);
    const come = points.flatMap((point, at) => (point ? [{ ...point, at }] : [])).sort((a, b) =>
      Number(a.at === index) - Number(b.at === index)
    );
    const column = (/** @type {0 | 1} */ part) =>
      schedule
        ? Array.from({ length: schedule.shape[0] }, (_, at) => schedule.data[2 * at + part])
        : come.map(({ x, y }) => [x, y][part]);
    curve.draw({ series: [{ name: text.facts.logSnr, x: column(0), y: column(1) }], x: { reverse: true },
      y: { show: figure, bare: true }, zones: text.curve, here: points[index]?.x ?? null,
      dots: come.map(({ x, y, at }) => (at === index ? { x, y, r: 6, full: true, concept: "dx-here" } : { x, y, r: 3.5 })) },
      `${text.curve.name}: ${here}`);
    player.draw(here);
  }

  return { element, player: stayingRow(player, signal), draw, keys: player.keys, playing: player.playing };
}
