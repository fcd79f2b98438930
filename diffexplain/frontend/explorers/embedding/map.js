/** The map: the cloud of points, and over it what is selected, where the kinds have their middles, and the paths of runs. */

import { boardOf, tool } from "../../kit/board.js";
import { disc, framed, outline, ring, stroke } from "../../kit/brush.js";
import { h, show } from "../../kit/dom.js";
import { shortened } from "../../kit/format.js";
import { changes } from "../../kit/memo.js";
import { boxesAround } from "../../kit/placing.js";
import { fadedBy, labelsOn } from "../../kit/points.js";
import { scatter } from "../../kit/scatter.js";
import { thumbnail } from "../../kit/thumbs.js";
import { spoken } from "../../kit/words.js";
import { captionOf, categoryOf, MAPS, nearest, neighboursOf, PICTURE, picturesIn, placeOn, pointsOn, TEXT } from "./derive.js";

const HOVERED = 3; // neighbours of each kind that a hovered point is tied to

/**
 * @typedef {import("./palette.js").Colours} Colours
 * @typedef {(x: number, y: number) => [number, number]} Project  from the map to pixels
 * @typedef {import("../../kit/placing.js").Placing} Placing
 *
 * What is to be seen over the points.
 * @typedef {object} Overlay
 * @property {{ place: [number, number], label: string, image: CanvasImageSource | null, kind: number }[]} marks  what was placed
 * @property {{ from: [number, number], to: number[] } | null} links  from what is selected to its neighbours
 * @property {number | null} point  the selected point
 * @property {number[]} held  points in the lasso
 * @property {{ colour: string, dash: number[], places: [number, number][], at: number, image: CanvasImageSource | null, home: [number, number] }[]} paths
 * @property {string} gap  what its line says; empty for no line
 */

/**
 * @param {import("./text.js").Text} text
 * @param {{ language: string, signal: AbortSignal, onPick: (index: number | null) => void, onLasso: (indices: number[]) => void,
 *   thumbs: import("../../kit/thumbs.js").Thumbs }} options
 */
