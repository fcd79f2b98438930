/** The heart: one row a sampler on one axis. What it expects on its way, what it has at the cursor, where it came out, what that cost. */

import { onDrag } from "../../kit/chart_frame.js";
import { scaleOf, ticksOf } from "../../kit/chart_scale.js";
import { h, onWidth, s, setText } from "../../kit/dom.js";
import { playerRow, scrubTarget, stayingRow } from "../../kit/player.js";
import { letterOf, placeOf, shareOf, shotsOf, shotsOfLong, stopAt, stripOf } from "./derive.js";
import { level } from "./text.js";

const CELL = 36; // px, at least

/** A picture that follows its source. @param {string} className @param {boolean} [silent]  part of something that has words */
function picture(className, silent = false) {
  const image = h("img", { alt: "", draggable: false, hidden: true });
  const element = h("span", { class: `dx-shot ${className}`, ...(silent ? { "aria-hidden": "true" } : { role: "img" }) },
    image);
  return {
    element,
    /** @param {Pick<import("./derive.js").Shot, "picture" | "coarse"> | null} shot @param {boolean} old @param {string} [words] */
    draw(shot, old, words = "") {
      image.hidden = !shot;
      if (shot && image.getAttribute("src") !== shot.picture.url) image.src = shot.picture.url;
      element.classList.toggle("dx-coarse", shot?.coarse ?? false);
      element.classList.toggle("dx-old", old);
      if (words) element.setAttribute("aria-label", words);
    },
  };
}

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {{ view: () => import("./derive.js").View, axis: HTMLElement, onRow: (row: number) => void }} options
 */
