/** The controls of what goes on: play and pause, one step, some more, from the beginning. They say what Python is to do, and follow what it says. */

import { h, setText } from "./dom.js";
import { isBusy, isOver } from "./runs.js";

/** How many updates "more" is. */
const MORE = 500;

/**
 * @param {import("./shell.js").Page<any, any>} page
 * @param {{ updates: () => number }} options  how many updates were made, for whoever looks and for screen readers
 */
export function sessionControls({ kit, live, runs, send }, { updates }) {
  const words = kit.session;
  const state = () => runs.get().current?.status;
  const button = (/** @type {string} */ label, /** @type {string} */ hint, /** @type {() => void} */ act) =>
    h("button", { type: "button", class: "dx-button", title: live ? hint : kit.state.recording, disabled: !live, onclick: act },
      label);
  const toggle = () => send({ kind: isBusy(state()) ? "pause" : "resume" });
  const step = () => send({ kind: "resume", updates: 1 });
  const more = () => send({ kind: "resume", updates: MORE });
  const play = button(words.train, words.playHint, toggle);
  const parts = [play, button(words.step, words.stepHint, step), button(words.more(MORE), words.moreHint, more),
    button(words.reset, words.resetHint, () => send({ kind: "reset" }))];
  const said = h("span", { class: "dx-session-state", role: "status" });
  const element = h("div", { class: "dx-session", role: "group", "aria-label": words.label }, ...parts,
    h("span", { class: "dx-session-updates" }), said);
  const count = /** @type {HTMLElement} */ (element.querySelector(".dx-session-updates"));
  return {
    element,
    draw() {
      const status = state();
      const busy = isBusy(status);
      setText(play, busy && live ? kit.pause : words.train);
      setText(count, words.updates(updates()));
      setText(said, status ? (live ? words.states[status.state] : words.recorded) : "");
      if (!live) return;
      play.disabled = !status || status.state === "done";
      for (const part of parts.slice(1, 3)) part.disabled = !status || isOver(status) || status.state === "done";
    },
    /** Space plays and pauses, a full stop makes one step, + some more. @param {KeyboardEvent} event @param {boolean} editing */
    keys(event, editing) {
      const act = /** @type {Record<string, () => void>} */ ({ " ": toggle, ".": step, "+": more })[event.key];
      if (!act || !live || editing || (event.key === " " && event.target instanceof HTMLButtonElement)) return false;
      act();
      return true;
    },
  };
}
