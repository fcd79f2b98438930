/**
 * The similarity explorer: the matrix of pictures and texts, the selected pair large, and three questions that open below.
 * Everything but what Python embeds or draws is computed here, so that it works in a recording too.
 */

import catalogues from "catalogues:similarity";
import { h, setText, show } from "../../kit/dom.js";
import { footOf } from "../../kit/foot.js";
import { moved } from "../../kit/heatmap.js";
import { openPanels } from "../../kit/panels.js";
import { picturePicker } from "../../kit/pictures.js";
import { isBusy } from "../../kit/runs.js";
import { wordedSegments } from "../../kit/segments.js";
import { defineExplorer } from "../../kit/shell.js";
import { shownRun as runOf, stateWords } from "../../kit/shown.js";
import { onTheme } from "../../kit/theme.js";
import { inside, measure, pairsOf, readAs, wrongCaption } from "./derive.js";
import { createMatrix } from "./matrix.js";
import { createOlder } from "./older.js";
import { createPair } from "./pair.js";
import { album as albumOf } from "./pictures.js";
import { reduceRuns, thumbnailsOf } from "./runs.js";
import { createSearch } from "./search.js";
import { createTemperature } from "./temperature.js";
import { cosineWords, words } from "./text.js";
import { describe, numbers } from "./words.js";

