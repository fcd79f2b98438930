/** What every chart stands on: an SVG as wide as its place, painted anew when that changes, and the hand or the finger that draws along it. */

import { s } from "./dom.js";

/**
 * @param {{ className: string, height: number, signal: AbortSignal }} options  `height` in px; `signal` ends with the view
 */
export function chartFrame({ className, height, signal }) {
  const svg = s("svg", { class: className, role: "img" });
  svg.style.height = `${height}px`;
  let width = 600;
  /** @type {((width: number) => SVGElement[]) | null} */
  let painted = null;
  const repaint = () => {
    if (!painted) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(...painted(width));
  };
  const observer = new ResizeObserver(([entry]) => {
    if (entry.contentRect.width < 1 || Math.abs(entry.contentRect.width - width) < 1) return;
    width = entry.contentRect.width;
    repaint();
  });
  observer.observe(svg);
  signal.addEventListener("abort", () => observer.disconnect());

  /** @param {(width: number) => SVGElement[]} paint @param {string} words  what a screen reader says of it */
  function draw(paint, words) {
    painted = paint;
    svg.setAttribute("aria-label", words);
    repaint();
  }

  return { element: svg, draw };
}

/** A pointer's position in px of an element. @param {Element} element @param {MouseEvent} event @returns {[number, number]} */
export function positionIn(element, event) {
  const { left, top } = element.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

/**
 * Hears where an element is pressed, and where the pressed pointer goes.
 * @param {Element} element
 * @param {(position: [number, number]) => void} act
 * @param {(event: PointerEvent) => boolean} [taken]  whether a press is somebody else's
 */
export function onDrag(element, act, taken = () => false) {
  const press = (/** @type {Event} */ event) => {
    if (!(event instanceof MouseEvent) || event.button !== 0 || taken(/** @type {PointerEvent} */ (event))) return;
    element.setPointerCapture?.(/** @type {PointerEvent} */ (event).pointerId);
    act(positionIn(element, event));
  };
  const move = (/** @type {Event} */ event) => {
    if (event instanceof MouseEvent && event.buttons & 1) act(positionIn(element, event));
  };
  element.addEventListener("pointerdown", press);
  element.addEventListener("pointermove", move);
}