export function createStage(page, { view, axis, onRow }) {
  const { text, choose, signal } = page;
  const state = h("small", { class: "dx-state", role: "status" });
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
    if (stops.length) player.byHand(stopAt(stops, low + share * (high - low)));
  }

  const heads = h("div", { class: "dx-sampler-row dx-heads" }, axis, scale, h("span", {}, text.heads.here),
    h("span", {}, text.heads.end), h("span", { title: text.heads.groupHint }, text.heads.group),
    h("span", { class: "dx-number" }, text.heads.cost), h("span", { class: "dx-number" }, text.heads.time));
  const rowsElement = h("div", { class: "dx-rows" });
  const element = h("div", { class: "dx-stage" }, h("div", { class: "dx-ways" }, heads, rowsElement));
  /** @typedef {ReturnType<typeof rowOf>} Row @type {Row[]} */
  let rows = [];
  let laid = "";
  let width = 0;
  let redraw = () => {};
  onWidth(scale, (wide) => {
    width = wide;
    redraw();
  }, signal);

  /** @param {string} label @param {number} [at]  of a sampler; the long run has none @param {{ family: string, dash: string }} [stroke] */
  function rowOf(label, at, stroke) {
    const strip = h("span", { class: "dx-strip", role: "img" });
    const marks = s("svg", { class: "dx-marks", "aria-hidden": "true" });
    const plumb = h("i", { class: "dx-cursor" });
    const track = h("div", { class: "dx-track" }, strip, marks, plumb);
    onDrag(track, ([x]) => onPlace(Math.max(0, Math.min(1, x / Math.max(1, track.getBoundingClientRect().width)))));
    const note = h("small", {});
    const swatch = () =>
      s("svg", { class: "dx-swatch", viewBox: "0 0 22 8", "aria-hidden": "true" },
        s("line", { x1: 0, x2: 22, y1: 4, y2: 4, class: `dx-stroke dx-family-${stroke?.family}`,
          "stroke-dasharray": stroke?.dash }));
    const title = at === undefined
      ? h("span", { class: "dx-sampler-name" }, h("b", {}, label), note)
      : h("button", { type: "button", class: "dx-sampler-name", title: text.row.select(label), "aria-pressed": "false",
        onclick: () => onRow(at) }, h("b", {}, label), h("span", { class: "dx-under" }, swatch(), note));
    const [here, end] = [picture("dx-here"), picture("dx-end")];
    const group = h("span", { class: "dx-group dx-empty", title: text.heads.groupHint });
    const cost = h("span", { class: "dx-number dx-cost", "data-unit": text.heads.cost });
    const time = h("span", { class: "dx-number dx-time" });
    const element = h("div", { class: `dx-sampler-row${at === undefined ? " dx-long" : ""}` }, title, track, here.element,
      end.element, group, cost, time);
    return { label, element, title, note, strip, marks, plumb, track, here, end, group, cost, time,
      cells: /** @type {ReturnType<typeof picture>[]} */ ([]) };
  }

  /** @param {import("./derive.js").View} view */
  function drawScale({ domain, axis: by }) {
    const x = scaleOf({ domain }, [], [0, width]);
    const ticks = ticksOf({ whole: true }, x, Math.max(2, Math.floor(width / 64)));
    const zero = by === "log_snr" && domain[0] < 0 && domain[1] > 0 ? x(0) : null;
    scale.setAttribute("viewBox", `0 0 ${Math.max(1, width)} 34`);
    scale.replaceChildren(
      ...(zero === null
        ? [s("text", { x: 0, y: 11 }, text.heads.evaluations)]
        : [s("rect", { x: 0, y: 29, width: zero, height: 4, class: "dx-noisy" }),
          s("rect", { x: zero, y: 29, width: Math.max(0, width - zero), height: 4, class: "dx-clean" }),
          s("text", { x: 0, y: 11, class: "dx-noise" }, text.heads.noise),
          s("text", { x: width, y: 11, "text-anchor": "end", class: "dx-signal" }, text.heads.picture),
          ...(width > 260 ? [s("text", { x: zero, y: 11, "text-anchor": "middle" }, text.heads.log_snr)] : [])]),
      ...ticks.flatMap((
        tick,
      ) => [s("line", { x1: x(tick), x2: x(tick), y1: 26, y2: 33 }),
        s("text", { x: Math.max(4, Math.min(width - 4, x(tick))), y: 23,
          "text-anchor": x(tick) < 6 ? "start" : x(tick) > width - 6 ? "end" : "middle" },
          by === "log_snr" ? level(tick).replace(/\.0$/, "") : String(tick))]
      ),
    );
  }

  /** @param {import("./derive.js").View} now @param {string} stateWords  where the run stands */
  function draw(now, stateWords) {
    redraw = () => draw(now, stateWords);
    const { content, axis: by, domain, place, row: chosen, old, strokes, groups } = now;
    const { begin, end, long, ways, progress } = content ?? { ways: [] };
    setText(state, stateWords);
    const key = begin ? JSON.stringify(begin.rows) : "";
    if (key !== laid) {
      laid = key;
      rows = begin ? [...begin.rows.map(({ label }, at) => rowOf(label, at, strokes[at])), rowOf(text.long.name)] : [];
      rowsElement.replaceChildren(...rows.map((row) => row.element));
    }
    drawScale(now);
    if (begin) {
      ways.forEach((way, at) => drawSampler(rows[at], at, way, begin));
      drawLong(rows[ways.length]);
    }
    player.draw(text.at[by](place));

    /** The strip of a row, and what it has at the cursor. @param {Row} row @param {import("./derive.js").Shot[]} shots */
    function drawShots(row, shots) {
      const count = Math.max(4, Math.floor(width / (CELL + 2)));
      const { here, cells, selected } = stripOf(shots, place, domain, count);
      if (row.cells.length !== count) {
        row.cells = cells.map(() => picture("dx-cell", true));
        row.strip.replaceChildren(...row.cells.map(({ element: cell }) => cell));
        row.strip.style.setProperty("--cells", String(count));
      }
      row.cells.forEach((cell, at) => {
        cell.draw(cells[at], old);
        cell.element.classList.toggle("dx-on", at === selected);
        cell.element.classList.toggle("dx-none", !cells[at]);
      });
      row.plumb.style.left = `${100 * shareOf(place, domain)}%`;
      return here;
    }

    /** @param {Row} row @param {number} at @param {import("./runs.js").Way} way @param {import("./messages").Begin} begin */
    function drawSampler(row, at, { looks }, { rows: samplers, request }) {
      const { family, fresh } = samplers[at];
      const finish = end?.rows[at];
      const here = drawShots(row, shotsOf(looks, by));
      row.element.classList.toggle("dx-chosen", chosen === at);
      row.title.setAttribute("aria-pressed", String(chosen === at));
      setText(row.note,
        family !== "noise" && fresh ? text.freshDdim(request.eta) : text.controls.samplers.families[family].name);
      row.strip.setAttribute("aria-label", text.row.words(row.label, looks.length));
      row.marks.setAttribute("viewBox", `0 0 ${Math.max(1, width)} 8`);
      row.marks.replaceChildren(
        ...[...new Set(looks.map((look) => placeOf(look, by)))].map((one) =>
          s("circle", { cx: (shareOf(one, domain) * width).toFixed(1), cy: 4, r: one === here?.position ? 3.5 : 2,
            class: `dx-spot dx-family-${family}` })
        ),
      );
      row.here.draw(here, old, here ? text.row.here(row.label, here.index + 1) : text.row.none(row.label));
      row.end.draw(finish ? { picture: finish.image, coarse: false } : null, old, text.row.end(row.label));
      setText(row.group, groups[at] === undefined ? "" : letterOf(groups[at]));
      row.group.classList.toggle("dx-empty", groups[at] === undefined);
      setText(row.cost, String(finish?.evaluations ?? (looks.length || "")));
      const seconds = finish
        ? finish.network_seconds + (finish.own_seconds ?? 0)
        : looks.reduce((sum, one) => sum + one.seconds, 0);
      setText(row.time, looks.length ? text.row.seconds(seconds) : "");
    }

    /** @param {Row} row */
    function drawLong(row) {
      const run = long?.runs[0];
      const { name, note, waiting, beyond } = text.long;
      const here = drawShots(row, by === "log_snr" ? shotsOfLong(run) : []);
      const underway = progress?.task === "long" ? text.state.long(progress.done, progress.total) : waiting;
      setText(row.note, run ? note : underway);
      row.strip.setAttribute("aria-label", run ? text.row.words(name, run.evaluations) : text.row.none(name));
      row.track.dataset.note = run && by === "evaluations" ? beyond(run.evaluations) : "";
      row.here.draw(here, old, text.row.none(name));
      row.here.element.classList.toggle("dx-none", !here);
      row.end.draw(run ? { picture: run.image, coarse: false } : null, old, text.row.end(name));
      setText(row.cost, String(run?.evaluations ?? ""));
    }
  }
  return { element, player: stayingRow(player, signal, state), draw, onPlace, keys: player.keys };
}
