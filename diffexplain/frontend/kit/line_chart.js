/**
 * Lines over one axis: levels, courses, losses. Each has its name beside it; a position can be marked and chosen; the nearest point
 * is read out under the pointer and by keys. However many points there are, no more are drawn than the eye can tell apart.
 */

import { chartFrame, onDrag, positionIn } from "./chart_frame.js";
import { apart, gapBetween, heightAt, roomiest } from "./chart_names.js";
import { pathOf } from "./chart_path.js";
import { nearestPoint, readingAfter } from "./chart_reading.js";
import { scaleOf, ticksOf } from "./chart_scale.js";
import { h, s, setText } from "./dom.js";
import { textWidth } from "./text_width.js";

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {ArrayLike<number>} x  rising
 * @property {ArrayLike<number>} y  NaN is a gap; what lies beyond the axis runs along its edge
 * @property {string} [concept]  class of its colour
 * @property {string} [dash]  an SVG dash array; "" for a solid line
 * @property {boolean} [chosen]
 * @property {{ x: number, above: boolean }} [nameAt]  where its name stands; where there is most room if not given
 *
 * @typedef {object} Dot
 * @property {number} x
 * @property {number} y
 * @property {number} r  px
 * @property {string} [concept]  class of its colour
 * @property {boolean} [full]
 *
 * @typedef {object} Chart
 * @property {Series[]} series
 * @property {import("./chart_scale.js").Axis} x
 * @property {import("./chart_scale.js").Axis & { title?: string }} y
 * @property {number} [frames]  of a film strip above the chart, whose first and last frame are at the ends of the axis
 * @property {number | null} [here]  the marked position
 * @property {{ value: number, name: string, concept?: string, nameAt?: "start" | "end" } | null} [level]  a marked height
 * @property {{ x: number, name: string }[]} [marks]  what happened on the way; where there is no room for all names the first have it
 * @property {Dot[]} [dots]
 * @property {{ above: string, below: string }} [zones]  what it means to lie above zero and below it
 *
 * @typedef {import("./chart_reading.js").Reading} Reading
 */

/** The dashes of lines beside the chosen one, by their number. */
export const DASHES = ["", "6 3", "2 3", "9 3 2 3", "1 4"];

const NAME = 14; // px: height of a line of text
const PARTS = 4; // of a linear vertical axis
const BEYOND = 8; // px behind the right end that still mean that end

/**
 * @param {object} options
 * @param {string} [options.className]
 * @param {number} options.height  px
 * @param {{ top: number, right: number, bottom: number, left: number }} [options.margin]  px around the axes; names at the ends make their own
 * @param {{ x: number, top: number, bottom: number }} [options.inset]  px between the axes and the values
 * @param {"inside" | "end" | "none"} options.names
 * @param {AbortSignal} options.signal  ends with the view
 * @param {(x: number) => void} options.onSelect  a position on the axis was pressed
 * @param {(series: number) => void} [options.onSeries]  a name at the end of its line was pressed
 */
