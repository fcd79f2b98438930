/** The heart: one row a sampler on one axis. What it expects on its way, what it has at the cursor, where it came out, what that cost. */

import { onDrag } from "../../kit/chart_frame.js";
import { scaleOf, ticksOf } from "../../kit/chart_scale.js";
import { h, onWidth, s, setText } from "../../kit/dom.js";
import { playerRow, scrubTarget } from "../../kit/player.js";
import { nearestIndex } from "../../kit/tensors.js";
import { cellAt, cellsOf, letterOf, picturedAt, pictureOf, placeOf, shareOf } from "./derive.js";
import { level } from "./text.js";

const CELL = 40; // px, at least

/**
 * A picture that follows its source.
 * @param {string} className
 */
function picture(className) {
  const image = h("img", { alt: "", draggable: false, hidden: true });
  const element = h("span", { class: `dx-shot ${className}`, role: "img" }, image);
  return {
    element,
    /** @param {import("../../kit/protocol.js").Picture | null} source @param {boolean} coarse  one pixel a latent pixel @param {string} words @param {boolean} [old] */
    draw(source, coarse, words, old = false) {
      image.hidden = !source;
      if (source && image.getAttribute("src") !== source.url) image.src = source.url;
      element.classList.toggle("dx-coarse", coarse);
      element.classList.toggle("dx-old", old);
      if (words) element.setAttribute("aria-label", words);
    },
  };
}

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {{ view: () => import("./view.js").View, axis: HTMLElement, onRow: (row: number) => void }} options
 */
