/** The ways of the samplers over the map that ships: pale pictures below, a line a sampler, where each stands at the cursor. */

import { boardOf } from "../../kit/board.js";
import { disc, framed, stroke } from "../../kit/brush.js";
import { h, setText, show } from "../../kit/dom.js";
import { labelsOn, NONE } from "../../kit/points.js";
import { scatter } from "../../kit/scatter.js";
import { segmentControl } from "../../kit/segments.js";
import { colourProbe, onTheme } from "../../kit/theme.js";
import { createImages } from "../../kit/thumbs.js";
import { FAMILIES } from "./bar.js";
import { lookAt, pictureOf } from "./derive.js";

const COLOURS = ["--ink", "--paper", "--soft", "--ground", ...FAMILIES.map((family) => `--family-${family}`)];
const THUMB = 34;
const LEAST = 3; // height of what is seen, in units of the map: some neighbours are always in sight

/**
 * The box around some spots, with air, as wide as the board is.
 * @param {[number, number][]} spots
 * @param {number} proportion  width over height
 */
export function frameOf(spots, proportion) {
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const height = Math.max(1.7 * (high - low), (1.7 * (right - left)) / proportion, LEAST);
  const [x, y] = [(left + right) / 2, (low + high) / 2];
  return { left: x - (height * proportion) / 2, right: x + (height * proportion) / 2, low: y - height / 2,
    high: y + height / 2 };
}

/** @param {ReturnType<typeof frameOf>} frame @param {number} x @param {number} y */
const within = ({ left, right, low, high }, x, y) => x >= left && x <= right && y >= low && y <= high;

/** The free place nearest to a spot, to its right or left: thumbnails must not hide each other. @param {[number, number]} spot @param {[number, number][]} taken @returns {[number, number]} */
export function beside([x, y], taken) {
  for (let turn = 0; turn < 24; turn += 1) {
    const shifted = x + (turn % 2 ? 1 : -1) * Math.ceil(turn / 2) * (THUMB + 8);
    if (taken.every(([left, top]) => Math.abs(left - shifted) >= THUMB + 6 || Math.abs(top - y) >= THUMB + 6))
      return [shifted, y];
  }
  return [x, y];
}

/**
 * @param {import("./text.js").Text} text
 * @param {{ language: string, offered: boolean, signal: AbortSignal }} options
 * @returns {import("./panels.js").Panel}
 */
