/**
 * The similarity explorer: the matrix of pictures and texts, the selected pair large, and three questions that open below.
 * Everything but what Python embeds or draws is computed here, so that it works in a recording too.
 */

import catalogues from "catalogues:similarity";
import { h, setText, show } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { fixed } from "../../kit/format.js";
import { readAs } from "../../kit/pairs.js";
import { openPanels } from "../../kit/panels.js";
import { picturePicker } from "../../kit/pictures.js";
import { isBusy } from "../../kit/runs.js";
import { wordedSegments } from "../../kit/segments.js";
import { defineExplorer } from "../../kit/shell.js";
import { shownRun, stateWords } from "../../kit/shown.js";
import { inside, measure, pairsOf, wrongCaption } from "./derive.js";
import { createMatrix } from "./matrix.js";
import { createOlder } from "./older.js";
import { createPair } from "./pair.js";
import { album as albumOf } from "./pictures.js";
import { reduceRuns } from "./runs.js";
import { createSearch } from "./search.js";
import { createTemperature } from "./temperature.js";
import { words } from "./text.js";
import { describe, numbers } from "./words.js";

/**
 * What the sections are drawn with.
 * @typedef {object} Now
 * @property {import("./runs.js").Content | null} content  of the run on screen
 * @property {import("../../kit/pairs.js").Pairs | null} pairs
 * @property {number} picture  the selected one
 * @property {import("./runs.js").Progress | null} progress
 * @property {import("./messages").Found | null} found  the last there was, while the run on screen has none yet
 * @property {import("./runs.js").Content | null} older  the same of what was drawn
 */

