/** The line above an explorer that says what drawing in this page costs, how far its loading is, and that it can be cancelled. */

import { h, setText, show } from "../kit/dom.js";

const MEGABYTE = 1e6;

/** @typedef {import("./sender.js").Loading | { state: "file" | "none" }} State */

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0);

/**
 * @param {{ text: () => ReturnType<typeof import("../network/text.js").words>, cancel: () => void }} options  `text`: in the language of now
 */
export function createStrip({ text, cancel }) {
  const line = h("span", { role: "status", class: "live-line" });
  const bar = h("progress", { max: "1" });
  const stop = h("button", { type: "button", onclick: cancel });
  const element = h("section", { class: "live" }, line, bar, stop);
  let now = /** @type {State} */ ({ state: "none" });

  function draw() {
    const words = text();
    element.setAttribute("aria-label", words.label);
    bar.setAttribute("aria-label", words.label);
    stop.textContent = words.cancel;
    const busy = now.state === "loading" || now.state === "starting";
    show(busy, bar, stop);
    element.dataset.state = now.state;
    if (!("total" in now)) return setText(line, words[now.state]);
    bar.value = now.done / now.total;
    const sentences = { idle: words.idle(megabytes(now.total)),
      loading: words.loading(megabytes(now.done), megabytes(now.total)), starting: words.starting, ready: words.ready };
    setText(line, sentences[now.state]);
  }

  return {
    element,
    draw,
    /** @param {State} loading */
    set(loading) {
      now = loading;
      draw();
    },
  };
}
