/** The picture with the chosen words' map over it; what a patch listened to; every word's map at once. */

import { h, setText, show } from "../../kit/dom.js";
import { layered } from "../../kit/layered.js";
import { meter } from "../../kit/parts.js";
import { GRADIENT } from "../../kit/shares.js";
import { division, longestBar, movedPlace, patchAt } from "./derive.js";
import { ends, share as shareWords } from "./text.js";
import { mapOf, pictureOf, scaleOf } from "./view.js";

const MOST_LISTED = 9;
const MOST_TILES = 60;

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {{ view: () => import("./view.js").View, onPick: (at: number, more: boolean) => void }} options
 */
export function createStage({ text, chosen, choose }, { view: now, onPick }) {
  const words = text.stage;
  const large = layered({ times: 15, className: "dx-large" });
  const { element: picture } = large;
  const title = h("b", {});
  const state = h("small", { role: "status" });
  const of = h("span", {});
  const source = h("button", { type: "button", class: "dx-source", title: words.toMean, hidden: true,
    onclick: () => choose({ layer: "", head: -1 }) });
  const [least, most] = [h("span", {}), h("span", {})];
  const ramp = h("span", { class: "dx-ramp", "aria-hidden": "true" });
  const key = h("div", { class: "dx-key" }, h("span", {}, words.unit), least, ramp, most);
  const list = h("ol", { class: "dx-list" });
  const listTitle = h("b", {});
  const listNote = h("small", {});
  const tiles = h("div", { class: "dx-tiles" });
  const tilesNote = h("small", {});
  const element = h("div", { class: "dx-stage" },
    h("div", { class: "dx-hero" }, h("div", { class: "dx-head" }, title, state), h("small", {}, of, source), picture, key),
    h("section", { class: "dx-listened", "aria-live": "polite" }, h("div", { class: "dx-head" }, listTitle), listNote, list),
    h("section", { class: "dx-every" }, h("div", { class: "dx-head" }, h("b", {}, words.every)), tilesNote, tiles));
  const plain = layered({ times: 1 });
  /** @type {import("./view.js").View | null} */
  let shown = null;
  Object.assign(picture, { tabIndex: 0 });
  picture.setAttribute("role", "img");

  const placeOf = (/** @type {PointerEvent} */ event) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  };
  const onHover = (/** @type {import("./derive.js").Place | null} */ hover) => choose({ hover });
  /** Twice the same patch lets it go. @param {import("./derive.js").Place} place */
  function pin(place) {
    const { field } = now();
    const before = chosen.get().pinned;
    const same = before && field && JSON.stringify(patchAt(before, field)) === JSON.stringify(patchAt(place, field));
    choose({ pinned: same ? null : place, hover: null });
  }
  picture.addEventListener("pointermove", (event) => shown?.field && onHover(placeOf(event)));
  picture.addEventListener("pointerleave", () => onHover(null));
  picture.addEventListener("pointerdown", (event) => void (event.button === 0 && shown?.field && pin(placeOf(event))));

  /** A key on the focused picture: arrows go from patch to patch. @param {string} pressed @returns {boolean} */
  function press(pressed) {
    if (!shown?.field) return false;
    const to = movedPlace(pressed, shown.place ?? { x: 0.5, y: 0.5 }, shown.field);
    if (!to) return false;
    shown = { ...shown, place: to }; // the next key may come before the next drawing
    choose({ pinned: to, hover: null });
    return true;
  }

  /** @type {{ button: HTMLButtonElement, picture: ReturnType<typeof layered>, number: HTMLElement }[]} */
  let cells = [];
  /** @type {import("./derive.js").Entry[]} */
  let tiled = [];

  /** @param {import("./derive.js").Entry[]} entries */
  function layTiles(entries) {
    if (entries.length === tiled.length && entries.every(({ word }, at) => word === tiled[at].word)) return;
    tiled = entries;
    cells = entries.slice(0, MOST_TILES).map((entry) => {
      const picture = layered({ times: 5 });
      const number = h("small", {});
      const button = h("button", { type: "button", class: "dx-tile", "aria-pressed": "false",
        onclick: (/** @type {MouseEvent} */ event) => onPick(entry.at, event.ctrlKey || event.metaKey || event.shiftKey) },
        picture.element,
        h("span", { class: "dx-under" },
          h("span", { class: `dx-tile-name ${entry.word.kind === "word" ? "" : "dx-mark"}` },
            entry.word.kind === "padding" ? words.padding : text.wordName(entry.word)), number));
      return { button, picture, number };
    });
    tiles.replaceChildren(
      h("div", { class: "dx-plain" }, plain.element,
        h("span", { class: "dx-under" }, h("span", { class: "dx-tile-name dx-mark" }, words.plain))),
      ...cells.map(({ button }) => button),
    );
  }

  /**
   * @param {import("./view.js").View} view
   * @param {{ strength: number, patches: boolean, scale: string }} look
   * @param {string} stateWords
   */
  function draw(view, look, stateWords) {
    shown = view;
    const { content, field, map, entries, picked, place, measures } = view;
    setText(state, stateWords);
    element.classList.toggle("dx-old", view.old);
    element.classList.toggle("dx-empty", !field);
    if (!content?.begin) return;
    const [height, width] = content.begin.picture_size;
    const ratio = width / height;
    const frame = pictureOf(content, view.told < 0 ? -1 : view.told);
    const names = text.quoted(picked.map((at) => text.wordName(entries[at].word)));
    setText(title, view.told < 0 ? words.finished : words.expected(view.told, view.count));
    const layer = view.layer >= 0 && content.apart ? content.apart.layers[view.layer] : null;
    show(layer !== null, source);
    show(layer === null, of);
    setText(of, words.mean(content.begin.layer_count));
    if (layer) setText(source, `${text.layers.source(layer, view.head)} ×`);
    if (!field || !map || !measures) {
      large.draw({ frame, map: null, height: 1, width: 1, scale: { low: 0, high: 1 }, strength: 0, patches: false, ratio,
        words: words.nothing });
      return;
    }
    const scale = scaleOf(view, map, look.scale);
    const { strength, patches } = look;
    const patch = place && patchAt(place, field);
    const divided = division(field, entries, place);
    const best = Math.max(...divided.shares);
    const leading = entries[divided.shares.indexOf(best)];
    large.draw({ frame, map, height: field.height, width: field.width, scale, strength, patches, place, ratio,
      words: patch
        ? words.patchWords(patch.row + 1, patch.column + 1, text.wordName(leading.word), shareWords(best))
        : words.pictureWords(names, shareWords(measures.share), shareWords(measures.peak)) });
    ramp.style.background = `linear-gradient(rgb(128 128 128 / ${1 - strength}) 0 0), ${GRADIENT}`; // as over a grey picture
    [least, most].forEach((end, at) => setText(end, ends(scale)[at]));

    setText(listTitle, patch ? words.patch(patch.row + 1, patch.column + 1) : words.whole);
    setText(listNote, patch ? words.listened : words.hint);
    drawList(view, divided);

    layTiles(entries);
    setText(tilesNote, look.scale === "own" ? words.own : words.same(shareWords(scale.high)));
    plain.draw({ frame, map: null, height: 1, width: 1, scale: { low: 0, high: 1 }, strength: 0, patches: false, ratio,
      words: "" });
    const overall = division(field, entries, null).shares;
    cells.forEach(({ button, picture: small, number }, at) => {
      const own = mapOf(field, entries[at].word.rows);
      small.draw({ frame, map: own, height: field.height, width: field.width, scale: scaleOf(view, own, look.scale), strength,
        patches, ratio, words: "" });
      button.setAttribute("aria-pressed", String(picked.includes(at)));
      setText(number, shareWords(overall[at]));
      button.title = text.sentence.share(text.wordTitle(entries[at].word), shareWords(overall[at]));
    });
  }

  /** @param {import("./view.js").View} view @param {{ shares: number[], rest: number }} divided */
  function drawList({ content, entries, picked }, { shares, rest }) {
    const all = [
      ...entries.map((entry, at) => ({ name: text.wordName(entry.word), share: shares[at], at,
        mark: entry.word.kind !== "word" })
      ),
      ...(content?.begin?.joint ? [{ name: words.itself, share: rest, at: -1, mark: true }] : []),
    ].sort((a, b) => b.share - a.share);
    const listed = all.slice(0, all.length > MOST_LISTED ? MOST_LISTED - 1 : MOST_LISTED);
    const others = all.slice(listed.length);
    const highest = longestBar(shares, entries, content?.begin?.joint ? rest : 0);
    const rows = [...listed,
      ...(others.length
        ? [{ name: words.others(others.length), share: others.reduce((sum, { share }) => sum + share, 0), at: -2, mark: true }]
        : [])];
    list.replaceChildren(
      ...rows.map(({ name, share, at, mark }) =>
        h("li", { class: `${mark ? "dx-mark" : ""} ${picked.includes(at) ? "dx-on" : ""}` },
          h("span", { class: "dx-list-name" }, name), meter(share / highest), h("b", {}, shareWords(share)))
      ),
    );
  }

  return { element, picture, draw, press };
}
