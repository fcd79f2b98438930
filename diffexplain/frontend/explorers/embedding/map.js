/** The map: the cloud of points, and over it what is selected, where the kinds have their middles, and the paths of runs. */

import { h, show } from "../../kit/dom.js";
import { fadedBy, labelsOn } from "../../kit/points.js";
import { scatter } from "../../kit/scatter.js";
import { thumbnail } from "../../kit/thumbs.js";
import { captionOf, categoryOf, countOf, MAPS, neighboursOf, PICTURE, picturesIn, placeOn, pointsOn, TEXT } from "./derive.js";

const HOVERED = 3; // neighbours of each kind that a hovered point is tied to

/**
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
  let colours = /** @type {import("./palette.js").Colours | null} */ (null);
  let drawn = /** @type {any[]} */ ([]);

  const card = h("div", { class: "dx-hover", hidden: true, "aria-hidden": "true" });
  const plot = scatter({ label: text.map.waiting, onHover: hover, onPick, onLasso, over, signal });
  const tool = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {() => void} */ act) =>
    h("button", { type: "button", class: "dx-tool", title: name, "aria-label": name, onclick: act }, sign);
  let lassoing = false;
  const lasso = tool("", text.tools.lasso, () => setLasso(!lassoing));
  lasso.classList.add("dx-tool-lasso");
  lasso.setAttribute("aria-pressed", "false");
  const tools = h("div", { class: "dx-tools-map", role: "group", "aria-label": text.tools.name },
    tool("+", text.tools.closer, () => plot.zoom(1.5)), tool("−", text.tools.wider, () => plot.zoom(1 / 1.5)),
    tool("⤢", text.tools.all, plot.fit), lasso);
  const waiting = h("p", { class: "dx-map-waiting" }, text.map.waiting);
  const element = h("div", { class: "dx-map" }, plot.element, tools, card, waiting);

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
    const shown = picture ? index : map.partner.data[index];
    const category = categoryOf(map, drawn[2]);
    const name = category.names[category.values.data[index]];
    card.replaceChildren(...(shown >= 0 && picture ? [thumbnail(thumbs, shown, 112)] : []),
      h("span", { class: picture ? "" : "dx-quote" }, captionOf(map, index, language)),
      ...(name ? [h("small", {}, language === "zh" ? name.zh : name.en)] : []));
    const box = element.getBoundingClientRect();
    card.style.left = `${Math.max(4, Math.min(x + 18, box.width - 168))}px`;
    card.style.top = `${Math.max(4, y + 18 + 190 > box.height ? y - 18 - card.offsetHeight : y + 18)}px`;
  }

  /** @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} place @param {number | null} hovered */
  function over(context, place, hovered) {
    if (!map || !colours) return;
    const { theme } = colours;
    const at = (/** @type {number} */ index) => place(points[2 * index], points[2 * index + 1]);
    for (const index of overlay.held) ring(context, at(index), 5, theme.ink, 1.5);
    if (overlay.links) {
      const from = place(...overlay.links.from);
      for (const index of overlay.links.to) {
        stroke(context, [from, at(index)], theme.paper, 3.5);
        stroke(context, [from, at(index)], theme.ink, 1);
      }
      for (const index of overlay.links.to) ring(context, at(index), 6, theme.ink, 1.5);
    }
    for (const path of overlay.paths) drawPath(context, place, path);
    if (overlay.point !== null) ring(context, at(overlay.point), 16, theme.ink, 2.5);
    drawGap(context, place);
    for (const mark of overlay.marks) drawMark(context, place(...mark.place), mark);
    if (hovered === null) return;
    for (const index of nearTo(map, hovered)) {
      stroke(context, [at(hovered), at(index)], theme.paper, 3);
      stroke(context, [at(hovered), at(index)], theme.soft, 1);
      ring(context, at(index), 5, theme.ink, 1.5);
    }
    ring(context, at(hovered), 16, theme.ink, 2);
  }

  /** The few that a hovered point is tied to. @param {import("./derive.js").MapData} data @param {number} index */
  const nearTo = (data, index) =>
    [PICTURE, TEXT].flatMap((kind) => neighboursOf(data, index, kind).slice(0, HOVERED).map((found) => found.index));

  /** @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} place */
  function drawGap(context, place) {
    if (!overlay.gap || !map || !colours) return;
    const base = 4 * Math.max(0, MAPS.indexOf(projection));
    const middle = (/** @type {number} */ kind) =>
      place(map?.centres.data[base + 2 * kind] ?? 0, map?.centres.data[base + 2 * kind + 1] ?? 0);
    const [from, to] = [middle(PICTURE), middle(TEXT)];
    stroke(context, [from, to], colours.theme.paper, 8);
    stroke(context, [from, to], colours.theme.ink, 3);
    for (const [spot, colour] of /** @type {[[number, number], string][]} */ ([[from, colours.signal], [to, colours.text]])) {
      disc(context, spot, 9, colour, colours.theme.paper);
    }
    const apart = Math.abs(from[1] - to[1]) > 50 ? 0 : 24; // words above and below each other where the line is short or flat
    word(context, text.map.meanText, to[0] + 16, to[1] - apart, "left");
    word(context, text.map.meanPicture, from[0] + 16, from[1] + apart, "left");
    word(context, overlay.gap, (from[0] + to[0]) / 2 + 16, (from[1] + to[1]) / 2, "left", 700);
  }

  /** @param {CanvasRenderingContext2D} context @param {(x: number, y: number) => [number, number]} place @param {Overlay["paths"][number]} path */
  function drawPath(context, place, { colour, dash, places, at, image, home }) {
    if (!colours || !places.length) return;
    const spots = places.map((spot) => place(...spot));
    const done = spots.slice(0, at + 1);
    const left = spots.slice(at);
    context.globalAlpha = 0.35;
    stroke(context, left, colour, 2, dash);
    context.globalAlpha = 1;
    stroke(context, done, colours.theme.paper, 5.5);
    stroke(context, done, colour, 2.5, dash);
    for (const spot of done.slice(1, -1)) ring(context, spot, 2.5, colour, 2);
    ring(context, spots[0], 5, colour, 2.5);
    star(context, place(...home), colour);
    const here = done[done.length - 1];
    const side = 48;
    // beside the path, not on it: away from where it comes from
    const [x, y] = [here[0], here[1] > 76 ? here[1] - 46 : here[1] + 46];
    stroke(context, [here, [x, y]], colour, 2.5);
    disc(context, here, 6, colour, colours.theme.paper);
    context.fillStyle = colours.theme.paper;
    context.fillRect(x - side / 2 - 4, y - side / 2 - 4, side + 8, side + 8);
    context.fillStyle = colour;
    context.fillRect(x - side / 2 - 3, y - side / 2 - 3, side + 6, side + 6);
    if (image) context.drawImage(image, x - side / 2, y - side / 2, side, side);
  }

  /** @param {CanvasRenderingContext2D} context @param {[number, number]} spot @param {Overlay["marks"][number]} mark */
  function drawMark(context, [x, y], { label, image, kind }) {
    if (!colours) return;
    if (image) {
      const side = 44;
      context.fillStyle = colours.theme.paper;
      context.fillRect(x - side / 2 - 5, y - side / 2 - 5, side + 10, side + 10);
      context.fillStyle = colours.signal;
      context.fillRect(x - side / 2 - 3, y - side / 2 - 3, side + 6, side + 6);
      context.drawImage(image, x - side / 2, y - side / 2, side, side);
      return;
    }
    const colour = kind === TEXT ? colours.text : colours.signal;
    context.font = `600 13px ${getComputedStyle(element).fontFamily}`;
    const shown = label.length > 34 ? `${label.slice(0, 33)}…` : label;
    const width = context.measureText(shown).width + 18;
    const left = Math.max(4, Math.min(x - width / 2, element.clientWidth - width - 4));
    const above = y > 44;
    const top = above ? y - 40 : y + 14;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.moveTo(x, y);
    context.lineTo(x, above ? top + 24 : top);
    Object.assign(context, { fillStyle: colour, strokeStyle: colours.theme.paper, lineWidth: 2.5 });
    context.stroke();
    context.fill();
    context.beginPath();
    context.roundRect(left, top, width, 25, 7);
    context.stroke();
    context.fill();
    Object.assign(context, { fillStyle: colours.theme.paper, textAlign: "left", textBaseline: "middle" });
    context.fillText(shown, left + 9, top + 13);
  }

  /** @param {CanvasRenderingContext2D} context @param {string} words @param {number} x @param {number} y @param {CanvasTextAlign} align @param {number} [weight] */
  function word(context, words, x, y, align, weight = 600) {
    if (!colours) return;
    Object.assign(context, { font: `${weight} 13px ${getComputedStyle(element).fontFamily}`, textAlign: align,
      textBaseline: "middle", lineJoin: "round", lineWidth: 5, strokeStyle: colours.theme.paper,
      fillStyle: colours.theme.ink });
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
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
     * @param {import("./palette.js").Colours} palette
     * @param {import("../../kit/scatter.js").Sheet | null} sheet
     */
    draw(next, choice, palette, sheet) {
      show(false, waiting);
      const asked = [next, choice.projection, choice.colour, choice.hidden, palette, sheet];
      if (drawn.length && asked.every((value, at) => value === drawn[at])) return;
      if (next !== map || choice.projection !== projection || !points.length) points = pointsOn(next, choice.projection);
      [map, projection, colours] = [next, choice.projection, palette];
      drawn = asked;
      const category = categoryOf(next, choice.colour);
      const faded = fadedBy(category.values.data, choice.hidden);
      const pictures = picturesIn(next);
      const shown = text.controls.projection[/** @type {"umap"} */ (projection)].label;
      plot.element.setAttribute("aria-label", text.map.label(shown, pictures, countOf(next) - pictures));
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

/** @param {CanvasRenderingContext2D} context @param {[number, number][]} spots @param {string} colour @param {number} width @param {number[]} [dash] */
function stroke(context, spots, colour, width, dash = []) {
  context.beginPath();
  for (const spot of spots) context.lineTo(...spot);
  Object.assign(context, { strokeStyle: colour, lineWidth: width, lineCap: "round", lineJoin: "round" });
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} spot @param {number} radius @param {string} colour @param {number} width */
function ring(context, [x, y], radius, colour, width) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  Object.assign(context, { strokeStyle: colour, lineWidth: width });
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} spot @param {number} radius @param {string} colour @param {string} edge */
function disc(context, [x, y], radius, colour, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: colour, strokeStyle: edge, lineWidth: 3 });
  context.stroke();
  context.fill();
}

/** Where the prompt itself lies. @param {CanvasRenderingContext2D} context @param {[number, number]} spot @param {string} colour */
function star(context, [x, y], colour) {
  context.beginPath();
  for (const [dx, dy] of [[-6, -6], [6, 6], [-6, 6], [6, -6]]) {
    context.moveTo(x, y);
    context.lineTo(x + dx, y + dy);
  }
  Object.assign(context, { strokeStyle: colour, lineWidth: 3.5, lineCap: "round" });
  context.stroke();
}