export function createMap(text, { language, signal, onPick, onLasso, thumbs }) {
  /** @type {Overlay} */
  let overlay = { marks: [], links: null, point: null, held: [], paths: [], gap: "" };
  let map = /** @type {import("./derive.js").MapData | null} */ (null);
  let points = new Float32Array();
  let projection = "umap";
  let colours = /** @type {Colours | null} */ (null);
  let category = /** @type {import("./derive.js").MapData["categories"][number] | null} */ (null);
  const changed = changes();

  const card = h("div", { class: "dx-hover", hidden: true, "aria-hidden": "true" });
  const plot = scatter({ label: text.map.waiting, onHover: hover, onPick, onLasso, over, signal });
  let lassoing = false;
  const lasso = tool("", text.tools.lasso, () => setLasso(!lassoing));
  lasso.classList.add("dx-tool-lasso");
  lasso.setAttribute("aria-pressed", "false");
  const { element, waiting } = boardOf(plot, { ...text.tools, waiting: text.map.waiting }, { tools: [lasso], above: [card] });

  /** @param {boolean} on */
  function setLasso(on) {
    lassoing = on;
    lasso.setAttribute("aria-pressed", String(on));
    plot.lasso(on);
  }

  /** @param {number | null} index @param {[number, number]} place */
  function hover(index, [x, y]) {
    show(index !== null, card);
    if (index === null || !map) return;
    const picture = map.kinds.data[index] === PICTURE;
    const name = category?.names[category.values.data[index]];
    card.replaceChildren(...(picture ? [thumbnail(thumbs, index, 112)] : []),
      h("span", { class: picture ? "" : "dx-quote" }, captionOf(map, index, language)),
      ...(name ? [h("small", {}, spoken(/** @type {any} */ (name), language))] : []));
    const box = element.getBoundingClientRect();
    card.style.left = `${Math.max(4, Math.min(x + 18, box.width - 168))}px`;
    card.style.top = `${Math.max(4, y + 18 + 190 > box.height ? y - 18 - card.offsetHeight : y + 18)}px`;
  }

  /** @param {CanvasRenderingContext2D} context @param {Project} place @param {number | null} hovered @param {Placing} places */
  function over(context, place, hovered, places) {
    if (!map || !colours) return;
    const { ink, paper, soft } = colours.theme;
    const at = (/** @type {number} */ index) => place(points[2 * index], points[2 * index + 1]);
    const tie = (/** @type {import("../../kit/brush.js").Spot} */ from, /** @type {number} */ to, /** @type {string} */ colour,
      /** @type {number} */ edge) =>
    {
      stroke(context, [from, at(to)], paper, edge);
      stroke(context, [from, at(to)], colour, 1);
    };
    for (const index of overlay.held) ring(context, at(index), 5, ink, 1.5);
    if (overlay.links) {
      for (const index of overlay.links.to) tie(place(...overlay.links.from), index, ink, 3.5);
      outline(context, overlay.links.to.map(at), 6, ink, 1.5);
    }
    if (overlay.gap) drawGap(context, place, map, colours, places); // its words come first: they are what that map is for
    for (const path of overlay.paths) drawPath(context, place, path, paper, places);
    if (overlay.point !== null) ring(context, at(overlay.point), 16, ink, 2.5);
    for (const mark of overlay.marks) drawMark(context, place(...mark.place), mark, colours, places);
    places.avoid(overlay.paths.flatMap((path) => path.places.map((spot) => place(...spot))), 6);
    places.avoid(
      [...overlay.marks.map((mark) => mark.place), ...overlay.paths.flatMap((path) => [path.places[path.at], path.home])].map((
        spot,
      ) => place(...spot)),
      14,
    );
    places.avoid((overlay.links?.to ?? []).map(at), 14);
    if (hovered === null) return;
    const close = nearest((kind) => neighboursOf(/** @type {any} */ (map), hovered, kind), HOVERED);
    for (const index of close) {
      tie(at(hovered), index, soft, 3);
    }
    outline(context, close.map(at), 5, ink, 1.5);
    ring(context, at(hovered), 16, ink, 2);
  }

  /** @param {CanvasRenderingContext2D} context @param {Project} place @param {import("./derive.js").MapData} data @param {Colours} shades @param {Placing} places */
  function drawGap(context, place, { centres }, { theme, signal, text: violet }, places) {
    const base = 4 * Math.max(0, MAPS.indexOf(projection));
    const [from, to] = [PICTURE, TEXT].map((kind) => place(centres.data[base + 2 * kind], centres.data[base + 2 * kind + 1]));
    stroke(context, [from, to], theme.paper, 8);
    stroke(context, [from, to], theme.ink, 3);
    disc(context, from, 9, signal, theme.paper);
    disc(context, to, 9, violet, theme.paper);
    const word = (/** @type {string} */ words, /** @type {[number, number]} */ spot, weight = 600) => {
      context.font = fontOf(weight);
      const size = { width: context.measureText(words).width + 6, height: 20 };
      const box = places.first(boxesAround(spot, size, { off: 10 }));
      if (!box) return;
      Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 5,
        strokeStyle: theme.paper, fillStyle: theme.ink });
      context.strokeText(words, box.x, box.y);
      context.fillText(words, box.x, box.y);
    };
    word(overlay.gap, [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], 700);
    word(text.map.meanText, to);
    word(text.map.meanPicture, from);
  }

  /** @param {number} weight */
  const fontOf = (weight) => `${weight} 13px ${getComputedStyle(element).fontFamily}`;

  /** @param {CanvasRenderingContext2D} context @param {import("../../kit/brush.js").Spot} spot @param {Overlay["marks"][number]} mark @param {Colours} shades @param {Placing} places */
  function drawMark(context, spot, { label, image, kind }, { theme: { paper }, signal, text: violet }, places) {
    if (!places.sees(spot)) return;
    if (image) {
      const size = { width: 54, height: 54 };
      const box = places.first([{ x: spot[0], y: spot[1], ...size }, ...boxesAround(spot, size, { off: 14 })]);
      if (box) stroke(context, [spot, [box.x, box.y]], signal, 2.5);
      return box ? framed(context, [box.x, box.y], 44, image, [5, paper], [3, signal]) : disc(context, spot, 7, signal, paper);
    }
    context.font = fontOf(600);
    const shown = shortened(label, 34);
    const size = { width: context.measureText(shown).width + 22, height: 29 };
    const box = places.first(boxesAround(spot, size, { off: 12, rounds: 12 }));
    const colour = kind === TEXT ? violet : signal;
    if (box) stroke(context, [spot, [box.x, box.y]], colour, 2.5);
    disc(context, spot, 7, colour, paper);
    if (!box) return;
    context.beginPath();
    context.roundRect(box.x - size.width / 2 + 2, box.y - 12.5, size.width - 4, 25, 7);
    Object.assign(context, { fillStyle: colour, strokeStyle: paper, lineWidth: 2.5 });
    context.stroke();
    context.fill();
    Object.assign(context, { fillStyle: paper, textAlign: "center", textBaseline: "middle" });
    context.fillText(shown, box.x, box.y + 0.5);
  }

  return {
    element,
    plot,
    endLasso: () => setLasso(false),
    /** @param {Overlay} next */
    lay(next) {
      overlay = next;
      plot.refresh();
    },
    /**
     * @param {import("./derive.js").MapData} next
     * @param {{ projection: string, colour: string, hidden: number[] }} choice
     * @param {Colours} palette
     * @param {import("../../kit/scatter.js").Sheet | null} sheet
     */
    draw(next, choice, palette, sheet) {
      show(false, waiting);
      if (!changed(next, ...Object.values(choice), palette, sheet)) return;
      if (next !== map || choice.projection !== projection || !points.length) points = pointsOn(next, choice.projection);
      [map, projection, colours, category] = [next, choice.projection, palette, categoryOf(next, choice.colour)];
      const faded = fadedBy(category.values.data, choice.hidden);
      const pictures = picturesIn(next);
      const shown = text.controls.projection[/** @type {"umap"} */ (projection)].label;
      plot.element.setAttribute("aria-label", text.map.label(shown, pictures, next.kinds.data.length - pictures));
      plot.set({
        points,
        faded,
        sheet,
        groups: /** @type {Uint8Array} */ (category.values.data),
        colours: palette.of(category),
        shapes: /** @type {Uint8Array} */ (next.kinds.data),
        labels: projection === "gap" ? [] : labelsOn(points, next.labels, language, faded), // there the kinds matter, not the things
        theme: palette.theme,
      });
    },
    /** Where a point lies on the map that is shown. @param {number} index @returns {[number, number]} */
    placeOf: (index) => [points[2 * index], points[2 * index + 1]],
    /** Where something placed lies on it. @param {import("../../kit/protocol.js").Tensor} places @param {number} [row] */
    placedAt: (places, row = 0) => placeOn(places, projection, row),
  };
}