/** @type {import("../../kit/shell.js").Open<import("./runs.js").Content, import("./text.js").Text>} */
function open(page) {
  const { text, kit, language, live, runs, chosen, choose, write, send, constants, signal } = page;
  const controls = constants("_controls");
  const album = albumOf(page);
  const captions = controls.gallery.pictures.map((/** @type {any} */ one) => one.caption[controls.bundled ? language : "en"]);
  const setPictures = (/** @type {string[]} */ list) => write("pictures", list);
  const addPicture = (/** @type {string} */ reference) => setPictures([...matrix.pictures(), reference]);
  const select = (/** @type {number[]} */ pair) => {
    const before = pairNow();
    const next = pair.map((at, side) => (at < 0 ? before[side] : at));
    if (String(next) !== String(before)) choose({ pair: next });
  };

  const matrix = createMatrix(page, album, select, () => draw());
  const pair = createPair(text, album);
  const foot = footOf(text.facts);
  const [temperature, search, older] = [createTemperature(page, album), createSearch(page, album, addPicture),
    createOlder(page)];
  const bar = createBar();
  const names = /** @type {const} */ (["temperature", "search", "older"]);
  const panels = openPanels(page, { temperature: () => temperature, search: () => search, older: () => older });
  const questions = names.map((name) => panels.opener(name, { class: "dx-question", title: text.places[name].hint }));
  const stage = h("div", { class: "dx-similarity" }, matrix.element, pair.element);

  function createBar() {
    const { choices, ...showing } = text.show;
    const reading = wordedSegments({ ...showing, ...choices }, Object.keys(choices), (value) => choose({ show: value }));
    const picker = picturePicker({ label: text.matrix.pictures, hint: text.matrix.picturesHint, text: kit.pictures, language,
      signal, gallery: controls.gallery, stays: true, name: text.matrix.addPicture,
      onPick: (reference) =>
        matrix.pictures().includes(reference)
          ? setPictures(matrix.pictures().filter((one) => one !== reference))
          : addPicture(reference), onUpload: (bytes) => send({ kind: "picture", field: "pictures" }, [bytes]),
      onDraw: (prompt) => addPicture(`drawn:${Math.floor(Math.random() * 1e6)}:${prompt}`) });
    const wrong = h("button", { type: "button", class: "dx-button", title: text.wrong.hint, disabled: !live,
      onclick: addWrong }, text.wrong.label);
    const pictures = { ...picker, set: (/** @type {string[]} */ value) => {
      picker.set(value);
      matrix.setPictures(value);
    } };
    const parts = { show: reading, pictures, ...matrix.parts, search: search.control, ...older.parts };
    return {
      element: h("div", { class: "dx-bar" }, reading.element, picker.element,
        h("div", { class: "dx-field dx-beside-labels" }, wrong)),
      parts,
    };
  }

  /** A text that is nearly right for the selected picture becomes a column of its own. */
  function addWrong() {
    const texts = matrix.texts();
    const own = texts[pairNow()[0]] ?? texts[0] ?? captions[0];
    const grounds = /[\u4e00-\u9fff]/.test(own) ? controls.grounds.zh : controls.grounds.en;
    write("texts", [...texts, wrongCaption(own, grounds, captions, texts)]);
    choose({ pair: [pairNow()[0], texts.length] });
  }

  /** The run on screen: the newest with a matrix. */
  const contentNow = () => shownRun(runs.get(), ({ matrix: come }) => come !== null).content;

  /** The selected pair, inside what there is or is asked for. */
  function pairNow() {
    const [pictures, texts] = contentNow()?.matrix?.cosines.shape ?? [1, 1];
    return inside(chosen.get().pair, { pictures: Math.max(pictures, matrix.pictures().length),
      texts: Math.max(texts, matrix.texts().length) });
  }

  /** @type {Pick<Now, "found" | "older">} */
  const kept = { found: null, older: null };

  function draw() {
    const { current } = runs.get();
    const { show: reading, hover: under } = chosen.get();
    const content = contentNow();
    const now = content?.matrix ?? null;
    const pairs = now && pairsOf(now);
    const busy = isBusy(current?.status);
    const progress = busy ? (current?.content.progress ?? null) : null;
    const stale = !now || String(now.request.pictures) !== String(matrix.pictures())
      || String(now.request.texts) !== String(matrix.texts());
    const selected = pairs ? inside(under ?? chosen.get().pair, pairs) : [0, 0];
    matrix.draw({ pairs, values: pairs && readAs(pairs, reading), reading, pair: pairs ? selected : pairNow(),
      old: stale && busy, state: where(progress), cancellable: progress !== null && progress.task !== "older",
      unlearned: unlearned().map(({ text }) => text) });
    const measures = pairs && measure(pairs);
    if (measures && now) {
      const { pictures, texts } = now.request;
      pair.draw(pairs, selected, reading, pictures[selected[0]], texts[selected[1]]);
      foot.draw(describe(text, pairs, measures, selected), numbers(text, pairs, measures));
    }
    show(pairs !== null, pair.element, foot.element);
    names.forEach((name, at) => setText(questions[at], text.places[name].name(measures ? fixed(measures.best) : "–")));
    if (content?.found || !busy || !content?.matrix?.request.search.trim()) kept.found = content?.found ?? null;
    if (content?.candidates.length || !busy) kept.older = content;
    panels.draw({ content, pairs, picture: selected[0], progress, ...kept });
  }

  /** Where the run stands. @param {import("./runs.js").Progress | null} progress */
  const where = (progress) =>
    progress ? text.progress[progress.task](progress.done, progress.total) : stateWords(page, { done: () => "" });

  /** The first text that was not read to its end. */
  function notice() {
    const first = contentNow()?.matrix?.cut[0];
    return first ? text.cut(first.text, first.read, first.tokens) : "";
  }

  const unlearned = () => contentNow()?.matrix?.unlearned ?? [];

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (panels.keys(event)) return true;
    const target = event.target;
    const elsewhere = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
      || (target instanceof Element && target.closest(".dx-panel, .dx-popover"));
    if (editing || elsewhere) return false;
    if (!matrix.press(event.key)) return false;
    choose({ hover: null });
    matrix.reveal(pairNow());
    return true;
  }

  return { bar, body: [stage, h("div", { class: "dx-questions" }, ...questions), panels.element, foot.element], draw, keys,
    notice, unlearned };
}

export default defineExplorer({ name: "similarity", catalogues, words, reduce: reduceRuns, traits: ["show", "pair", "place"],
  local: { hover: null, temperature: null }, open });
