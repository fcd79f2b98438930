/** The heart: one row a sampler on one axis. What it expects on its way, what it has at the cursor, where it came out, what that cost. */

import { scaleOf, ticksOf } from "../../kit/chart_scale.js";
import { h, s, setText, show } from "../../kit/dom.js";
import { scrubTarget } from "../../kit/player.js";
import { cellAt, cellsOf, letterOf, picturedAt, pictureOf, placeOf, shareOf } from "./derive.js";
import { level } from "./text.js";

const CELL = 40; // px, at least

/**
 * A picture that follows its source.
 * @param {string} className
 */
function picture(className) {
  const image = h("img", { alt: "", draggable: false, hidden: true });
  const element = h("span", { class: `dxp-picture ${className}`, role: "img" }, image);
  return {
    element,
    /** @param {import("../../kit/protocol.js").Picture | null} source @param {boolean} coarse  one pixel a latent pixel @param {string} words @param {boolean} [old] */
    draw(source, coarse, words, old = false) {
      image.hidden = !source;
      if (source && image.getAttribute("src") !== source.url) image.src = source.url;
      element.classList.toggle("dxp-coarse", coarse);
      element.classList.toggle("dx-old", old);
      if (words) element.setAttribute("aria-label", words);
    },
  };
}

/**
 * @param {import("./text.js").Text} text
 * @param {ReturnType<typeof import("../../kit/text.js").words>} kit
 * @param {{ axis: HTMLElement, onPlace: (share: number) => void, onStop: (index: number) => void, onRow: (row: number) => void, onPlay: () => void, onCancel: () => void, onRunAgain: () => void }} options
 */
