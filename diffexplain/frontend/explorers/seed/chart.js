/** Courses of a few numbers over the steps of a run or the stops of a walk, each with its name beside it; a click selects. */

import { s } from "../../kit/dom.js";

/**
 * @typedef {object} Course
 * @property {string} name
 * @property {string} concept  class of its colour
 * @property {string} [dash]
 * @property {(number | null)[]} values  null where none has come yet
 * @property {number} nameAt  where its name stands, 0 to 1 along the axis
 * @property {boolean} above  whether above the line or below it
 */

const FOOT = 18;

/**
 * Round numbers from a low end to a high one, three to six of them.
 * @param {number} low
 * @param {number} high
 */
export function ticksOf(low, high) {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5].find((one) => (high - low) / one <= 4.001) ?? (high - low) / 4;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, at) => (first + at) * step);
}

/**
 * @param {{ height: number, digits: number, left: number, onSelect: (index: number) => void }} options  `left` px are for the numbers
 *   of the scale; with none, they stand beside the chart, and its places are those of a film strip above it
 */
export function courseChart({ height, digits, left: margin, onSelect }) {
  const svg = s("svg", { class: "dxw-chart", role: "img" });
  svg.style.height = `${height}px`;
  let width = 480;
  let count = 1;
  /** @type {Parameters<typeof draw> | null} */
  let last = null;
  const observer = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width < 1 || Math.abs(entry.contentRect.width - width) < 1) return;
    width = entry.contentRect.width;
    if (last) draw(...last);
  });
  observer.observe(svg);
  const TOP = 8;
  const inset = () => (margin ? 8 : width / (2 * count));
  const x = (/** @type {number} */ at) =>
    margin + (count > 1 ? inset() + (at * (width - margin - 2 * inset())) / (count - 1) : (width - margin) / 2);
  const pick = (/** @type {PointerEvent} */ event) => {
    const { left } = svg.getBoundingClientRect();
    const at = Math.round(
      ((event.clientX - left - margin - inset()) * (count - 1)) / Math.max(1, width - margin - 2 * inset()),
    );
    onSelect(Math.max(0, Math.min(count - 1, at)));
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture?.(event.pointerId);
    pick(event);
  });
  svg.addEventListener("pointermove", (event) => void (event.buttons & 1 && pick(event)));

  /**
   * @param {Course[]} courses
   * @param {number} selected
   * @param {[number, number]} range
   * @param {string[]} ends  names of the two ends of the axis
   * @param {string} words
   */
  function draw(courses, selected, range, ends, words) {
    last = [courses, selected, range, ends, words];
    count = Math.max(1, ...courses.map(({ values }) => values.length));
    const [low, high] = range;
    const y = (/** @type {number} */ value) =>
      TOP + (height - TOP - FOOT) * (1 - (Math.max(low, Math.min(high, value)) - low) / (high - low || 1));
    const points = (/** @type {(number | null)[]} */ values) =>
      values.flatMap((value, at) => (value === null ? [] : [`${x(at).toFixed(1)},${y(value).toFixed(1)}`])).join(" ");
    svg.setAttribute("aria-label", words);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(
      ...ticksOf(low, high).flatMap((
        value,
      ) => [s("line", { x1: margin, x2: width, y1: y(value), y2: y(value), class: "dxw-grid" }),
        s("text",
          margin ? { x: margin - 6, y: y(value) + 4, "text-anchor": "end" } : { x: -6, y: y(value) + 4, "text-anchor": "end" },
          value.toFixed(digits))]
      ),
      s("text", margin ? { x: margin + 2, y: height - 3 } : { x: x(0), y: height - 3, "text-anchor": "middle" }, ends[0]),
      s("text", margin
        ? { x: width - 2, y: height - 3, "text-anchor": "end" }
        : { x: x(count - 1), y: height - 3, "text-anchor": "middle" }, ends[1]),
      s("line", { x1: x(selected), x2: x(selected), y1: TOP - 4, y2: height - FOOT, class: "dxw-plumb" }),
      ...courses.map(({ values, concept, dash = "" }) =>
        s("polyline", { points: points(values), class: `dxw-course ${concept}`, "stroke-dasharray": dash })
      ),
      ...courses.flatMap(({ name, values, concept, nameAt, above }) => {
        const at = Math.round(nameAt * (count - 1));
        const value = values[at] ?? null;
        if (value === null) return [];
        const anchor = nameAt < 0.2 ? "start" : nameAt > 0.8 ? "end" : "middle";
        return [
          s("text", { x: x(at), y: y(value) + (above ? -8 : 16), "text-anchor": anchor, class: `dxw-name ${concept}` }, name),
        ];
      }),
      ...courses.flatMap(({ values, concept }) => {
        const value = values[selected] ?? null;
        return value === null ? [] : [s("circle", { cx: x(selected), cy: y(value), r: 4.5, class: `dxw-dot ${concept}` })];
      }),
    );
  }

  return { element: svg, draw, disconnect: () => observer.disconnect() };
}
