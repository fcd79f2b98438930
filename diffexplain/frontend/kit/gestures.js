/**
 * What hands do on a plane, as plain events: drag, pinch, wheel, click, hover, and a line drawn around something.
 *
 * @typedef {[number, number]} Place  in pixels of the element
 */

import { placeIn } from "./chart_frame.js";

const CLICK = 4; // pixels that a hand may tremble between press and release
const SHORTEST_LINE = 8; // numbers of a line that holds something

/**
 * @param {HTMLElement} element
 * @param {object} on
 * @param {(x: number, y: number) => void} on.pan  by so many pixels
 * @param {(factor: number, place: Place) => void} on.zoom
 * @param {(place: Place) => void} on.enter  twice clicked: come closer
 * @param {(place: Place) => void} on.pick
 * @param {(place: Place | null) => void} on.hover
 * @param {(line: number[]) => void} on.line  drawn so far; empty when it is done
 * @param {(line: number[]) => void} on.lasso  the whole line; empty for one that holds nothing
 * @param {() => boolean} on.drawing  whether a drag draws a line; with Shift it always does
 * @param {() => boolean} on.whole  all is seen: the wheel may scroll the page on
 */
export function gestures(element, on) {
  const pointers = /** @type {Map<number, Place>} */ (new Map());
  let pressed = /** @type {Place | null} */ (null);
  let line = /** @type {number[] | null} */ (null);
  const placeOf = (/** @type {MouseEvent} */ event) => placeIn(element, event);

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture?.(event.pointerId);
    element.classList.add("dx-by-hand");
    pointers.set(event.pointerId, placeOf(event));
    pressed = pointers.size === 1 ? placeOf(event) : null;
    line = pointers.size === 1 && (on.drawing() || event.shiftKey) ? [...placeOf(event)] : null;
  });
  element.addEventListener("pointermove", (event) => {
    const here = placeOf(event);
    const before = pointers.get(event.pointerId);
    if (!before) return on.hover(here);
    if (line) {
      line.push(...here);
      return on.line(line);
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const far = (/** @type {Place} */ place) => Math.hypot(place[0] - other[0], place[1] - other[1]) || 1;
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
    on.zoom(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0022)), placeOf(event)); // a pinch on a touchpad comes with ctrlKey
  }, { passive: false });
  element.addEventListener("dblclick", (event) => on.enter(placeOf(event)));
}