export function lineChart(
  { className = "", height, margin = { top: 0, right: 0, bottom: 0, left: 0 }, inset = { x: 0, top: 0, bottom: 0 }, names,
    onSelect, onSeries, signal },
) {
  const frame = chartFrame({ className: `dx-chart ${className}`, height, signal });
  const svg = frame.element;
  svg.setAttribute("tabindex", "0");
  const said = h("span", { class: "dx-chart-said", role: "status" });
  const element = h("div", { class: "dx-chart-box" }, svg, said);
  const readOut = s("g", { class: "dx-reading" });
  let shown = /** @type {Chart | null} */ (null);
  let laid = /** @type {ReturnType<typeof layout> | null} */ (null);
  let reading = /** @type {Reading | null} */ (null);
  const widthOf = (/** @type {string} */ text) => textWidth(text, svg);
  let byHand = false; // a press gave it the focus: the keys stay the player's

  // reading and choosing

  const select = (/** @type {number} */ px) => {
    if (!laid || px > laid.right + BEYOND) return;
    const { x } = laid;
    onSelect(x.invert(Math.max(Math.min(...x.range()), Math.min(Math.max(...x.range()), px))));
  };
  onDrag(svg, ([px]) => select(px), (event) => {
    const row = event.target instanceof Element ? event.target.getAttribute("data-series") : null;
    if (row === null || !onSeries) return false;
    onSeries(Number(row));
    return true;
  });
  svg.addEventListener("pointermove", (event) => read(laid && nearestPoint(laid.lines, ...positionIn(svg, event))));
  svg.addEventListener("pointerleave", () => read(null));
  svg.addEventListener("pointerdown", () => (byHand = true));
  svg.addEventListener("blur", () => {
    byHand = false;
    read(null);
  });
  svg.addEventListener("keydown", (event) => {
    if (byHand || !laid || !shown?.series.length) return;
    if (event.key === "Enter" && reading) select(laid.lines[reading.series].xs[reading.at]);
    else if (event.key === "Escape" && reading) read(null);
    else {
      const next = readingAfter(event.key, reading ?? begun(shown, laid), laid.lines);
      if (!next) return;
      read(next);
      setText(said, wordsOf(next));
    }
    event.preventDefault();
    event.stopPropagation(); // the player's keys are the same
  });

  /** Keys begin at the chosen line, where it is marked. @param {Chart} chart @param {NonNullable<typeof laid>} at @returns {Reading} */
  function begun({ series, here }, { lines, x }) {
    const own = Math.max(0, series.findIndex(({ chosen }) => chosen));
    const near = nearestPoint([lines[own]], here === null || here === undefined ? Math.max(...x.range()) : x(here), null);
    return { series: own, at: near?.at ?? 0 };
  }

  /** @param {Reading} point */
  function wordsOf({ series, at }) {
    const { series: all, x, y } = /** @type {Chart} */ (shown);
    const [value, position] = [(y.read ?? y.show ?? String)(all[series].y[at]), (x.read ?? x.show)?.(all[series].x[at])];
    return [`${all[series].name} ${value}`, ...(position ? [position] : [])].join(" · ");
  }

  /** @param {Reading | null} point */
  function read(point) {
    reading = point;
    readOut.replaceChildren();
    if (!point || !laid) return;
    const [px, py] = [laid.lines[point.series].xs[point.at], laid.lines[point.series].ys[point.at]];
    const left = px < (laid.left + laid.right) / 2;
    readOut.append(s("circle", { cx: px, cy: py, r: 4 }),
      s("text", { x: px + (left ? 9 : -9), y: py < NAME + 8 ? py + NAME + 4 : py - 8, "text-anchor": left ? "start" : "end" },
        wordsOf(point)));
  }

  // drawing

  /** @param {Chart} chart @param {number} width */
  function layout({ series, x, y, frames }, width) {
    const longest = Math.max(60, ...series.map(({ name }) => widthOf(name)));
    const [left, right] = [margin.left, width - (names === "end" ? 26 + longest : margin.right)];
    const [top, bottom] = [margin.top, height - margin.bottom];
    const air = frames ? (right - left) / (2 * frames) : inset.x;
    const scales = { x: scaleOf(x, series.map((one) => one.x), [left + air, right - air]),
      y: scaleOf(y, series.map((one) => one.y), [bottom - inset.bottom, top + inset.top]) };
    const lines = series.map((one) => {
      const count = Math.min(one.x.length, one.y.length);
      const [xs, ys] = [new Float64Array(count), new Float64Array(count)];
      for (let at = 0; at < count; at += 1) [xs[at], ys[at]] = [scales.x(one.x[at]), scales.y(one.y[at])];
      return { xs, ys };
    });
    return { left, right, top, bottom, width, lines, ...scales };
  }

  /** @param {Chart} chart @param {string} description  what a screen reader says of it */
  function draw(chart, description) {
    shown = chart;
    frame.draw((width) => {
      laid = layout(chart, width);
      const order = chart.series.map((_, at) => at).sort((a, b) =>
        Number(chart.series[a].chosen ?? false) - Number(chart.series[b].chosen ?? false)
      );
      const words = corners(chart, laid);
      const beside = named(chart, laid, words);
      const onTop = markNames(chart, laid);
      const painted = [...zones(chart, laid), ...axes(chart, laid), ...marked(chart, laid, onTop.cut),
        ...onTop.names.map(textOf),
        ...order.map((at) =>
          s("path", { class: classOf("dx-line", chart.series[at]), "stroke-dasharray": chart.series[at].dash ?? "",
            d: pathOf(laid?.lines[at].xs ?? [], laid?.lines[at].ys ?? []) })
        ), ...(names === "end" ? namedAtEnds(chart.series, laid, order) : []), ...beside.map(textOf), ...dots(chart, laid),
        ...[...words, ...levelName(chart, laid, [...words, ...beside, ...onTop.names])].map(textOf), readOut];
      const point = reading;
      read(point && Number.isFinite(laid.lines[point.series]?.ys[point.at]) ? point : null);
      return painted;
    }, description);
    svg.classList.toggle("dx-muted", chart.series.some(({ chosen }) => chosen));
  }

  /** @param {string} part @param {{ concept?: string, chosen?: boolean }} series */
  const classOf = (part, { concept = "", chosen = false }) => `${part} ${concept} ${chosen ? "dx-chosen" : ""}`;

  /** @param {Chart} chart @param {ReturnType<typeof layout>} at */
  function zones({ zones: words }, { left, right, top, bottom, y }) {
    if (!words) return [];
    const zero = y(0);
    return [s("rect", { x: left, y: top, width: right - left, height: zero - top, class: "dx-above" }),
      s("rect", { x: left, y: zero, width: right - left, height: bottom - zero, class: "dx-below" })];
  }

  /** @param {Chart} chart @param {ReturnType<typeof layout>} at */
  function axes({ x, y }, { left, right, top, bottom, x: across, y: up }) {
    const { show, title } = y;
    const { show: showX, ends } = x;
    const rows = show && !y.bare ? ticksOf(y, up, y.kind === "log" ? Math.floor((bottom - top) / 18) : PARTS) : [];
    const columns = showX && !x.bare && !ends ? ticksOf(x, across, Math.max(2, Math.floor((right - left) / 44))) : [];
    const [first, last] = [Math.min(...across.range()), Math.max(...across.range())];
    return [...(title ? [s("text", { x: 0, y: 11 }, title)] : []),
      ...rows.flatMap((
        value,
      ) => [s("line", { x1: left, x2: right, y1: up(value), y2: up(value), class: "dx-grid" }),
        s("text", { x: left - 6, y: up(value) + 4, "text-anchor": "end" }, show?.(value) ?? "")]
      ), ...(columns.length ? [s("line", { x1: left, x2: right, y1: bottom, y2: bottom, class: "dx-axis" })] : []),
      ...columns.map((value) => s("text", { x: across(value), y: height - 6, "text-anchor": "middle" }, showX?.(value) ?? "")),
      ...(ends
        ? [s("text", left ? { x: left + 2, y: height - 3 } : { x: first, y: height - 3, "text-anchor": "middle" }, ends[0]),
          s("text",
            left ? { x: right - 2, y: height - 3, "text-anchor": "end" } : { x: last, y: height - 3, "text-anchor": "middle" },
            ends[1])]
        : [])];
  }

  /** The names of what is marked, where they fit, and where the line of the marked position begins. @param {Chart} chart @param {ReturnType<typeof layout>} at @returns {{ names: Written[], cut: number }} */
  function markNames({ here = null, marks = [] }, { left, right, top, x }) {
    const plumb = here === null ? NaN : x(here);
    const taken = /** @type {{ from: number, to: number }[]} */ ([]); // by names so far
    let cut = top;
    const lines = marks.map(({ x: value }) => x(value));
    const names = marks.flatMap(({ x: value, name: text }) => {
      const px = x(value);
      const wide = widthOf(text) + 8;
      const sides = [{ from: px, to: px + wide, anchor: /** @type {const} */ ("start"), x: px + 4 }, { from: px - wide, to: px,
        anchor: /** @type {const} */ ("end"), x: px - 4 }].filter(({ from, to }) =>
          from >= left && to <= right && taken.every((other) => to <= other.from || from >= other.to)
        );
      const isStruck = (/** @type {{ from: number, to: number }} */ { from, to }) => plumb > from && plumb < to;
      const isClear = (/** @type {{ from: number, to: number }} */ each) =>
        !isStruck(each) && lines.every((one) => one <= each.from || one >= each.to);
      const side = sides.find(isClear) ?? sides.find((each) => !isStruck(each)) ?? sides[0];
      if (!side) return [];
      taken.push(side);
      if (isStruck(side)) cut = top + NAME + 2;
      return [{ x: side.x, y: top + 11, anchor: side.anchor, text, className: "dx-mark-name" }];
    });
    return { names, cut };
  }

  /** @param {Chart} chart @param {ReturnType<typeof layout>} at @param {number} cut  where the line of the marked position begins */
  function marked({ here = null, level, marks = [] }, { left, right, top, bottom, x, y }, cut) {
    const upright = (/** @type {number} */ px, /** @type {number} */ from, /** @type {string} */ name) =>
      s("line", { x1: px, x2: px, y1: from, y2: bottom, class: name });
    return [...marks.map(({ x: value }) => upright(x(value), top, "dx-mark")),
      ...(here === null ? [] : [upright(x(here), cut, "dx-plumb")]),
      ...(level
        ? [s("line", { x1: left, x2: right, y1: y(level.value), y2: y(level.value), class: classOf("dx-level", level) })]
        : [])];
  }

  /**
   * @typedef {{ x: number, y: number, anchor: "start" | "middle" | "end", text: string, className: string }} Written
   * @param {Written} written
   */
  const textOf = ({ x, y, anchor, text, className }) => s("text", { x, y, "text-anchor": anchor, class: className }, text);

  /** The room that it takes. @param {Written} written @returns {import("./chart_names.js").Name} */
  function roomOf({ x, y, anchor, text }) {
    const half = widthOf(text) / 2;
    return { x: anchor === "middle" ? x : anchor === "start" ? x + half : x - half, y: y - 4, half };
  }

  /** Names beside their lines, clear of the words of the zones. @param {Chart} chart @param {ReturnType<typeof layout>} laid @param {Written[]} zones @returns {Written[]} */
  function named({ series }, laid, zones) {
    if (names !== "inside") return [];
    const [from, to] = [Math.min(...laid.x.range()), Math.max(...laid.x.range())];
    const free = series.every(({ nameAt }) => nameAt) ? [] : roomiest(laid.lines.map(({ xs, ys }, at) => {
      const finite = ys.map((y, point) => (Math.abs(series[at].y[point]) === Infinity ? Infinity : y));
      return (x) => heightAt(xs, finite, x);
    }), series.map(({ name }) => widthOf(name) / 2), { left: from, right: to, height }, zones.map(roomOf));
    return series.flatMap((one, at) => {
      const { xs, ys } = laid.lines[at];
      const { nameAt, name: text } = one;
      const x = nameAt ? laid.x(nameAt.x) : free[at].x;
      const share = (x - from) / (to - from || 1);
      const anchor =
        /** @type {Written["anchor"]} */ (nameAt && share < 0.2 ? "start" : nameAt && share > 0.8 ? "end" : "middle");
      const y = nameAt ? besideLine(nameAt.above, xs, ys, roomOf({ x, y: 0, anchor, text, className: "" })) : free[at].y + 4;
      return Number.isNaN(y) ? [] : [{ x, y, anchor, text, className: classOf("dx-line-name", one) }];
    });
  }

  /** Where a name's letters stand that touch no part of their line. @param {boolean} above @param {Float64Array} xs @param {Float64Array} ys @param {import("./chart_names.js").Name} room */
  function besideLine(above, xs, ys, { x, half }) {
    const heights = [-1, -0.5, 0, 0.5, 1].map((share) => heightAt(xs, ys, x + share * half)).filter((y) => !Number.isNaN(y));
    if (!heights.length) return NaN;
    return above ? Math.min(...heights) - 8 : Math.max(...heights) + 16;
  }

  /** @param {Series[]} series @param {ReturnType<typeof layout>} at @param {number[]} order */
  function namedAtEnds(series, { lines, right, top, bottom }, order) {
    const ends = lines.map(({ xs, ys }) => {
      const last = ys.findLastIndex((one) => !Number.isNaN(one));
      return { x: xs[last], y: last < 0 ? bottom : ys[last], empty: last < 0 };
    });
    const heights = apart(ends.map(({ y }) => y), NAME, top + 4, bottom - 2);
    return order.flatMap((at) => {
      const { x, y, empty } = ends[at];
      if (empty) return [];
      return [
        s("path", { class: classOf("dx-leader", series[at]),
          d: `M${x},${y}L${Math.max(x, right + 4)},${y}L${right + 14},${heights[at]}H${right + 18}` }),
        s("text", { x: right + 22, y: heights[at] + 4, class: classOf("dx-line-name", series[at]),
          ...(onSeries ? { "data-series": at } : {}) }, series[at].name),
      ];
    });
  }

  /** @param {Chart} chart @param {ReturnType<typeof layout>} at */
  const dots = ({ dots: all = [] }, { x, y }) =>
    all.map((dot) =>
      s("circle", { cx: x(dot.x), cy: y(dot.y), r: dot.r, class: `dx-dot ${dot.concept ?? ""} ${dot.full ? "dx-full" : ""}` })
    );

  /** The words of the zones, in the corners where the lines are not. @param {Chart} chart @param {ReturnType<typeof layout>} at @returns {Written[]} */
  function corners({ zones: words }, { right, lines: [first] }) {
    if (!words) return [];
    const falls = first !== undefined && first.xs.length > 1
      && (first.ys[0] < first.ys[first.ys.length - 1]) === (first.xs[0] < first.xs[first.xs.length - 1]);
    const [atLeft, atRight] = [{ x: 8, anchor: /** @type {const} */ ("start") }, { x: right - 8,
      anchor: /** @type {const} */ ("end") }];
    const edge = height < 120 ? 7 : 8; // a low chart has less air
    return [{ ...(falls ? atRight : atLeft), y: edge + 7, text: words.above, className: "dx-signal" }, {
      ...(falls ? atLeft : atRight),
      y: height - edge,
      text: words.below,
      className: "dx-noise",
    }];
  }

  /** The level's own, above it or below, from one end to the other until nothing else is there. @param {Chart} chart @param {ReturnType<typeof layout>} laid @param {Written[]} others @returns {Written[]} */
  function levelName({ level, zones: words, dots: all = [] }, { left, right, x, y }, others) {
    if (!level) return [];
    const air = words ? 8 : 4;
    const [first, last] = [left + air, right - air - widthOf(level.name)];
    const taken = [...others.map(roomOf), ...all.map((dot) => ({ x: x(dot.x), y: y(dot.y), half: dot.r }))];
    const places = Array.from({ length: 9 }, (_, at) => (level.nameAt === "start" ? at : 8 - at) / 8).flatMap((share) =>
      [-5, 15].map((off) => ({ x: first + share * (last - first), y: y(level.value) + off,
        anchor: /** @type {const} */ ("start"), text: level.name, className: classOf("dx-level-name", level) })
      )
    );
    const place = places.find((place) =>
      place.y > 11 && place.y < height - 3 && taken.every((other) => gapBetween(roomOf(place), other) >= 0)
    );
    return place && last > first ? [place] : []; // a low or narrow chart has no room for it
  }

  return { element, draw };
}
