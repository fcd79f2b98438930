/** Several courses on a log scale over the shared axis, each with its name at its end, and where each stands at the cursor. */

import { h, s } from "../../kit/dom.js";
import { apart, logTicks, shareOf, ticksOf } from "./derive.js";
import { level, range } from "./text.js";

/**
 * @typedef {object} Course
 * @property {string} name
 * @property {string} family
 * @property {string} dash
 * @property {boolean} chosen
 * @property {{ x: number, y: number }[]} points
 * @property {{ x: number, y: number } | null} here  where it stands at the cursor
 *
 * @typedef {object} Chart
 * @property {Course[]} courses
 * @property {[number, number]} domain
 * @property {boolean} whole  the axis counts
 * @property {number} place
 * @property {{ value: number, name: string } | null} line  a value that is marked
 * @property {string} title  of the vertical axis
 * @property {boolean} old
 */

const [TOP, BOTTOM, LEFT, HEIGHT, NAME] = [22, 22, 40, 260, 14];

/** @param {{ onPlace: (share: number) => void, onRow: (row: number) => void, signal: AbortSignal }} options */
export function distanceChart({ onPlace, onRow, signal }) {
  const svg = s("svg", { class: "dxp-chart", role: "img" });
  const element = h("div", { class: "dxp-plot" }, svg);
  let width = 600;
  let last = /** @type {[Chart, string] | null} */ (null);
  const observer = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width < 1 || Math.abs(entry.contentRect.width - width) < 1) return;
    width = entry.contentRect.width;
    if (last) draw(...last);
  });
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
  let names = 0; // letters of the longest name
  const right = () => 26 + Math.max(60, 6.7 * names);

  const pick = (/** @type {PointerEvent} */ event) => {
    const { left } = svg.getBoundingClientRect();
    const [from, to] = [LEFT, width - right()];
    const at = event.clientX - left;
    if (at <= to + 8) onPlace(Math.max(0, Math.min(1, (at - from) / Math.max(1, to - from))));
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const row = event.target instanceof Element ? event.target.getAttribute("data-row") : null;
    if (row !== null) return onRow(Number(row));
    svg.setPointerCapture?.(event.pointerId);
    pick(event);
  });
  svg.addEventListener("pointermove", (event) => void (event.buttons & 1 && pick(event)));

  /** @param {Chart} chart @param {string} words */
  function draw(chart, words) {
    last = [chart, words];
    const { courses, domain, whole, place, line, title, old } = chart;
    names = Math.max(0, ...courses.map(({ name }) => name.length));
    const values = courses.flatMap(({ points }) => points.map(({ y }) => y)).filter((value) => value > 0);
    const high = Math.max(0.1, ...values) * 1.25;
    const low = Math.min(0.01, Math.max(5e-4, Math.min(0.01, ...values) * 0.8));
    const floor = HEIGHT - BOTTOM;
    const edge = width - right();
    const x = (/** @type {number} */ value) => LEFT + shareOf(value, domain) * (edge - LEFT);
    const y = (/** @type {number} */ value) =>
      TOP + (floor - TOP) * (1 - Math.log(Math.max(low, Math.min(high, value)) / low) / Math.log(high / low));
    const ends = courses.map(({ points }) => (points.length ? y(points[points.length - 1].y) : floor));
    const heights = apart(ends, NAME, TOP + 4, floor - 2);
    const stroke = (/** @type {Course} */ { family, chosen }) => `dxp-stroke dxp-${family} ${chosen ? "dxp-chosen" : ""}`;
    const muted = courses.some(({ chosen }) => chosen);
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    svg.style.height = `${HEIGHT}px`;
    svg.setAttribute("aria-label", words);
    svg.classList.toggle("dx-old", old);
    svg.classList.toggle("dxp-muted", muted);
    const order = courses.map((_, at) => at).sort((a, b) => Number(courses[a].chosen) - Number(courses[b].chosen));
    svg.replaceChildren(s("text", { x: 0, y: 11, class: "dxp-title" }, title),
      ...logTicks(low, high).flatMap((
        tick,
      ) => [s("line", { x1: LEFT, x2: edge, y1: y(tick), y2: y(tick), class: "dxp-grid" }),
        s("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, range(tick))]
      ),
      ...(line
        ? [s("line", { x1: LEFT, x2: edge, y1: y(line.value), y2: y(line.value), class: "dxp-limit" }),
          s("text", { x: edge - 4, y: y(line.value) - 5, "text-anchor": "end", class: "dxp-limit-name" }, line.name)]
        : []), s("line", { x1: LEFT, x2: edge, y1: floor, y2: floor, class: "dx-axis" }),
      ...ticksOf(...domain, Math.max(2, Math.floor((edge - LEFT) / 56))).map((tick) =>
        s("text", { x: x(tick), y: HEIGHT - 6, "text-anchor": "middle" },
          whole ? String(tick) : level(tick).replace(/\.0$/, ""))
      ), s("line", { x1: x(place), x2: x(place), y1: TOP, y2: floor, class: "dxp-cursor" }),
      ...order.map((at) =>
        s("polyline", { class: stroke(courses[at]), "stroke-dasharray": courses[at].dash,
          points: courses[at].points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(" ") })
      ), ...order.flatMap((at) => {
        const { points, name, family, chosen } = courses[at];
        if (!points.length) return [];
        const end = points[points.length - 1];
        return [
          s("polyline", { class: `dxp-leader dxp-${family}`,
            points: `${x(end.x)},${y(end.y)} ${Math.max(x(end.x), edge + 4)},${y(end.y)} ${edge + 14},${heights[at]} ${
              edge + 18
            },${heights[at]}` }),
          s("text", { x: edge + 22, y: heights[at] + 4, class: `dxp-label dxp-${family} ${chosen ? "dxp-chosen" : ""}`,
            "data-row": at }, name),
        ];
      }), ...order.flatMap((at) => {
        const { here, family, chosen } = courses[at];
        return here
          ? [s("circle", { cx: x(here.x), cy: y(here.y), r: chosen ? 5 : 3.5, class: `dxp-point dxp-${family}` })]
          : [];
      }));
  }

  return { element, draw };
}
