/**
 * All steps at once: three film strips, the curve of log-SNR, the player. One selected step runs through them all, at one place. Where a
 * run is kept, the strips are its predicted pictures, those of this run, and the difference.
 */

import { h, show } from "../../kit/dom.js";
import { filmStrip, MOST_FRAMES } from "../../kit/film.js";
import { figure } from "../../kit/format.js";
import { logSnr } from "../../kit/levels.js";
import { DASHES, lineChart } from "../../kit/line_chart.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { fromEnd } from "../../kit/shown.js";
import { apartAt, partnerOf, partnersOf } from "./alignment.js";
import { frameOf, frameWithGhost } from "./view.js";

/** @typedef {import("./view.js").View} View */

const LEVELS = /** @type {[number, number]} */ ([-8, 8]); // of log-SNR; what lies beyond stands at the edge

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => import("./view.js").View} view
 */
export function createTimeline(page, view) {
  const { text, choose, signal } = page;
  const player = playerRow(page, { label: text.scrub, at: view,
    select: (index) => choose({ step: fromEnd(index, view().count) }) });
  const onSelect = player.byHand;
  const strip = (/** @type {{ name: string, note: string }} */ { name, note }, concept = "", pixelated = true) =>
    filmStrip({ label: name, note, concept, pixelated, onSelect });
  const { films, beside } = text;
  /** @type {{ name: string, compares: boolean, strip: ReturnType<typeof filmStrip>, frame: (now: View, at: number) => import("../../kit/film.js").Frame }[]} */
  const strips = [{ name: films.x.name, compares: false, strip: strip(films.x),
    frame: (now, at) => frameWithGhost(now, at, "x") }, { name: films.noise.name, compares: false,
    strip: strip(films.noise, "dx-noise"), frame: (now, at) => frameWithGhost(now, at, "noise") }, { name: films.x0.name,
    compares: false, strip: strip(films.x0, "dx-signal", false), frame: (now, at) => frameWithGhost(now, at, "x0") }, {
    name: `${beside.before.name}, ${beside.before.note}`,
    compares: true,
    strip: strip(beside.before, "dx-signal", false),
    frame: ({ content, kept }, at) => {
      const partner = content && kept && partnerOf(content, at, kept);
      return partner === null ? null : frameOf(kept, partner, "x0");
    },
  }, { name: `${beside.after.name}, ${beside.after.note}`, compares: true, strip: strip(beside.after, "dx-signal", false),
    frame: (now, at) => frameWithGhost(now, at, "x0") }, { name: beside.difference.name, compares: true,
    strip: strip(beside.difference), frame: ({ content, kept }, at) => content && kept && apartAt(content, at, kept) }];
  let last = 0; // number of the last step
  const curve = lineChart({ className: "dx-ground", height: 96, inset: { x: 0, top: 8, bottom: 8 }, names: "none", signal,
    onSelect: (share) => onSelect(Math.round(share * last)) });
  const element = h("div", { class: "dx-timeline" }, ...strips.flatMap(({ strip }) => [strip.name, strip.film]),
    h("div", { class: "dx-name" }, text.curve.name, h("small", {}, text.curve.note)), curve.element);

  /** @param {View} now */
  function draw(now) {
    const { index, count, kept, measures } = now;
    last = Math.max(0, count - 1);
    for (const { name, compares, strip, frame } of strips) {
      const shown = compares === (kept !== null);
      show(shown, strip.name, strip.film);
      if (shown) strip.draw(count, index, (at) => frame(now, at), text.filmWords(name, count));
    }
    const here = text.stepWords(index, count, measures?.signalShare ?? null);
    drawCurve(now, here);
    player.draw(here);
  }

  /** Each step stands under its pictures, and above its place on the slider. @param {View} now @param {string} here */
  function drawCurve({ content, kept, index, count }, here) {
    const levels = (content?.steps ?? []).map((step) => logSnr(step.a, step.b));
    const others = content && kept
      ? partnersOf(content, kept).map((partner) => logSnr(kept.steps[partner].a, kept.steps[partner].b))
      : [];
    const x = levels.map((_, at) => at / Math.max(1, last));
    const dots = (/** @type {number[]} */ all) =>
      all.flatMap((y, at) => Number.isNaN(y) ? [] : [{ x: x[at], y: Math.max(LEVELS[0], Math.min(LEVELS[1], y)), r: 3.5, at }]);
    const own = dots(levels).sort((one, other) => Number(one.at === index) - Number(other.at === index)); // the selected one on top
    curve.draw({
      series: [...(kept ? [{ name: text.beside.before.name, x, y: others, dash: DASHES[1] }] : []), {
        name: kept ? text.beside.after.name : text.facts.logSnr,
        x,
        y: levels,
        chosen: kept !== null,
      }],
      x: { domain: [0, 1] },
      y: { domain: LEVELS, show: figure, bare: true },
      frames: Math.min(count, MOST_FRAMES),
      zones: text.curve,
      here: index < count ? index / Math.max(1, last) : null,
      dots: own.map((dot) => (dot.at === index ? { ...dot, r: 6, full: true, concept: "dx-here" } : dot)),
    }, `${text.curve.name} · ${here}`);
  }

  return { element, player: stayingRow(player, signal), draw, keys: player.keys, playing: player.playing };
}
