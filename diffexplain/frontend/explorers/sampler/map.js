/** The ways of the samplers over the map that ships: pale pictures below, a line a sampler, where each stands at the cursor. */

import { boardOf } from "../../kit/board.js";
import { disc, framed, stroke } from "../../kit/brush.js";
import { h, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { changes } from "../../kit/memo.js";
import { labelsOn } from "../../kit/points.js";
import { scatter } from "../../kit/scatter.js";
import { segmentControl } from "../../kit/segments.js";
import { extent } from "../../kit/tensors.js";
import { onTheme, themeColours } from "../../kit/theme.js";
import { createImages } from "../../kit/thumbs.js";
import { FAMILIES } from "./bar.js";
import { lookAt, pictureOf } from "./derive.js";

const COLOURS = ["--ink", "--paper", "--soft", "--ground", ...FAMILIES.map((family) => `--family-${family}`)];
const THUMB = 34;
const LEAST = 3; // height of what is seen, in units of the map: some neighbours are always in sight

/**
 * Whether something lies near some spots: in the box around them, with air, as wide as the board is.
 * @param {[number, number][]} spots
 * @param {number} proportion  width over height
 */
function around(spots, proportion) {
  const [xs, ys] = [extent(spots.map(([x]) => x)), extent(spots.map(([, y]) => y))];
  const height = Math.max(1.7 * (ys.high - ys.low), (1.7 * (xs.high - xs.low)) / proportion, LEAST);
  const [middle, centre] = [(xs.low + xs.high) / 2, (ys.low + ys.high) / 2];
  return (/** @type {number} */ x, /** @type {number} */ y) =>
    Math.abs(x - middle) <= (height * proportion) / 2 && Math.abs(y - centre) <= height / 2;
}

/** Where a picture may stand: on its spot, to its right or left, and row after row above and below. @param {[number, number]} spot @param {number} side */
const near = ([x, y], side) =>
  [0, -1, 1, -2, 2, -3, 3].flatMap((row) =>
    [0, 1, -1, 2, -2, 3, -3, 4, -4].map((column) => ({ x: x + column * (THUMB + 8), y: y + row * (THUMB + 8), width: side,
      height: side })
    )
  );

/**
 * @param {import("./text.js").Text} text
 * @param {{ language: string, offered: boolean, signal: AbortSignal }} options
 * @returns {import("./panels.js").Panel}
 */
export function mapPanel(text, { language, offered, signal }) {
  const words = text.map;
  const probe = themeColours(COLOURS);
  const changed = changes();
  let colours = /** @type {Record<string, string> | null} */ (null);
  let view = /** @type {import("./derive.js").View | null} */ (null);
  let ground = /** @type {import("./messages").Ground | null} */ (null);
  let whole = false;
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
  const { element: board, waiting } = boardOf(plot, { ...words.tools, waiting: words.waiting }, { corner: [reach.element],
    above: [probe.element] });
  const element = h("div", { class: "dx-closer-panel" }, board, prose(offered ? words.line : words.foreign));
  show(offered, board);
  onTheme(() => {
    colours = null;
    lay();
    plot.refresh();
  }, signal);

  /** A colour of the theme. @param {string} name */
  const tone = (name) => colours?.[name] ?? "gray";

  function lay() {
    if (!ground || !probe.element.isConnected) return;
    colours ??= probe.read();
    const spots = view?.content?.ways.flatMap(({ looks }) => looks.flatMap(({ spot }) => (spot ? [spot] : []))) ?? [];
    const seen = whole || !spots.length ? () => true : around(spots, board.clientWidth / Math.max(1, board.clientHeight));
    const { places: { data }, labels } = ground;
    const kept = Array.from({ length: data.length / 2 }, (_, at) => at).filter((at) => seen(data[2 * at], data[2 * at + 1]));
    const points = Float32Array.from(kept.flatMap((at) => [data[2 * at], data[2 * at + 1]]));
    const named = labels
      && { names: labels.names, values: { data: Uint8Array.from(kept, (at) => labels.values.data[at]), shape: [kept.length] } };
    plot.set({ points, groups: new Uint8Array(kept.length), colours: [tone("ground"), tone("ground")],
      shapes: new Uint8Array(kept.length), faded: null, sheet: null, labels: labelsOn(points, named, language),
      theme: { ink: tone("soft"), paper: tone("paper"), soft: tone("soft") } });
  }

  /** @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} project @param {number | null} _ @param {import("../../kit/placing.js").Placing} places */
  function over(context, project, _, places) {
    const { content, axis, place, row: chosen, strokes } = view ?? {};
    if (!content?.begin || !axis || place === undefined || !strokes) return;
    if (content.longSpots.length) trail(context, content.longSpots.map((spot) => project(...spot)), tone("ink"), [], 1.5, 0.55);
    const order = content.ways.map((_, at) => at).sort((a, b) => Number(a === chosen) - Number(b === chosen));
    const colourOf = (/** @type {number} */ at) => tone(`family-${strokes[at].family}`);
    for (const at of order) {
      const spots = content.ways[at].looks.flatMap(({ spot }) => (spot ? [project(...spot)] : []));
      trail(context, spots, colourOf(at), strokes[at].dash.split(" ").filter(Boolean).map(Number), at === chosen ? 3.5 : 2,
        chosen === null || at === chosen ? 1 : 0.4);
    }
    for (const at of [...order].reverse()) {
      const look = lookAt(content.ways[at], axis, place);
      if (!look?.spot) continue;
      const spot = project(...look.spot);
      const side = at === chosen ? THUMB + 8 : THUMB;
      const box = places.sees(spot) ? places.first(near(spot, side + 4), 2) : null;
      if (!box) continue;
      stroke(context, [spot, [box.x, box.y]], colourOf(at), 1, { cap: "butt" });
      framed(context, [box.x, box.y], side, imageOf(pictureOf(look)), [2, colourOf(at)]);
    }
    places.avoid(content.ways.flatMap(({ looks }) => looks.flatMap(({ spot }) => (spot ? [project(...spot)] : []))), 5);
  }

  /** @param {CanvasRenderingContext2D} context @param {[number, number][]} spots @param {string} colour @param {number[]} dash @param {number} width @param {number} alpha */
  function trail(context, spots, colour, dash, width, alpha) {
    if (!spots.length) return;
    context.globalAlpha = 0.7 * alpha;
    stroke(context, spots, tone("paper"), width + 2.5, { cap: "butt" });
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
    ({ ground } = chosen);
    if (ground && (changed(ground, placed, now.content?.begin, board.clientWidth) || !colours)) {
      lay();
      plot.element.setAttribute("aria-label", words.words(ground.clip));
    }
    plot.refresh();
  }, keys: (event) => event.target === plot.element && plot.key(event.key) };
}
