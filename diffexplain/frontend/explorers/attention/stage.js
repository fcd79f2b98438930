/** The picture with the chosen words' map over it; what a patch attended to; every word's map at once; and how the maps are drawn. */

import { sliderControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { layered, patchAt } from "../../kit/layered.js";
import { meter } from "../../kit/parts.js";
import { wordedSegments } from "../../kit/segments.js";
import { washKey } from "../../kit/shares.js";
import { division, entryTitle, longestBar, movedPlace, shownAmong } from "./derive.js";
import { ends, share as shareWords } from "./text.js";
import { mapOf, pictureOf, scaleOf } from "./view.js";

/** @typedef {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} Page */

const MOST_LISTED = 9;
const MOST_TILES = 60;

/** @param {Page} page @param {(at: number, event: MouseEvent) => void} onPick  of a word */
export function createStage({ text, kit: { known }, chosen, choose }, onPick) {
  const words = text.stage;
  const large = layered({ times: 15, className: "dx-large" });
  const { element: picture } = large;
  const state = h("small", { role: "status" });
  const source = h("button", { type: "button", class: "dx-source", title: words.toMean, hidden: true,
    onclick: () => choose({ layer: "", head: -1 }) });
  const [title, of, unit, least, most, listTitle] = ["b", "span", "span", "span", "span", "b"].map((tag) =>
    h(/** @type {"b"} */ (tag))
  );
  const [listNote, tilesNote] = [h("small"), h("small")];
  const ramp = h("span", { class: "dx-ramp", "aria-hidden": "true" });
  const list = h("ol", { class: "dx-list" });
  const tiles = h("div", { class: "dx-tiles" });
  const head = (/** @type {HTMLElement[]} */ ...parts) => h("div", { class: "dx-head" }, ...parts);
  const element = h("div", { class: "dx-stage" },
    h("div", { class: "dx-hero" }, head(title, state), h("small", {}, of, source), picture,
      h("div", { class: "dx-key" }, unit, least, ramp, most)),
    h("section", { class: "dx-listened", "aria-live": "polite" }, head(listTitle), listNote, list),
    h("section", { class: "dx-every" }, head(h("b", {}, words.every)), tilesNote, tiles));
  const plain = layered({ times: 1 });
  /** @type {import("./view.js").View | null} */
  let shown = null;
  Object.assign(picture, { tabIndex: 0 }).setAttribute("role", "img");

  const placeOf = (/** @type {PointerEvent} */ event) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  };
  picture.addEventListener("pointermove", (event) => shown?.map && choose({ hover: placeOf(event) }));
  picture.addEventListener("pointerleave", () => choose({ hover: null }));
  picture.addEventListener("pointerdown", (event) => { // twice the same patch lets it go
    if (event.button !== 0 || !shown?.map) return;
    const [before, place] = [chosen.get().pinned, placeOf(event)];
    const same = before && JSON.stringify(patchAt(before, shown.map)) === JSON.stringify(patchAt(place, shown.map));
    choose({ pinned: same ? null : place, hover: null });
  });

  /** A key on the focused picture: arrows go from patch to patch. @param {string} pressed @returns {boolean} */
  function press(pressed) {
    const to = shown?.map && movedPlace(pressed, shown.place ?? { x: 0.5, y: 0.5 }, shown.map);
    if (!to || !shown) return false;
    shown = { ...shown, place: to }; // the next key may come before the next drawing
    choose({ pinned: to, hover: null });
    return true;
  }

  /** @type {{ button: HTMLButtonElement, picture: ReturnType<typeof layered>, number: HTMLElement }[]} */
  let cells = [];
  /** @type {import("./messages").Word[]} */
  let tiled = [];
  const kindOf = (/** @type {import("./derive.js").Entry} */ { word, strange }) =>
    word.kind !== "word" ? "dx-mark" : strange ? "dx-unlearned" : "";

  /** What stands under a small picture. @param {string} name @param {"dx-mark" | "dx-unlearned" | ""} kind @param {...HTMLElement} more */
  const under = (name, kind, ...more) =>
    h("span", { class: "dx-under" }, h("span", { class: `dx-tile-name ${kind}` }, name), ...more);

  /** @param {import("./derive.js").Entry[]} entries */
  function layTiles(entries) {
    if (entries.length === tiled.length && entries.every(({ word }, at) => word === tiled[at])) return;
    tiled = entries.map(({ word }) => word);
    cells = entries.slice(0, MOST_TILES).map((entry, at) => {
      const { word } = entry;
      const [picture, number] = [layered({ times: 5 }), h("small")];
      const button = h("button", { type: "button", class: "dx-tile", "aria-pressed": "false",
        onclick: (/** @type {MouseEvent} */ event) => onPick(at, event) }, picture.element,
        under(word.kind === "padding" ? words.padding : text.wordName(word), kindOf(entry), number));
      return { button, picture, number };
    });
    tiles.replaceChildren(h("div", { class: "dx-plain" }, plain.element, under(words.plain, "dx-mark")),
      ...cells.map(({ button }) => button));
  }

  /**
   * @param {import("./view.js").View} view
   * @param {{ strength: number, patches: boolean, scale: string }} look
   * @param {string} stateWords
   */
  function draw(view, { strength, patches, scale: kind }, stateWords) {
    shown = view;
    const { content, field, map, divided, entries, picked, place, measures, step, among } = view;
    const said = text.among[among];
    setText(state, stateWords);
    element.classList.toggle("dx-old", view.old);
    element.classList.toggle("dx-empty", !field);
    if (!content?.begin) return;
    const [height, width] = content.begin.picture_size;
    const base = { frame: pictureOf(content, step), ratio: width / height };
    setText(title, step < 0 ? words.finished : words.expected(step, view.count));
    const layer = view.layer >= 0 && content.apart ? content.apart.layers[view.layer] : null;
    show(layer !== null, source);
    show(layer === null, of);
    setText(of, words.mean(content.begin.layer_count));
    if (layer) setText(source, `${text.layers.source(layer, view.head)} ×`);
    if (!field || !map || !divided || !measures) return large.draw({ ...base, words: words.nothing });
    const scale = scaleOf(view, map, kind);
    const patch = place && patchAt(place, map);
    const best = Math.max(...divided.shares);
    const leading = text.wordName(entries[divided.shares.indexOf(best)].word);
    large.draw({ ...base, map, scale, strength, patches, place,
      words: patch
        ? said.patchWords(patch.row + 1, patch.column + 1, leading, shareWords(best))
        : said.pictureWords(text.names(view.words), shareWords(measures.share), shareWords(measures.peak)) });
    ramp.style.background = washKey(strength);
    setText(unit, said.unit);
    [least, most].forEach((end, at) => setText(end, ends(scale)[at]));

    setText(listTitle, patch ? words.patch(patch.row + 1, patch.column + 1) : words.whole);
    setText(listNote, patch ? words.listened : words.hint);
    drawList(view, divided);

    layTiles(entries);
    setText(tilesNote, kind === "own" ? words.own : words.same(shareWords(scale.high)));
    plain.draw(base);
    const overall = (place ? division(field, entries, null) : divided).shares.map(shareWords);
    const there = shownAmong(entries, among);
    cells.forEach(({ button, picture: small, number }, at) => {
      const { word } = entries[at];
      show(there.includes(entries[at]), button);
      if (button.hidden) return;
      const own = mapOf(field, word.rows);
      small.draw({ ...base, map: own, scale: scaleOf(view, own, kind), strength, patches });
      button.setAttribute("aria-pressed", String(picked.includes(at)));
      setText(number, overall[at]);
      button.title = said.share(entryTitle(entries[at], text.wordTitle, known), overall[at]);
    });
  }

  /** @param {import("./view.js").View} view @param {{ shares: number[], rest: number }} divided */
  function drawList({ content, entries, picked, among }, { shares, rest }) {
    const own = content?.begin?.joint && among === "all"
      ? [{ name: words.itself, share: rest, on: false, mark: true, strange: false }]
      : [];
    const all = shownAmong(entries, among).map(({ word, at, strange }) => ({ name: text.wordName(word), share: shares[at],
      on: picked.includes(at), mark: word.kind !== "word", strange })
    ).concat(own).sort((a, b) => b.share - a.share);
    const rows = all.slice(0, all.length > MOST_LISTED ? MOST_LISTED - 1 : MOST_LISTED);
    const others = all.slice(rows.length);
    const share = others.reduce((sum, { share }) => sum + share, 0);
    if (others.length) rows.push({ name: words.others(others.length), share, on: false, mark: true, strange: false });
    const highest = longestBar(shares, entries, own.length ? rest : 0);
    list.replaceChildren(
      ...rows.map(({ name, share, on, mark, strange }) =>
        h("li", { class: `${mark ? "dx-mark" : ""} ${on ? "dx-on" : ""}`, title: strange ? known.mark : "" },
          h("span", { class: "dx-list-name" }, h("span", { class: strange ? "dx-unlearned" : "" }, name),
            strange ? h("span", { class: "dx-heard" }, ` (${known.mark})`) : null), meter(share / highest),
          h("b", {}, shareWords(share)))
      ),
    );
  }

  return { element, picture, draw, press };
}

/** How the maps are shown: of a step or of the whole run, smooth or as patches, in own colours or the same, how strong. @param {Page} page */
export function createLook({ text: { look: words }, choose }) {
  const pair = (/** @type {"over" | "drawn" | "scale"} */ name, /** @type {(keyof typeof words)[]} */ choices) =>
    wordedSegments({ ...words, ...words[name] }, choices, (value) =>
      choose(name === "drawn" ? { patches: value === "patches" } : { [name]: value }));
  const [over, drawn, scale] = [pair("over", ["step", "run"]), pair("drawn", ["smooth", "patches"]),
    pair("scale", ["own", "same"])];
  const strength = sliderControl({ ...words.strength, min: 0, max: 1, step: 0.05,
    show: (value) => `${Math.round(100 * value)} %`, onChange: (value) => choose({ strength: value }) });
  return {
    element: h("div", { class: "dx-look" }, ...[over, drawn, scale, strength].map((part) => part.element)),
    /** @param {any} chosen */
    draw(chosen) {
      over.set(chosen.over);
      drawn.set(chosen.patches ? "patches" : "smooth");
      scale.set(chosen.scale);
      strength.set(chosen.strength);
    },
  };
}
