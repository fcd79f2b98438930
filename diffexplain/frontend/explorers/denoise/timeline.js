/** All steps at once: three film strips, the curve of log-SNR, the player. One selected step runs through them all. */

import { h, setText, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { figure } from "../../kit/format.js";
import { lineChart } from "../../kit/line_chart.js";
import { scrubber } from "../../kit/player.js";
import { frameWithGhost } from "./view.js";

/**
 * @param {import("./text.js").Text} text
 * @param {ReturnType<typeof import("../../kit/text.js").words>} kit
 * @param {{ onSelect: (index: number) => void, onPlay: () => void, onCancel: () => void, onRunAgain: () => void }} on
 */
export function createTimeline(text, kit, { onSelect, onPlay, onCancel, onRunAgain }) {
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
  const slider = scrubber({ label: text.scrub, onInput: onSelect });
  const play = h("button", { type: "button", class: "dx-button dx-play", onclick: onPlay });
  const cancel = h("button", { type: "button", class: "dx-button dx-cancel", onclick: onCancel, hidden: true }, kit.cancel);
  const again = h("button", { type: "button", class: "dx-button dx-again", onclick: onRunAgain, hidden: true }, kit.again);
  const element = h("div", { class: "dx-timeline" }, ...films.flatMap(({ strip }) => [strip.name, strip.film]),
    h("div", { class: "dx-name" }, text.curve.name, h("small", {}, text.curve.note)), curve.element,
    h("div", { class: "dx-transport" }, play, cancel, again), slider.element);

  /**
   * @param {import("./view.js").View} view
   * @param {{ playing: boolean, busy: boolean, failed: boolean, canRun: boolean }} player
   */
  function draw(view, { playing, busy, failed, canRun }) {
    const { content, ghost, index, count, measures } = view;
    for (const { part, words: name, strip } of films) {
      strip.draw(count, index, (at) => frameWithGhost(view, at, part), text.filmWords(name, count));
    }
    const schedule = (content ?? ghost)?.begin?.schedule;
    points = Array.from({ length: count }, (_, at) => {
      const step = content?.steps[at];
      return step ? { x: step.timestep, y: 2 * Math.log(step.a / step.b) } : null;
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
    slider.set(index, count, here);
    setText(play, playing ? `❚❚ ${kit.pause}` : `▶ ${kit.play}`);
    play.disabled = count < 2;
    show(!busy && !failed, play);
    show(busy, cancel);
    show(failed && canRun && !busy, again);
  }

  return { element, draw, disconnect: curve.disconnect };
}