/** @typedef {import("./derive.js").Reading} Reading */
/** @typedef {{ content: import("./runs.js").Content | null, thumbnails: Record<string, any>, picture: number, progress: import("./runs.js").Progress | null }} Now */

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open(page) {
  const { text, kit, language, live, runs, chosen, choose, write, send, constants, signal } = page;
  const controls = constants("_controls");
  const album = albumOf(controls, language, text);
  const captions = controls.gallery.pictures.map((/** @type {any} */ one) => one.caption[controls.bundled ? language : "en"]);
  const setPictures = (/** @type {string[]} */ list) => write("pictures", list);
  const setTexts = (/** @type {string[]} */ list) => write("texts", list);
  const select = (/** @type {number[]} */ [picture, at]) => {
    const [oldPicture, oldText] = pairNow();
    const pair = [picture < 0 ? oldPicture : picture, at < 0 ? oldText : at];
    if (pair[0] !== oldPicture || pair[1] !== oldText) choose({ pair });
  };
  const hover = (/** @type {number[] | null} */ pair) => String(pair) !== String(chosen.get().hover) && choose({ hover: pair });

  const matrix = createMatrix(page, { album, longest: controls.limits.text, onTexts: setTexts, onPictures: setPictures,
    onSelect: select, onHover: hover, onSize: () => draw() });
  const pair = createPair(text, album);
  const foot = footOf(text.facts);
  const temperature = createTemperature(text, album, (value) => choose({ temperature: value }));
  const search = createSearch(page, { album, chinese: controls.bundled, longest: controls.limits.text,
    onPick: (reference) => setPictures([...matrix.pictures(), reference]) });
  const older = createOlder(page);
  const bar = createBar();
  const bodies = { temperature: { element: temperature.element, draw: drawTemperature },
    search: { element: search.element, draw: drawSearch }, older: { element: older.element, draw: drawOlder } };
  const names = /** @type {(keyof typeof bodies)[]} */ (Object.keys(bodies));
  const panels = openPanels(page, Object.fromEntries(names.map((name) => [name, () => bodies[name]])));
  const questions = names.map((name) => panels.opener(name, { class: "dx-question", title: text.places[name].hint }));
  const stage = h("div", { class: "dx-similarity" }, matrix.element, pair.element);
  onTheme(() => draw(), signal);

  function createBar() {
    const { choices, ...showing } = text.show;
    const reading = wordedSegments({ ...showing, ...choices }, Object.keys(choices), (value) => choose({ show: value }));
    const picker = picturePicker({ label: text.matrix.pictures, hint: text.matrix.picturesHint, text: kit.pictures, language,
      gallery: controls.gallery, stays: true, name: text.matrix.addPicture,
      onPick: (reference) =>
        setPictures(
          matrix.pictures().includes(reference)
            ? matrix.pictures().filter((one) => one !== reference)
            : [...matrix.pictures(), reference],
        ), onUpload: (bytes) => send({ kind: "picture", field: "pictures" }, [bytes]),
      onDraw: (prompt) => setPictures([...matrix.pictures(), `drawn:${Math.floor(Math.random() * 1e6)}:${prompt}`]) });
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
    setTexts([...texts, wrongCaption(own, grounds, captions, texts)]);
    choose({ pair: [pairNow()[0], texts.length] });
  }

  /** The run on screen: the newest with a matrix. */
  const shownRun = () => runOf(runs.get(), ({ matrix: come }) => come !== null).content;

  function pairNow() {
    const matrixNow = shownRun()?.matrix;
    const size = { cosines: [], temperature: 1, pictures: matrixNow?.cosines.shape[0] ?? 1,
      texts: matrixNow?.cosines.shape[1] ?? 1 };
    const wanted = chosen.get().pair ?? [0, 0];
    return inside(wanted, { ...size, pictures: Math.max(size.pictures, matrix.pictures().length),
      texts: Math.max(size.texts, matrix.texts().length) });
  }

  const kept = { found: /** @type {any} */ (null), older: /** @type {any} */ (null) };

  function draw() {
    const { current } = runs.get();
    const { show: reading, hover: under } = chosen.get();
    const content = shownRun();
    const now = content?.matrix ?? null;
    const pairs = now && pairsOf(now);
    const busy = isBusy(current?.status);
    const progress = busy ? (current?.content.progress ?? null) : null;
    const stale = !now || String(now.request.pictures) !== String(matrix.pictures())
      || String(now.request.texts) !== String(matrix.texts());
    const selected = pairs ? inside(under ?? chosen.get().pair, pairs) : [0, 0];
    const thumbnails = thumbnailsOf(runs.get());
    matrix.draw({ pairs, values: pairs && readAs(pairs, reading), reading, pair: pairs ? selected : pairNow(), thumbnails,
      old: stale && busy, state: where(progress), cancellable: progress !== null && progress.task !== "older" });
    const measures = pairs && measure(pairs);
    if (measures && now) {
      pair.draw(pairs, selected, reading, { reference: now.request.pictures[selected[0]], said: now.request.texts[selected[1]],
        thumbnails });
      foot.draw(describe(text, pairs, measures, selected), numbers(text, pairs, measures));
    }
    show(pairs !== null, pair.element, foot.element);
    names.forEach((name, at) => setText(questions[at], text.places[name].name(measures ? cosineWords(measures.best) : "–")));
    if (content?.found || !busy || !content?.matrix?.request.search.trim()) kept.found = content?.found ?? null;
    if (content?.candidates.length || !busy) kept.older = content;
    panels.draw({ content, thumbnails, picture: selected[0], progress });
  }

  /** @param {Now} now */
  function drawTemperature({ content, picture, thumbnails }) {
    if (!content?.matrix) return;
    const { texts, pictures } = content.matrix.request;
    temperature.draw(pairsOf(content.matrix), picture, chosen.get().temperature, { texts, reference: pictures[picture],
      thumbnails });
  }

  /** @param {Now} now */
  function drawSearch({ content, thumbnails, progress }) {
    search.draw(kept.found, thumbnails, kept.found !== content?.found,
      progress?.task === "gallery" ? text.progress.gallery(progress.done, progress.total) : "");
  }

  /** @param {Now} now */
  function drawOlder({ content, progress }) {
    const drawing = progress?.task === "older" ? progress : null;
    older.draw(drawing ? content : kept.older, drawing);
  }

  /** Where the run stands. @param {import("./runs.js").Progress | null} progress */
  const where = (progress) =>
    progress ? text.progress[progress.task](progress.done, progress.total) : stateWords(page, { done: () => "" });

  /** The first text that was not read to its end. */
  function notice() {
    const first = shownRun()?.matrix?.cut[0];
    return first ? text.cut(first.text, first.read, first.tokens) : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (panels.keys(event)) return true;
    const target = event.target;
    const elsewhere = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
      || (target instanceof Element && target.closest(".dx-panel, .dx-popover"));
    if (editing || elsewhere) return false;
    const [picture, at] = pairNow();
    const to = moved(event.key, at, picture, matrix.texts().length, matrix.pictures().length);
    if (to) {
      choose({ hover: null });
      select([to.column, to.row]);
      matrix.reveal([to.column, to.row]);
    }
    return to !== null;
  }

  return { bar, body: [stage, h("div", { class: "dx-questions" }, ...questions), panels.element, foot.element], draw, keys,
    notice };
}

export default defineExplorer({ name: "similarity", catalogues, words, reduce: reduceRuns, traits: ["show", "pair", "place"],
  local: { hover: null, temperature: null }, open });
