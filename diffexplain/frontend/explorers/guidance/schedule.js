/** A schedule of the scale, drawn by hand: a slider for each point of the way; a drag across sets those that it passes. */

import { h, uniqueId } from "../../kit/dom.js";
import { figure } from "../../kit/format.js";

const MOST = 20;

/**
 * @param {{ label: string, hint: string }} words
 * @param {(at: number, count: number) => string} point  name of one of its points
 * @param {(values: number[]) => void} onChange
 * @returns {import("../../kit/controls.js").Control<number[]>}
 */
export function scheduleControl({ label, hint }, point, onChange) {
  const name = h("span", { class: "dx-caption", id: uniqueId("schedule") }, label);
  const note = h("span", { class: "dx-refused", role: "alert" });
  const points = h("div", { class: "dx-points" });
  const element = h("div", { class: "dx-field dx-schedule", role: "group", title: hint, "aria-labelledby": name.id }, name,
    points, note);
  let values = /** @type {number[]} */ ([]);
  let drawn = false; // a drag goes out once, at its end
  let closed = "";

  /** @param {number} at @param {number} value */
  function put(at, value) {
    values = values.map((old, other) => (other === at ? value : old));
    show(at);
  }

  /** @param {number} at */
  function show(at) {
    const input = /** @type {HTMLInputElement} */ (points.children[at].firstElementChild);
    input.value = String(values[at]);
    input.setAttribute("aria-valuetext", figure(values[at]));
    /** @type {HTMLElement} */ (points.children[at]).style.setProperty("--height",
      `${Math.min(100, (100 * values[at]) / MOST)}%`);
  }

  const send = () => onChange(values);
  /** @param {PointerEvent} event */
  function drag(event) {
    const { left, top, width, height } = points.getBoundingClientRect();
    const at = Math.max(0, Math.min(values.length - 1, Math.floor(((event.clientX - left) / width) * values.length)));
    const share = Math.max(0, Math.min(1, 1 - (event.clientY - top) / height));
    put(at, Math.round(2 * MOST * share) / 2);
  }
  points.addEventListener("pointerdown", (event) => {
    if (closed) return;
    event.preventDefault(); // the slider below would jump by its own measure
    points.setPointerCapture(event.pointerId);
    drawn = true;
    drag(event);
  });
  points.addEventListener("pointermove", (event) => drawn && drag(event));
  for (const end of ["pointerup", "pointercancel"]) {
    points.addEventListener(end, () => {
      if (drawn) send();
      drawn = false;
    });
  }

  return { element, set(wanted) {
    if (drawn) return;
    const same = wanted.length === values.length;
    values = [...wanted];
    if (!same) {
      points.replaceChildren(...wanted.map((_, at) => {
        const input = h("input", { type: "range", min: "0", max: String(MOST), step: "0.5",
          "aria-label": point(at + 1, wanted.length), disabled: closed !== "", oninput: () => put(at, Number(input.value)),
          onchange: send });
        input.max = String(Math.max(MOST, wanted[at]));
        return h("span", { class: "dx-point" }, input);
      }));
    }
    values.forEach((_, at) => show(at));
  }, refuse: (why) => (note.textContent = why), disable(why) {
    closed = why;
    element.title = why;
    for (const input of points.querySelectorAll("input")) input.disabled = true;
  } };
}
