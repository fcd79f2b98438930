/**
 * What opens from a button and lies over the page: it closes on Escape, on a press elsewhere and when the focus goes elsewhere, gives
 * the focus back to where it came from, and stays in the window. What is in it, and its own keys, are whose it is.
 */

import { show } from "./dom.js";

const EDGE = 12; // px, kept free beside it

/**
 * @typedef {object} Popover
 * @property {(button: HTMLButtonElement) => void} opens  a press on this button opens and closes it; several may
 * @property {(button: HTMLButtonElement) => void} open
 * @property {() => void} close  after a choice
 */

/**
 * @param {HTMLElement} panel  hidden while it is closed; its `role` is what the buttons announce
 * @param {object} options
 * @param {AbortSignal} options.signal  ends with the view
 * @param {(button: HTMLButtonElement) => void} [options.before]  before it is shown
 * @param {() => void} options.focus  once it is shown
 * @param {() => void} [options.after]  once it is closed
 * @param {() => HTMLElement | null} [options.instead]  where the focus goes if the button is no longer there
 * @returns {Popover}
 */
export function popover(panel, { signal, before = () => {}, focus, after = () => {}, instead = () => null }) {
  let opener = /** @type {HTMLButtonElement | null} */ (null);
  show(false, panel);

  /** @param {EventTarget | null} target */
  const within = (target) => [panel, opener].some((part) => target instanceof Node && part?.contains(target));

  /** @param {HTMLButtonElement} button */
  function open(button) {
    if (button.ariaDisabled === "true") return;
    if (opener !== button) close("left");
    opener = button;
    before(button);
    show(true, panel);
    button.setAttribute("aria-expanded", "true");
    place();
    focus();
    panel.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  /**
   * @param {"done" | "dismissed" | "left"} how  after a choice the focus goes back if it was inside or nowhere, so that none is taken
   *   from elsewhere; on Escape in any case; and to whatever was pressed or reached instead, it has gone already
   */
  function close(how) {
    if (panel.hidden) return;
    const { activeElement } = /** @type {Document | ShadowRoot} */ (panel.getRootNode());
    const homeless = !activeElement || activeElement === document.body || panel.contains(activeElement);
    show(false, panel);
    opener?.setAttribute("aria-expanded", "false");
    after();
    if (how === "dismissed" || (how === "done" && homeless)) (opener?.closest("[hidden]") ? instead() : opener)?.focus();
  }

  /** Beside its button, moved as far as it would stick out of the explorer. */
  function place() {
    panel.style.translate = "";
    const room = panel.closest(".dx")?.getBoundingClientRect();
    if (!room || panel.hidden) return;
    const { left, right } = panel.getBoundingClientRect();
    const shift = Math.max(room.left + EDGE - left, Math.min(0, room.right - EDGE - right));
    if (shift !== 0) panel.style.translate = `${shift}px`;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== "Escape" || panel.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    close("dismissed");
  }

  /** @param {FocusEvent} event  without a target it went out of the window, or a dialog for files has it */
  const onLeave = ({ relatedTarget }) => void (relatedTarget && !within(relatedTarget) && close("left"));

  /** @param {HTMLElement} part */
  function hear(part) {
    part.addEventListener("keydown", onKey);
    part.addEventListener("focusout", onLeave);
  }
  hear(panel);
  document.addEventListener("pointerdown", (event) => event.composedPath().some(within) || close("left"), { capture: true,
    signal });
  window.addEventListener("resize", place, { signal });

  return { opens(button) {
    for (const [name, value] of [["haspopup", panel.getAttribute("role") ?? "dialog"], ["expanded", "false"], ["controls",
      panel.id]]) button.setAttribute(`aria-${name}`, value);
    button.addEventListener("click", () => (panel.hidden || opener !== button ? open(button) : close("dismissed")));
    hear(button);
  }, open, close: () => close("done") };
}
