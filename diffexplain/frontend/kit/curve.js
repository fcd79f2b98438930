/** A line with points on it: the course of one number, and where the frames of a run sit on that course. */

import { s } from "./dom.js";

/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ x: (value: number) => number, y: (value: number) => number }} Scale
 */

/**
 * Linear scales that hold all points, with a little air above and below.
 * @param {Point[]} points  finite ones count
 * @param {{ width: number, height: number, reverseX?: boolean, pad?: number }} frame
 * @returns {Scale}
 */
export function scales(points, { width, height, reverseX = false, pad = 6 }) {
  const finite = points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  const range = (/** @type {number[]} */ values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.length === 0 ? [0, 1] : low === high ? [low - 1, high + 1] : [low, high];
  };
  const [left, right] = range(finite.map((point) => point.x));
  const [low, high] = range(finite.map((point) => point.y));
  const share = (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ to) =>
    (value - from) / (to - from);
  return { x: (value) => pad + (width - 2 * pad) * (reverseX ? 1 - share(value, left, right) : share(value, left, right)),
    y: (value) => height - pad - (height - 2 * pad) * share(Math.max(low, Math.min(high, value)), low, high) };
}

/**
 * A curve of log-SNR over the training timesteps, noise at the left. Above zero there is more signal than noise.
 * @param {{ label: string, signalWord: string, noiseWord: string, onSelect: (index: number) => void }} options
 */
export function levelCurve({ label, signalWord, noiseWord, onSelect }) {
  const height = 96;
  const svg = s("svg", { class: "dx-curve", role: "img", "aria-label": label });
  /** @type {string} */
  let drawn = "";
  let width = 600;
  /** @type {(() => void) | null} */
  let redraw = null;
  const observer = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width < 1 || Math.abs(entry.contentRect.width - width) < 1) return;
    width = entry.contentRect.width;
    drawn = "";
    redraw?.();
  });
  observer.observe(svg);

  /** @param {MouseEvent} event @param {Point[]} places */
  const pick = (event, places) => {
    const { left } = svg.getBoundingClientRect();
    const at = event.clientX - left;
    if (places.length)
      onSelect(places.reduce((best, place, i) => (Math.abs(place.x - at) < Math.abs(places[best].x - at) ? i : best), 0));
  };

  /**
   * @param {Point[]} course  (timestep, log-SNR) of the schedule the model was trained on
   * @param {(Point | null)[]} steps  the run's steps; null where none has come yet
   * @param {number} selected
   * @param {string} words
   */
  function draw(course, steps, selected, words) {
    redraw = () => draw(course, steps, selected, words);
    svg.setAttribute("aria-label", words);
    const key = JSON.stringify([width, course.length, course[0], steps, selected]);
    if (key === drawn) return;
    drawn = key;
    const come = steps.filter((step) => step !== null);
    const scale = scales([...course, ...(course.length ? [] : come)], { width, height, reverseX: true, pad: 8 });
    const line = (course.length ? course : come).map((point) => `${scale.x(point.x).toFixed(1)},${scale.y(point.y).toFixed(1)}`)
      .join(" ");
    const zero = scale.y(0);
    const places = steps.map((step) => (step ? { x: scale.x(step.x), y: scale.y(step.y) } : { x: -1e6, y: 0 }));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const chosen = places[selected];
    svg.replaceChildren(s("rect", { x: 0, y: 0, width, height: Math.max(0, zero), class: "dx-above" }),
      s("rect", { x: 0, y: zero, width, height: Math.max(0, height - zero), class: "dx-below" }),
      s("text", { x: 8, y: 14, class: "dx-signal" }, signalWord),
      s("text", { x: width - 8, y: height - 7, class: "dx-noise", "text-anchor": "end" }, noiseWord),
      s("polyline", { points: line, class: "dx-line" }),
      ...(chosen && steps[selected] ? [s("line", { x1: chosen.x, x2: chosen.x, y1: 0, y2: height, class: "dx-plumb" })] : []),
      ...places.flatMap(({ x, y },
        at) => (steps[at] && at !== selected ? [s("circle", { cx: x, cy: y, r: 3.5, class: "dx-dot" })] : [])
      ), ...(chosen && steps[selected] ? [s("circle", { cx: chosen.x, cy: chosen.y, r: 6, class: "dx-dot dx-on" })] : []));
    svg.onpointerdown = (event) => {
      svg.setPointerCapture?.(event.pointerId);
      pick(event, places);
    };
    svg.onpointermove = (event) => void (event.buttons & 1 && pick(event, places));
  }

  return { element: svg, draw, disconnect: () => observer.disconnect() };
}
