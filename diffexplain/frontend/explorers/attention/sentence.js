/**
 * The sentence, large, as a chart: over each word a bar as high as its share of the attention, the marks and the padding among them or
 * left out. A click on a word looks at it; with Ctrl or Shift several together. Bars of both passes have one scale.
 */

import { h, setText, show } from "../../kit/dom.js";
import { wordedSegments } from "../../kit/segments.js";
import { entriesOf, entryTitle, isJoined, longestBar, shownAmong } from "./derive.js";
import { share as shareWords } from "./text.js";

/** @typedef {import("./derive.js").Half} Half */

const [HIGHEST, LOWER] = [44, 30]; // px, of the longest bar: in one line of words, in several

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {{ onPick: (half: Half, at: number, event: MouseEvent) => void, onHalf: (half: Half) => void, onAmong: (value: string) => void }} options
 */
export function createSentence({ text, kit: { known } }, { onPick, onHalf, onAmong }) {
  const words = text.sentence;
  const element = h("section", { class: "dx-sentences", "aria-label": words.label });
  const sharesOf = h("small", { class: "dx-shares-of" });
  const note = h("p", { class: "dx-note", hidden: true });
  const switched = wordedSegments(text.look, ["all", "words"], onAmong);
  const foot = h("div", { class: "dx-sentences-foot" }, sharesOf, switched.element);
  /** @type {import("./messages").Begin | null} */
  let laid = null;
  /** @type {{ half: Half, entries: import("./derive.js").Entry[], row: HTMLElement, name: HTMLButtonElement, items: { button: HTMLButtonElement, bar: HTMLElement, number: HTMLElement, name: string }[] }[]} */
  let halves = [];

  /** @param {import("./messages").Begin} begin */
  function lay(begin) {
    laid = begin;
    const pair = begin.halves.length > 1;
    halves = begin.halves.map((value) => {
      const half = /** @type {Half} */ (value);
      const entries = entriesOf(begin, half);
      const items = entries.map((entry, at) => {
        const [number, bar] = [h("span", { class: "dx-number" }), h("span", { class: "dx-word-bar" })];
        const kind = entry.word.kind !== "word" ? "dx-mark" : isJoined(entry, entries[at - 1]) ? "dx-joined" : "";
        const button = h("button", { type: "button", class: `dx-word ${kind}`, "aria-pressed": "false",
          onclick: (/** @type {MouseEvent} */ event) => onPick(half, at, event) },
          h("span", { class: "dx-column" }, number, bar),
          h("span", { class: `dx-word-text ${entry.strange ? "dx-unlearned" : ""}` }, text.wordName(entry.word)));
        return { button, bar, number, name: entryTitle(entry, text.wordTitle, known) };
      });
      const sentences = begin.sentences.filter((sentence) => sentence.half === half);
      const lines = sentences.map((sentence) =>
        h("div", { class: "dx-words" },
          sentences.length > 1 ? h("span", { class: "dx-stream" }, text.streams[sentence.stream] ?? sentence.stream) : null,
          ...items.filter((_, at) => entries[at].sentence === sentence).map(({ button }) => button))
      );
      const title = words.half(half, begin.request.negative_prompt !== "");
      const name = h("button", { type: "button", class: "dx-half", title: title.hint, onclick: () => onHalf(half) },
        h("b", {}, title.name), h("small", {}, title.note));
      const row = h("div", { class: "dx-sentence-row" },
        pair ? name : h("div", { class: "dx-name" }, title.name, h("small", {}, title.note)),
        h("div", { class: "dx-lines-of" }, ...lines));
      return { half, entries, row, name, items };
    });
    element.classList.toggle("dx-several", halves.some(({ row }) => row.querySelectorAll(".dx-words").length > 1));
    element.replaceChildren(...halves.map(({ row }) => row), note, foot);
    setText(note, pair ? "" : words.alone(begin.request.guidance_scale));
    show(!pair, note);
  }

  /** @param {import("./view.js").View} view */
  function draw({ content, halves: divided, picked, half, place, whole, old, among }) {
    if (!content?.begin) return;
    if (content.begin !== laid) lay(content.begin);
    element.classList.toggle("dx-old", old);
    switched.set(among);
    const [all, entries] = [halves.flatMap((one) => divided[one.half]?.shares ?? []), halves.flatMap((one) => one.entries)];
    const most = longestBar(all, entries);
    const highest = element.classList.contains("dx-several") ? LOWER : HIGHEST;
    for (const one of halves) {
      const on = one.half === half;
      one.row.classList.toggle("dx-off", !on);
      one.name.setAttribute("aria-pressed", String(on));
      const shown = shownAmong(one.entries, among);
      one.items.forEach(({ button, bar, number, name }, at) => {
        const share = divided[one.half]?.shares[at];
        show(shown.includes(one.entries[at]), button);
        button.setAttribute("aria-pressed", String(on && picked.includes(at)));
        bar.style.height = `${Math.max(2, highest * Math.min(1, (share ?? 0) / most))}px`;
        bar.classList.toggle("dx-cut", share !== undefined && share > most * 1.001);
        setText(number, share === undefined ? "" : shareWords(share));
        const label = share === undefined ? name : text.among[among].share(name, shareWords(share));
        if (button.title !== label) button.title = label;
      });
    }
    setText(sharesOf,
      text.sentences([place ? words.ofPatch : whole ? words.ofRun : words.ofStep,
        all.some((share) => share > most * 1.001) ? words.cut : "", text.among[among].note]));
  }

  return { element, draw };
}