export function mapPanel(text, { language, offered, signal }) {
  const words = text.map;
  const probe = colourProbe(COLOURS);
  let colours = /** @type {string[]} */ ([]);
  let view = /** @type {import("./view.js").View | null} */ (null);
  let ground = /** @type {import("./runs.js").Ground | null} */ (null);
  let whole = false;
  let laid = /** @type {any[]} */ ([]);
  const imageOf = createImages(() => plot.refresh());
  const plot = scatter({ label: words.waiting, onHover() {}, onPick() {}, onLasso() {}, over, signal });
  const reach = segmentControl({ label: "", hint: "",
    choices: [{ value: "around", label: words.tools.around, hint: "" }, { value: "whole", label: words.tools.whole, hint: "" }],
    onChange(value) {
      whole = value === "whole";
      lay();
    } });
  reach.set("around");
  reach.element.classList.add("dx-reach");
  const { element: board, waiting } = boardOf(plot, { ...words.tools, waiting: words.waiting }, {
    above: [reach.element, probe.element],
  });
  const line = h("p", { class: "dx-prose" });
  const element = h("div", { class: "dx-closer-panel" }, board, line);
  show(offered, board);
  setText(line, offered ? words.line : words.foreign);
  onTheme(() => {
    colours = [];
    lay();
    plot.refresh();
  }, signal);

  /** A colour of the theme. @param {string} name */
  const tone = (name) => colours[COLOURS.indexOf(name)] ?? "gray";

  function lay() {
    if (!ground || !probe.element.isConnected) return;
    if (!colours.length) colours = probe.read().map((channels) => `rgb(${channels.map(Math.round).join(" ")})`);
    const spots = view?.content?.ways.flatMap(({ looks }) => looks.flatMap(({ spot }) => (spot ? [spot] : []))) ?? [];
    const frame = whole || !spots.length ? null : frameOf(spots, board.clientWidth / Math.max(1, board.clientHeight));
    const { places: { data }, labels } = ground;
    const kept = Array.from({ length: data.length / 2 }, (_, at) => at).filter((at) =>
      !frame || within(frame, data[2 * at], data[2 * at + 1])
    );
    const points = new Float32Array(2 * kept.length);
    kept.forEach((at, place) => points.set([data[2 * at], data[2 * at + 1]], 2 * place));
    plot.set({ points, groups: new Uint8Array(kept.length), colours: [tone("--ground"), tone("--ground")],
      shapes: new Uint8Array(kept.length), faded: null, sheet: null,
      labels: labelsOn(points,
        ground.labels
          && { names: ground.labels.names, values: { data: Uint8Array.from(kept, (at) =>
            labels?.values.data[at] ?? NONE), shape: [kept.length] } }, language),
      theme: { ink: tone("--soft"), paper: tone("--paper"), soft: tone("--soft") } });
  }

  /** @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} project */
  function over(context, project) {
    const { content, axis, place, row: chosen, strokes } = view ?? {};
    if (!content?.begin || !axis || place === undefined || !strokes) return;
    if (content.longSpots.length)
      trail(context, content.longSpots.map((spot) => project(...spot)), tone("--ink"), [], 1.5, 0.55);
    const order = content.ways.map((_, at) => at).sort((a, b) => Number(a === chosen) - Number(b === chosen));
    for (const at of order) {
      const spots = content.ways[at].looks.flatMap(({ spot }) => (spot ? [project(...spot)] : []));
      trail(context, spots, tone(`--family-${strokes[at].family}`), strokes[at].dash.split(" ").filter(Boolean).map(Number),
        at === chosen ? 3.5 : 2, chosen === null || at === chosen ? 1 : 0.4);
    }
    const taken = /** @type {[number, number][]} */ ([]);
    for (const at of [...order].reverse()) {
      const look = lookAt(content.ways[at], axis, place);
      if (!look?.spot) continue;
      const spot = project(...look.spot);
      const [x, y] = beside(spot, taken);
      taken.push([x, y]);
      const colour = tone(`--family-${strokes[at].family}`);
      stroke(context, [spot, [x, y]], colour, 1, { cap: "butt" });
      framed(context, [x, y], at === chosen ? THUMB + 8 : THUMB, imageOf(pictureOf(look)), [2, colour]);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {[number, number][]} spots @param {string} colour @param {number[]} dash @param {number} width @param {number} alpha */
  function trail(context, spots, colour, dash, width, alpha) {
    if (!spots.length) return;
    context.globalAlpha = 0.7 * alpha;
    stroke(context, spots, tone("--paper"), width + 2.5, { cap: "butt" });
    context.globalAlpha = alpha;
    stroke(context, spots, colour, width, { dash, cap: "butt" });
    for (const spot of spots) disc(context, spot, 2.2, colour);
    context.globalAlpha = 1;
  }

  return { element, draw(now, chosen) {
    view = now;
    const placed = now.content?.ways.some(({ looks }) => looks.some(({ spot }) => spot)) ?? false;
    show(!placed, waiting);
    board.classList.toggle("dx-old", now.old);
    const wish = [chosen.ground, placed, now.content?.begin, board.clientWidth];
    if (chosen.ground && (!colours.length || wish.some((one, at) => one !== laid[at]))) {
      laid = wish;
      ground = chosen.ground;
      lay();
      plot.element.setAttribute("aria-label", words.words(/** @type {import("./runs.js").Ground} */ (ground).clip));
    }
    plot.refresh();
  }, keys: (event) => event.target === plot.element && plot.key(event.key) };
}
