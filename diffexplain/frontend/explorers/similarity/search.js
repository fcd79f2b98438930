/** Retrieval: the gallery sorted by its cosine with a text. */

import { textControl } from "../../kit/controls.js";
import { h, s, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { fixed } from "../../kit/format.js";
import { changes } from "../../kit/memo.js";
import { emptyRoom } from "../../kit/room.js";
import { tile } from "./pictures.js";

const [WIDTH, HEIGHT] = [320, 44];

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {import("./pictures.js").Album} album
 * @param {(reference: string) => void} onPick
 */
export function createSearch(page, album, onPick) {
  const { text, live, write, constants } = page;
  const { limits, bundled } = constants("_controls");
  const words = text.search;
  const control = textControl({ label: words.label, hint: bundled ? words.hint : words.hintOther,
    placeholder: words.placeholder, maxLength: limits.text, className: "dx-wide",
    onChange: (value) => write("search", value) });
  const line = prose();
  const results = h("div", { class: "dx-results" });
  const curve = s("svg", { class: "dx-sorted", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
  const room = emptyRoom(page, text.places.search.hint, control.element, line);
  const element = h("div", {}, room.element, control.element, line, results, curve);
  const changed = changes();

  /** @param {import("./index.js").Now} now */
  function draw({ content, found, progress }) {
    const state = progress?.task === "gallery" ? text.progress.gallery(progress.done, progress.total) : "";
    results.classList.toggle("dx-old", found !== content?.found);
    show(found !== null, results);
    curve.toggleAttribute("hidden", !found);
    const anew = changed(found);
    if (room.draw(found !== null)) return;
    if (!found) return setText(line, state || words.empty);
    const all = found.all_cosines.data;
    setText(line,
      state || text.sentences([words.line(all.length, fixed(all[0]), fixed(all[all.length >> 1])), live ? words.pick : ""]));
    if (!anew) return;
    results.replaceChildren(...found.references.map((reference, at) => {
      const value = fixed(found.cosines.data[at]);
      const label = words.result(at + 1, value, album.caption(reference));
      const picture = tile(64);
      album.paint(picture, reference);
      return h("button", { type: "button", class: "dx-result", title: label, "aria-label": label, disabled: !live,
        onclick: () => onPick(reference) }, picture, h("small", {}, value));
    }));
    const [low, high] = [Math.min(0, all[all.length - 1]), Math.max(0.1, all[0])];
    const y = (/** @type {number} */ value) => HEIGHT - 1 - ((value - low) / (high - low)) * (HEIGHT - 2);
    const width = WIDTH / all.length;
    curve.setAttribute("aria-label", words.curve(all.length));
    curve.replaceChildren(
      ...Array.from(all, (value, at) =>
        s("rect", { x: (at * width).toFixed(2), width: (width * 0.8).toFixed(2), y: Math.min(y(0), y(value)).toFixed(1),
          height: Math.max(0.5, Math.abs(y(value) - y(0))).toFixed(1),
          class: at < found.references.length ? "dx-nearest" : "" })),
    );
  }

  return { element, control, draw };
}
