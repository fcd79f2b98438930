/** Several courses of one number over the same axis: the chosen one strong, the others dashed, each with its name where it has room. */

import { s } from "./dom.js";

/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {object} Line
 * @property {string} name
 * @property {Point[]} points  x from 0 to 1, rising
 * @property {string} dash  an SVG dash array; "" for a solid line
 * @property {boolean} chosen
 */

/** The dashes of lines beside the chosen one, by their place. */
export const DASHES = ["", "6 3", "2 3", "9 3 2 3", "1 4"];

/** Value of a course between its points. @param {Point[]} points @param {number} x */
export function valueAt(points, x) {
  const above = points.findIndex((point) => point.x >= x);
  if (above < 0) return points.at(-1)?.y ?? NaN;
  if (above === 0 || points[above].x === x) return points[above].y;
  const [low, high] = [points[above - 1], points[above]];
  if (!Number.isFinite(low.y) || !Number.isFinite(high.y)) return Number.isFinite(high.y) ? high.y : low.y;
  return low.y + ((x - low.x) / (high.x - low.x)) * (high.y - low.y);
}

/** Half the height of a name and half its width in px, and how far its middle is from its line. */
const [HALF_HEIGHT, HALF_WIDTH, OFF] = [7, 40, 12];

/**
 * For each line the place where its name has most room: near its own line, clear of the others and of the names placed before.
 * @param {((x: number) => number)[]} courses  x from 0 to 1 to height in px
 * @param {number} width  px from 0 to 1
 * @param {number} height  px
 * @returns {{ x: number, y: number }[]}  x from 0 to 1, y in px: the middle of each name
 */
export function roomiest(courses, width, height) {
  const places = Array.from({ length: 43 }, (_, at) => 0.06 + (0.74 * at) / 42); // the right end is for the level's own name
  /** @type {{ x: number, y: number }[]} */
  const taken = [];
  return courses.map((course, own) => {
    const candidates = places.flatMap((x) => [-OFF, OFF].map((off) => ({ x, y: course(x) + off })));
    const clearance = (/** @type {(x: number) => number} */ line, /** @type {{ x: number, y: number }} */ { x, y }) =>
      Math.min(...[-1, -0.5, 0, 0.5, 1].map((share) => Math.abs(line(x + (share * HALF_WIDTH) / width) - y) - HALF_HEIGHT));
    const score = (/** @type {{ x: number, y: number }} */ place) => {
      const others = courses.map((line, at) => (at === own ? Infinity : clearance(line, place)));
      const names = taken.map((
        { x, y },
      ) => (Math.abs(x - place.x) * width > 2 * HALF_WIDTH ? Infinity : 4 * (Math.abs(y - place.y) - 2 * HALF_HEIGHT)));
      const edges = [place.y - HALF_HEIGHT, height - place.y - HALF_HEIGHT];
      return Math.min(16, ...others, ...names, ...edges) + 2 * Math.min(3, clearance(course, place));
    };
    const best = candidates.reduce((chosen, place) => (score(place) > score(chosen) + 0.5 ? place : chosen));
    taken.push(best);
    return best;
  });
}

/**
 * @param {{ low: number, high: number, height: number, aboveWord: string, belowWord: string, onSelect: (x: number) => void }} options
 *   what lies beyond `low` and `high` runs along the edge
 */
export function lineChart({ low, high, height, aboveWord, belowWord, onSelect }) {
  const svg = s("svg", { class: "dx-curve dx-lines", role: "img" });
  svg.style.height = `${height}px`;
  let width = 600;
  /** @type {Parameters<typeof draw> | null} */
  let last = null;
  let inset = 0;
  const observer = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width < 1 || Math.abs(entry.contentRect.width - width) < 1) return;
    width = entry.contentRect.width;
    if (last) draw(...last);
  });
  observer.observe(svg);
  const pick = (/** @type {MouseEvent} */ event) => {
    const { left } = svg.getBoundingClientRect();
    onSelect(Math.max(0, Math.min(1, (event.clientX - left - inset) / Math.max(1, width - 2 * inset))));
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture?.(event.pointerId);
    pick(event);
  });
  svg.addEventListener("pointermove", (event) => void (event.buttons & 1 && pick(event)));

  /**
   * @param {Line[]} lines  the chosen one among them
   * @param {{ x: number, y: number }} here  where the reader stands on the chosen line
   * @param {(Point | null)[]} same  where each line is at the same height, or null where it never is
   * @param {number} frames  of the film strip above, so that both have the same places
   * @param {string} levelWord  what the height is called
   * @param {string} words
   */
  function draw(lines, here, same, frames, levelWord, words) {
    last = [lines, here, same, frames, levelWord, words];
    inset = width / (2 * Math.max(1, frames));
    const x = (/** @type {number} */ share) => inset + share * (width - 2 * inset);
    const y = (/** @type {number} */ value) =>
      6 + (height - 12) * (1 - (Math.max(low, Math.min(high, value)) - low) / (high - low));
    const courses = lines.map(({ points }) => (/** @type {number} */ share) => y(valueAt(points, share)));
    const names = roomiest(courses, width, height);
    const zero = y(0);
    /** At the end where the lines are not, clear of the two words in the corners. @param {number} share @param {number} level */
    const levelPlace = (share,
      level) => (share < 0.62
        ? { x: width - 8, y: level < 34 ? level + 15 : level - 5, "text-anchor": "end" }
        : { x: 8, y: level > height - 30 ? height - 26 : level - 5 });
    svg.setAttribute("aria-label", words);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(s("rect", { x: 0, y: 0, width, height: zero, class: "dx-above" }),
      s("rect", { x: 0, y: zero, width, height: height - zero, class: "dx-below" }),
      s("line", { x1: x(here.x), x2: x(here.x), y1: 0, y2: height, class: "dx-plumb" }),
      ...(Number.isFinite(here.y)
        ? [s("line", { x1: 0, x2: width, y1: y(here.y), y2: y(here.y), class: "dx-plumb dx-level" })]
        : []),
      ...lines.map(({ points, dash, chosen }) =>
        s("polyline", { class: chosen ? "dx-line dx-chosen" : "dx-line", "stroke-dasharray": dash,
          points: points.filter(({ y: value }) => !Number.isNaN(value)).map((point) =>
            `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`
          ).join(" ") })
      ),
      ...lines.map(({ name, chosen }, at) =>
        s("text", { x: x(names[at].x), y: names[at].y + 4, "text-anchor": "middle",
          class: chosen ? "dx-line-name dx-chosen" : "dx-line-name" }, name)
      ),
      ...same.flatMap((point,
        at) => (point && !lines[at].chosen ? [s("circle", { cx: x(point.x), cy: y(point.y), r: 4, class: "dx-dot" })] : [])
      ), s("circle", { cx: x(here.x), cy: y(here.y), r: 6, class: "dx-dot dx-on" }),
      s("text", { x: width - 8, y: 15, class: "dx-signal", "text-anchor": "end" }, aboveWord),
      s("text", { x: 8, y: height - 8, class: "dx-noise" }, belowWord),
      ...(Number.isFinite(here.y) ? [s("text", { ...levelPlace(here.x, y(here.y)), class: "dx-level-name" }, levelWord)] : []));
  }

  return { element: svg, draw, disconnect: () => observer.disconnect() };
}