/** A run's way so far, and pale what is left of it. @param {CanvasRenderingContext2D} context @param {Project} place @param {Overlay["paths"][number]} path @param {string} paper @param {Placing} room */
function drawPath(context, place, { colour, dash, places, at, image, home }, paper, room) {
  const spots = places.map((spot) => place(...spot));
  const done = spots.slice(0, at + 1);
  context.globalAlpha = 0.35;
  stroke(context, spots.slice(at), colour, 2, { dash });
  context.globalAlpha = 1;
  stroke(context, done, paper, 5.5);
  stroke(context, done, colour, 2.5, { dash });
  for (const spot of done.slice(1, -1)) ring(context, spot, 2.5, colour, 2);
  ring(context, spots[0], 5, colour, 2.5);
  const [x, y] = place(...home); // a cross where the prompt itself lies
  stroke(context, [[x - 6, y - 6], [x + 6, y + 6], [x, y], [x - 6, y + 6], [x + 6, y - 6]], colour, 3.5);
  const here = done[done.length - 1];
  disc(context, here, 6, colour, paper);
  if (!room.sees(here)) return;
  const beside = room.first(boxesAround(here, { width: 56, height: 56 }, { off: 16 })); // not on the path
  if (!beside) return;
  stroke(context, [here, [beside.x, beside.y]], colour, 2.5);
  framed(context, [beside.x, beside.y], 48, image, [4, paper], [3, colour]);
}