export function createStage(page, { view, axis, onRow }) {
  const { text, choose, signal } = page;
  const state = h("small", { role: "status" });
  const scale = s("svg", { class: "dx-scale", "aria-hidden": "true" });
  const slider = h("input", { type: "range", min: "0", max: "1000", step: "1", class: "dx-range dx-scrub dx-place-scrub",
    "aria-label": text.scrub, oninput: () => onPlace(Number(slider.value) / 1000),
    onkeydown(/** @type {KeyboardEvent} */ event) {
      const { stop, stops } = view();
      const target = scrubTarget(event.key, stop, stops.length); // a key goes to the next place where someone looks, not a thousandth further
      if (target === null) return;
      event.preventDefault();
      player.byHand(target);
    } });
  const player = playerRow(page, { label: text.scrub, at: () => ({ index: view().stop, count: view().stops.length }),
    select(index) {
      const { stops } = view();
      choose({ place: index >= stops.length - 1 ? null : stops[index] }); // the end stays the end in another run
    }, slider: { element: slider, set(_, __, words) {
      const { place, domain } = view();
      const at = shareOf(place, domain);
      slider.value = String(Math.round(1000 * at));
      slider.setAttribute("aria-valuetext", words);
      slider.style.setProperty("--filled", `${100 * at}%`);
    } } });

  /** @param {number} share  of the axis */
  function onPlace(share) {
    const { stops, domain: [low, high] } = view();
    if (stops.length) player.byHand(nearestIndex(stops, low + share * (high - low)));
  }

  const heads = h("div", { class: "dx-sampler-row dx-heads" }, h("span", {}, text.heads.sampler), scale,
    h("span", {}, text.heads.here), h("span", {}, text.heads.end), h("span", { title: text.heads.groupHint }, text.heads.group),
    h("span", { class: "dx-number" }, text.heads.cost), h("span", { class: "dx-number" }, text.heads.time));
  const rowsElement = h("div", { class: "dx-rows" });
  const foot = h("div", { class: "dx-sampler-row dx-row-player" }, ...player.elements);
  const element = h("div", { class: "dx-stage" }, h("div", { class: "dx-top" }, axis, state),
    h("div", { class: "dx-ways" }, heads, rowsElement, foot));
  /** @type {ReturnType<typeof rowOf>[]} */
  let rows = [];
  let laid = "";
  let width = 0;
  const redraw = { now: () => {} };
  onWidth(scale, (wide) => {
    width = wide;
    redraw.now();
  }, signal);

  /** @param {string} name @param {string} label @param {number | null} at */
  function rowOf(name, label, at) {
    const strip = h("span", { class: "dx-strip", role: "img" });
    const marks = s("svg", { class: "dx-marks", "aria-hidden": "true" });
    const plumb = h("i", { class: "dx-cursor" });
    const track = h("div", { class: "dx-track" }, strip, marks, plumb);
    onDrag(track, ([x]) => onPlace(Math.max(0, Math.min(1, x / Math.max(1, track.getBoundingClientRect().width)))));
    const swatch = s("svg", { class: "dx-swatch", viewBox: "0 0 22 8", "aria-hidden": "true" });
    const note = h("small", {});
    const title = at === null
      ? h("span", { class: "dx-sampler-name" }, h("b", {}, label), note)
      : h("button", { type: "button", class: "dx-sampler-name", title: text.row.select(label), "aria-pressed": "false",
        onclick: () => onRow(at) }, h("b", {}, label), h("span", { class: "dx-under" }, swatch, note));
    const here = picture("dx-here");
    const end = picture("dx-end");
    const group = h("span", { class: "dx-group" });
    const cost = h("span", { class: "dx-number dx-cost" });
    cost.dataset.unit = text.heads.cost;
    const time = h("span", { class: "dx-number dx-time" });
    const line = h("div", { class: "dx-sampler-row" }, title, track, here.element, end.element, group, cost, time);
    return { name, label, element: line, title, note, swatch, strip, marks, plumb, track, here, end, group, cost, time,
      cells: /** @type {ReturnType<typeof picture>[]} */ ([]) };
  }

  /** @param {ReturnType<typeof rowOf>} row @param {number} count */
  function layCells(row, count) {
    if (row.cells.length === count) return;
    row.cells = Array.from({ length: count }, () => picture("dx-cell"));
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
        : [s("rect", { x: 0, y: 29, width: zero, height: 4, class: "dx-noisy" }),
          s("rect", { x: zero, y: 29, width: Math.max(0, width - zero), height: 4, class: "dx-clean" })]),
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

  /** @param {import("./view.js").View} now @param {string} stateWords  where the run stands */
  function draw(now, stateWords) {
    redraw.now = () => draw(now, stateWords);
    const { content, axis: by, domain, place, row: chosen, old, strokes, groups } = now;
    const progress = content?.progress;
    const longWords = progress?.task === "long" ? text.state.long(progress.done, progress.total) : "";
    setText(state, stateWords);
    const begin = content?.begin ?? null;
    const key = begin ? JSON.stringify(begin.rows) : "";
    if (key !== laid) {
      laid = key;
      rows = [...(begin?.rows ?? []).map(({ name, label }, at) => rowOf(name, label, at)),
        ...(begin ? [rowOf("", text.long.name, null)] : [])];
      rows.at(-1)?.element.classList.add("dx-long");
      rowsElement.replaceChildren(...rows.map((row) => row.element));
    }
    drawScale(now);
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
      row.element.classList.toggle("dx-chosen", chosen === at);
      row.title.setAttribute("aria-pressed", String(chosen === at));
      setText(row.note,
        family !== "noise" && fresh
          ? text.freshDdim(/** @type {import("./runs.js").Begin} */ (begin).request.eta)
          : text.families[family]);
      row.swatch.replaceChildren(
        s("line", { x1: 0, x2: 22, y1: 4, y2: 4, class: `dx-stroke dx-family-${strokes[at].family}`,
          "stroke-dasharray": strokes[at].dash }),
      );
      row.strip.setAttribute("aria-label", text.row.words(row.label, way.looks.length));
      shown.forEach((one, cell) => {
        const best = cell === selected && look ? look : one;
        row.cells[cell].draw(best && pictureOf(best), Boolean(best && !best.image), "", old);
        row.cells[cell].element.classList.toggle("dx-on", cell === selected);
        row.cells[cell].element.classList.toggle("dx-none", !best);
      });
      drawMarks(row, domain, way.looks.map((one) => placeOf(one, by)), look ? placeOf(look, by) : null, strokes[at].family);
      row.here.draw(look && pictureOf(look), Boolean(look && !look.image),
        look ? text.row.here(row.label, look.index + 1) : text.row.none(row.label), old);
      row.end.draw(finish?.image ?? null, false, text.row.end(row.label), old);
      setText(row.group, finish && groups[at] !== undefined ? letterOf(groups[at]) : "");
      row.group.title = text.heads.groupHint;
      row.group.classList.toggle("dx-empty", row.group.textContent === "");
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
        cell.element.classList.toggle("dx-on", at === selected);
        cell.element.classList.toggle("dx-none", one === null || !run);
      });
      drawMarks(row, domain, [], null, "");
      row.track.dataset.note = off && run ? text.long.beyond(run.evaluations) : "";
      row.here.draw(run && last >= 0 ? run.images[last] : null, false, text.row.none(text.long.name), old);
      row.end.draw(run?.image ?? null, false, text.row.end(text.long.name), old);
      row.group.classList.add("dx-empty");
      row.here.element.classList.toggle("dx-none", !run || last < 0);
      setText(row.cost, run ? String(run.evaluations) : "");
    }

    player.draw(text.at[by](place));
  }

  /** @param {ReturnType<typeof rowOf>} row @param {[number, number]} domain @param {number[]} places @param {number | null} selected @param {string} family */
  function drawMarks(row, domain, places, selected, family) {
    row.marks.setAttribute("viewBox", `0 0 ${Math.max(1, width)} 8`);
    row.marks.replaceChildren(
      ...[...new Set(places)].map((one) =>
        s("circle", { cx: (shareOf(one, domain) * width).toFixed(1), cy: 4, r: one === selected ? 3.5 : 2,
          class: `dx-spot dx-family-${family}` })
      ),
    );
  }
  return { element, draw, onPlace, keys: player.keys };
}
