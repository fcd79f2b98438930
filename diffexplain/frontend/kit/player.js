/** Play, pause, scrub: one selected frame, moved by a clock, a slider, a pointer or keys. */

import { h, setText, show } from "./dom.js";
import { MOST_FRAMES } from "./film.js";
import { isBusy, isOver } from "./runs.js";

/**
 * Steps a selection forward on a clock until the end.
 * @param {{ count: () => number, get: () => number, go: (index: number) => void, changed: (playing: boolean) => void, signal: AbortSignal }} options
 */
export function createClock({ count, get, go, changed, signal }) {
  /** @type {ReturnType<typeof setInterval> | null} */
  let timer = null;
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    changed(false);
  };
  signal.addEventListener("abort", stop);
  const toggle = () => {
    if (timer !== null) return stop();
    if (count() < 2) return;
    if (get() >= count() - 1) go(0); // play again from the start
    const pause = Math.max(40, Math.min(240, 4800 / count())); // ms; a run plays in about five seconds
    const stride = Math.max(1, Math.round(count() / 120)); // a long one in strides
    timer = setInterval(() => (get() < count() - 1 ? go(Math.min(get() + stride, count() - 1)) : stop()), pause);
    changed(true);
  };
  return { toggle, stop, running: () => timer !== null };
}

/**
 * Where a key takes a selection, or null for a key that is not ours.
 * @param {string} key
 * @param {number} index
 * @param {number} count
 */
export function scrubTarget(key, index, count) {
  const last = count - 1;
  const jump = Math.max(1, Math.round(count / 10));
  const targets =
    /** @type {Record<string, number>} */ ({ ArrowRight: index + 1, ArrowUp: index + 1, ArrowLeft: index - 1,
      ArrowDown: index - 1, PageUp: index + jump, PageDown: index - jump, Home: 0, End: last });
  return key in targets && count > 0 ? Math.max(0, Math.min(last, targets[key])) : null;
}

/**
 * The keys of a player: Space plays and pauses, the others of `scrubTarget` select. A focused slider or button keeps its own keys.
 * @param {KeyboardEvent} event
 * @param {{ index: number, count: number, toggle: () => void, select: (index: number) => void }} player
 * @returns {boolean}  whether the key was the player's
 */
export function playerKeys(event, { index, count, toggle, select }) {
  if (event.key === " ") {
    if (event.target instanceof HTMLButtonElement || (event.target instanceof HTMLInputElement && event.target.type !== "range")
      || count < 1) return false;
    toggle();
    return true;
  }
  const own = event.target instanceof HTMLInputElement;
  const target = own ? null : scrubTarget(event.key, index, count);
  if (target !== null) select(target);
  return target !== null;
}

/**
 * A slider over frames.
 * @param {{ label: string, most?: number, onInput: (index: number) => void }} options  `most` frames of the strip above it
 */
export function scrubber({ label, most = MOST_FRAMES, onInput }) {
  const input = h("input", { type: "range", min: "0", max: "0", step: "1", value: "0", class: "dx-range dx-scrub",
    "aria-label": label, oninput: () => onInput(Number(input.value)) });
  return {
    element: input,
    /** @param {number} index @param {number} count @param {string} words  what a screen reader says of this frame */
    set(index, count, words) {
      input.max = String(Math.max(0, count - 1));
      input.value = String(index);
      input.setAttribute("aria-valuetext", words);
      input.style.setProperty("--filled", `${count > 1 ? (100 * index) / (count - 1) : 0}%`);
      input.style.setProperty("--count", String(Math.max(1, Math.min(count, most)))); // the thumb stands under its frame
    },
  };
}

/**
 * The player of an explorer: one button that plays and pauses, or cancels the run while it is worked on, or runs a failed one again; the
 * slider; the keys. What is selected by hand stops the clock.
 * @param {import("./shell.js").Page<any, any>} page
 * @param {object} options
 * @param {string} options.label  of the slider
 * @param {number} [options.most]  frames of the strip above it
 * @param {() => { index: number, count: number, come?: number }} options.at  what is selected, of how many, of which so many can be played
 * @param {(index: number) => void} options.select
 * @param {(() => boolean) | null} [options.busy]  whether the run is worked on that Cancel ends; null for a player apart from runs
 * @param {boolean} [options.again]  offers to run a failed run again
 * @param {{ element: HTMLElement, set: (index: number, count: number, words: string) => void }} [options.slider]  in place of the usual one
 */
export function playerRow({ runs, kit, live, signal, cancel, runAgain },
  { label, most, at, select, busy = () => isBusy(runs.get().current?.status), again = busy !== null, slider: own })
{
  const playable = () => at().come ?? at().count;
  const write = (/** @type {boolean} */ playing) => setText(play, playing ? `❚❚ ${kit.pause}` : `▶ ${kit.play}`);
  const clock = createClock({ count: playable, get: () => at().index, go: select, changed: write, signal });
  const byHand = (/** @type {number} */ index) => {
    clock.stop();
    select(index);
  };
  const button = (/** @type {string} */ name, /** @type {() => void} */ onclick) =>
    h("button", { type: "button", class: "dx-button", onclick }, name);
  const [play, stop, anew] = [button("", clock.toggle), button(kit.cancel, cancel), button(kit.again, runAgain)];
  const slider = own ?? scrubber({ label, most, onInput: byHand });
  write(false);
  return {
    /** The buttons, then the slider: two cells of a grid. */
    elements: [h("div", { class: "dx-transport" }, play, ...(busy ? [stop, anew] : [])), slider.element],
    byHand,
    playing: clock.running,
    /** @param {string} words  what a screen reader says of the selected frame */
    draw(words) {
      const { index, count } = at();
      const working = busy?.() ?? false;
      const failed = again && live && !working && isOver(runs.get().current?.status);
      slider.set(index, count, words);
      play.disabled = playable() < 2;
      show(!working && !failed, play);
      show(working, stop);
      show(failed, anew);
    },
    /** @param {KeyboardEvent} event @returns {boolean}  whether the key was the player's */
    keys: (event) => playerKeys(event, { ...at(), toggle: clock.toggle, select: byHand }),
  };
}

/**
 * The row of an explorer's player, below what it scrubs and among the explorer's parts: it stays in sight while any of them is.
 * @param {{ elements: HTMLElement[] }} player
 * @param {AbortSignal} signal
 * @param {...HTMLElement} beside  after the slider
 */
export function stayingRow({ elements }, signal, ...beside) {
  const row = h("div", { class: "dx-player" }, ...elements, ...beside);
  const place = h("i", { class: "dx-player-place" }); // doesn't move with it
  const observer = new IntersectionObserver((entries) =>
    row.classList.toggle("dx-stuck", !entries[entries.length - 1].isIntersecting)
  );
  observer.observe(place);
  signal.addEventListener("abort", () => observer.disconnect());
  return h("div", { class: "dx-staying" }, row, place);
}