export function createStage(text, kit, { axis, onPlace, onStop, onRow, onPlay, onCancel, onRunAgain }) {
  const state = h("small", { role: "status" });
  const scale = s("svg", { class: "dxp-scale", "aria-hidden": "true" });
  let stopNow = { stop: 0, count: 0 };
  const slider = h("input", { type: "range", min: "0", max: "1000", step: "1", class: "dx-range dx-scrub dxp-scrub",
    "aria-label": text.scrub, oninput: () => onPlace(Number(slider.value) / 1000),
    onkeydown(/** @type {KeyboardEvent} */ event) {
      const target = scrubTarget(event.key, stopNow.stop, stopNow.count); // a key goes to the next place where someone looks, not a thousandth further
      if (target === null) return;
      event.preventDefault();
      onStop(target);
    } });
  const play = h("button", { type: "button", class: "dx-button", onclick: onPlay });
  const cancel = h("button", { type: "button", class: "dx-button", onclick: onCancel, hidden: true }, kit.cancel);
  const again = h("button", { type: "button", class: "dx-button", onclick: onRunAgain, hidden: true }, kit.again);
  const heads = h("div", { class: "dxp-row dxp-heads" }, h("span", {}, text.heads.sampler), scale,
    h("span", {}, text.heads.here), h("span", {}, text.heads.end), h("span", { title: text.heads.groupHint }, text.heads.group),
    h("span", { class: "dxp-number" }, text.heads.cost), h("span", { class: "dxp-number" }, text.heads.time));
  const rowsElement = h("div", { class: "dxp-rows" });
  const foot = h("div", { class: "dxp-row dxp-player" }, h("div", { class: "dxp-transport" }, play, cancel, again), slider);
  const element = h("div", { class: "dxp-stage" }, h("div", { class: "dxp-top" }, axis, state),
    h("div", { class: "dxp-table" }, heads, rowsElement, foot));
  /** @type {ReturnType<typeof rowOf>[]} */
  let rows = [];
  let laid = "";
  let width = 0;
  const redraw = { now: () => {} };
  const observer = new ResizeObserver(([entry]) => {
    if (Math.abs(entry.contentRect.width - width) < 1) return;
    width = entry.contentRect.width;
    redraw.now();
  });
  observer.observe(scale);

  const pick = (/** @type {PointerEvent} */ event, /** @type {HTMLElement} */ track) => {
    const box = track.getBoundingClientRect();
    onPlace(Math.max(0, Math.min(1, (event.clientX - box.left) / Math.max(1, box.width))));
  };

  /** @param {string} name @param {string} label @param {number | null} at */
  function rowOf(name, label, at) {
    const strip = h("span", { class: "dxp-strip", role: "img" });
    const marks = s("svg", { class: "dxp-marks", "aria-hidden": "true" });
    const plumb = h("i", { class: "dxp-plumb" });
    const track = h("div", { class: "dxp-track" }, strip, marks, plumb);
    track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      track.setPointerCapture?.(event.pointerId);
      pick(event, track);
    });
    track.addEventListener("pointermove", (event) => event.buttons & 1 && pick(event, track));
    const swatch = s("svg", { class: "dxp-swatch", viewBox: "0 0 22 8", "aria-hidden": "true" });
    const note = h("small", {});
    const title = at === null
      ? h("span", { class: "dxp-name" }, h("b", {}, label), note)
      : h("button", { type: "button", class: "dxp-name", title: text.row.select(label), "aria-pressed": "false",
        onclick: () => onRow(at) }, h("b", {}, label), h("span", { class: "dxp-under" }, swatch, note));
    const here = picture("dxp-here");
    const end = picture("dxp-end");
    const group = h("span", { class: "dxp-group" });
    const cost = h("span", { class: "dxp-number dxp-cost" });
    cost.dataset.unit = text.heads.cost;
    const time = h("span", { class: "dxp-number dxp-time" });
    const line = h("div", { class: "dxp-row" }, title, track, here.element, end.element, group, cost, time);
    return { name, label, element: line, title, note, swatch, strip, marks, plumb, track, here, end, group, cost, time,
      cells: /** @type {ReturnType<typeof picture>[]} */ ([]) };
  }

  /** @param {ReturnType<typeof rowOf>} row @param {number} count */
  function layCells(row, count) {
    if (row.cells.length === count) return;
    row.cells = Array.from({ length: count }, () => picture("dxp-cell"));
    row.cells.forEach(({ element: cell }) => {
      cell.removeAttribute("role"); // the strip is one picture
      cell.setAttribute("aria-hidden", "true");
    });
    row.strip.replaceChildren(...row.cells.map((cell) => cell.element));
    row.strip.style.setProperty("--cells", String(count));
  }

  /** @param {import("./view.js").View} view */
  function drawScale({ domain, axis: by }) {
    const [low, high] = domain;
    const x = scaleOf({ domain }, [], [0, width]);
    const ticks = ticksOf({ whole: true }, x, Math.max(2, Math.floor(width / 64)));
    const zero = by === "log_snr" && low < 0 && high > 0 ? x(0) : null;
    scale.setAttribute("viewBox", `0 0 ${Math.max(1, width)} 34`);
    scale.replaceChildren(
      ...(zero === null
        ? []
        : [s("rect", { x: 0, y: 29, width: zero, height: 4, class: "dxp-noisy" }),
          s("rect", { x: zero, y: 29, width: Math.max(0, width - zero), height: 4, class: "dxp-clean" })]),
      ...(zero === null
        ? [s("text", { x: 0, y: 11 }, text.heads.evaluations)]
        : [s("text", { x: 0, y: 11, class: "dx-noise" }, text.heads.noise),
          s("text", { x: width, y: 11, "text-anchor": "end", class: "dx-signal" }, text.heads.picture),
          s("text", { x: zero, y: 11, "text-anchor": "middle" }, text.heads.log_snr)]),
      ...ticks.flatMap((
        tick,
      ) => [s("line", { x1: x(tick), x2: x(tick), y1: 26, y2: 33 }),
        s("text", { x: Math.max(4, Math.min(width - 4, x(tick))), y: 23,
          "text-anchor": x(tick) < 6 ? "start" : x(tick) > width - 6 ? "end" : "middle" },
          by === "log_snr" ? level(tick).replace(/\.0$/, "") : String(tick))]
      ),
    );
  }

  /** @param {import("./view.js").View} view @param {{ playing: boolean, busy: boolean, failed: boolean, canRun: boolean, stateWords: string, longWords: string }} player */
  function draw(view, player) {
    redraw.now = () => draw(view, player);
    const { content, axis: by, domain, place, stops, stop, row: chosen, old, strokes, groups } = view;
    const { playing, busy, failed, canRun, stateWords, longWords } = player;
    setText(state, stateWords);
    const begin = content?.begin ?? null;
    const key = begin ? JSON.stringify(begin.rows) : "";
    if (key !== laid) {
      laid = key;
      rows = [...(begin?.rows ?? []).map(({ name, label }, at) => rowOf(name, label, at)),
        ...(begin ? [rowOf("", text.long.name, null)] : [])];
      rows.at(-1)?.element.classList.add("dxp-long");
      rowsElement.replaceChildren(...rows.map((row) => row.element));
    }
    drawScale(view);
    const cells = Math.max(4, Math.floor(width / (CELL + 2)));
    const share = `${100 * shareOf(place, domain)}%`;
    rows.forEach((row) => {
      layCells(row, cells);
      row.plumb.style.left = share;
    });
    if (content && begin) begin.rows.forEach((_, at) => drawRow(rows[at], at));
    if (content && begin) drawLong(/** @type {ReturnType<typeof rowOf>} */ (rows.at(-1)));

    /** @param {ReturnType<typeof rowOf>} row @param {number} at */
    function drawRow(row, at) {
      const way = /** @type {import("./runs.js").Content} */ (content).ways[at];
      const { family, fresh } = /** @type {import("./runs.js").Begin} */ (begin).rows[at];
      const finish = content?.end?.rows[at] ?? null;
      const look = picturedAt(way, by, place);
      const shown = cellsOf(way, by, domain, cells);
      const selected = look ? cellAt(placeOf(look, by), domain, cells) : -1;
      row.element.classList.toggle("dxp-chosen", chosen === at);
      row.title.setAttribute("aria-pressed", String(chosen === at));
      setText(row.note,
        family !== "noise" && fresh
          ? text.freshDdim(/** @type {import("./runs.js").Begin} */ (begin).request.eta)
          : text.families[family]);
      row.swatch.replaceChildren(
        s("line", { x1: 0, x2: 22, y1: 4, y2: 4, class: `dxp-stroke dxp-${strokes[at].family}`,
          "stroke-dasharray": strokes[at].dash }),
      );
      row.strip.setAttribute("aria-label", text.row.words(row.label, way.looks.length));
      shown.forEach((one, cell) => {
        const best = cell === selected && look ? look : one;
        row.cells[cell].draw(best && pictureOf(best), Boolean(best && !best.image), "", old);
        row.cells[cell].element.classList.toggle("dxp-on", cell === selected);
        row.cells[cell].element.classList.toggle("dxp-none", !best);
      });
      drawMarks(row, way.looks.map((one) => placeOf(one, by)), look ? placeOf(look, by) : null, strokes[at].family);
      row.here.draw(look && pictureOf(look), Boolean(look && !look.image),
        look ? text.row.here(row.label, look.index + 1) : text.row.none(row.label), old);
      row.end.draw(finish?.image ?? null, false, text.row.end(row.label), old);
      setText(row.group, finish && groups[at] !== undefined ? letterOf(groups[at]) : "");
      row.group.title = text.heads.groupHint;
      row.group.classList.toggle("dxp-empty", row.group.textContent === "");
      setText(row.cost, finish ? String(finish.evaluations) : way.looks.length ? String(way.looks.length) : "");
      const seconds = finish
        ? finish.network_seconds + (finish.own_seconds ?? 0)
        : way.looks.reduce((sum, one) => sum + one.seconds, 0);
      setText(row.time, way.looks.length ? text.row.seconds(seconds) : "");
    }

    /** @param {ReturnType<typeof rowOf>} row */
    function drawLong(row) {
      const long = content?.long ?? null;
      const run = long?.runs[0] ?? null;
      const off = by === "evaluations";
      const places = run && !off ? [...run.log_snr.data] : [];
      const last = places.findLastIndex((one) => one <= place + 1e-4);
      const shown = /** @type {(number | null)[]} */ (Array.from({ length: cells }, () => null));
      places.forEach((one, at) => (shown[cellAt(one, domain, cells)] = at));
      const selected = last >= 0 ? cellAt(places[last], domain, cells) : -1;
      setText(row.note, run ? text.long.note : longWords || text.long.waiting);
      row.strip.setAttribute("aria-label",
        run ? text.row.words(text.long.name, run.evaluations) : text.row.none(text.long.name));
      row.cells.forEach((cell, at) => {
        const one = at === selected ? last : shown[at];
        cell.draw(run && one !== null ? run.images[one] : null, false, "", old);
        cell.element.classList.toggle("dxp-on", at === selected);
        cell.element.classList.toggle("dxp-none", one === null || !run);
      });
      drawMarks(row, [], null, "");
      row.track.dataset.note = off && run ? text.long.beyond(run.evaluations) : "";
      row.here.draw(run && last >= 0 ? run.images[last] : null, false, text.row.none(text.long.name), old);
      row.end.draw(run?.image ?? null, false, text.row.end(text.long.name), old);
      row.group.classList.add("dxp-empty");
      row.here.element.classList.toggle("dxp-none", !run || last < 0);
      setText(row.cost, run ? String(run.evaluations) : "");
    }

    stopNow = { stop, count: stops.length };
    const at = shareOf(place, domain);
    slider.value = String(Math.round(1000 * at));
    slider.setAttribute("aria-valuetext", text.at[by](place));
    slider.style.setProperty("--filled", `${100 * at}%`);
    setText(play, playing ? `❚❚ ${kit.pause}` : `▶ ${kit.play}`);
    play.disabled = stops.length < 2;
    show(!busy && !failed, play);
    show(busy, cancel);
    show(failed && canRun && !busy, again);
  }

  /** @param {ReturnType<typeof rowOf>} row @param {number[]} places @param {number | null} selected @param {string} family */
  function drawMarks(row, places, selected, family) {
    row.marks.setAttribute("viewBox", `0 0 ${Math.max(1, width)} 8`);
    const domain = lastDomain();
    row.marks.replaceChildren(
      ...[...new Set(places)].map((one) =>
        s("circle", { cx: (shareOf(one, domain) * width).toFixed(1), cy: 4, r: one === selected ? 3.5 : 2,
          class: `dxp-mark dxp-${family}` })
      ),
    );
  }
  let drawnDomain = /** @type {[number, number]} */ ([0, 1]);
  const lastDomain = () => drawnDomain;

  return {
    element,
    /** @param {import("./view.js").View} view @param {Parameters<typeof draw>[1]} player */
    draw(view, player) {
      drawnDomain = view.domain;
      draw(view, player);
    },
    disconnect: () => observer.disconnect(),
  };
}
