/**
 * What hands do on a plane, as plain events: drag, pinch, wheel, click, hover, and a line drawn around something.
 *
 * @typedef {[number, number]} Position  in pixels of the element
 */

import { positionIn } from "./chart_frame.js";

const CLICK = 4; // pixels that a hand may tremble between press and release
const SHORTEST_LINE = 8; // numbers of a line that holds something

/**
 * @param {HTMLElement} element
 * @param {object} on
 * @param {(x: number, y: number) => void} on.pan  by so many pixels
 * @param {(factor: number, position: Position) => void} on.zoom
 * @param {(position: Position) => void} on.enter  twice clicked: come closer
 * @param {(position: Position) => void} on.pick
 * @param {(position: Position | null) => void} on.hover
 * @param {(line: number[]) => void} on.line  drawn so far; empty when it is done
 * @param {(line: number[]) => void} on.lasso  the whole line; empty for one that holds nothing
 * @param {() => boolean} on.drawing  whether a drag draws a line; with Shift it always does
 * @param {() => boolean} on.whole  all is seen: the wheel may scroll the page on
 */
export function gestures(element, on) {
  const pointers = /** @type {Map<number, Position>} */ (new Map());
  let pressed = /** @type {Position | null} */ (null);
  let line = /** @type {number[] | null} */ (null);
  const positionOf = (/** @type {MouseEvent} */ event) => positionIn(element, event);

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture?.(event.pointerId);
    element.classList.add("dx-by-hand");
    pointers.set(event.pointerId, positionOf(event));
    pressed = pointers.size === 1 ? positionOf(event) : null;
    line = pointers.size === 1 && (on.drawing() || event.shiftKey) ? [...positionOf(event)] : null;
  });
  element.addEventListener("pointermove", (event) => {
    const here = positionOf(event);
    const before = pointers.get(event.pointerId);
    if (!before) return on.hover(here);
    if (line) {
      line.push(...here);
      return on.line(line);
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const far = (/** @type {Position} */ position) => Math.hypot(position[0] - other[0], position[1] - other[1]) || 1;
      on.zoom(far(here) / far(before), [(here[0] + other[0]) / 2, (here[1] + other[1]) / 2]);
    } else if (!pressed || Math.hypot(here[0] - pressed[0], here[1] - pressed[1]) > CLICK) {
      const from = pressed ?? before;
      on.pan(here[0] - from[0], here[1] - from[1]);
      pressed = null;
    } else return;
    pointers.set(event.pointerId, here);
  });
  const release = (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (line) {
      const drawn = line.length > SHORTEST_LINE && event.type === "pointerup" ? line : [];
      line = null;
      on.line([]);
      return on.lasso(drawn);
    }
    if (pressed && event.type === "pointerup") on.pick(pressed);
    pressed = null;
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("pointerleave", () => pointers.size || on.hover(null));
  element.addEventListener("wheel", (event) => {
    if (event.deltaY > 0 && on.whole() && !event.ctrlKey) return;
    event.preventDefault();
    const step = event.deltaY * (event.deltaMode === 1 ? 24 : 1); // lines or pixels
    on.zoom(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0022)), positionOf(event)); // a pinch on a touchpad comes with ctrlKey
  }, { passive: false });
  element.addEventListener("dblclick", (event) => on.enter(positionOf(event)));
}
