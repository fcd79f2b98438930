/**
 * The similarity explorer: the matrix of pictures and texts, the selected pair large, and three questions that open below.
 * Everything but what Python embeds or draws is computed here, so that it works in a recording too.
 */

import catalogues from "catalogues:similarity";
import { h, setText, show, uniqueId } from "../../kit/dom.js";
import { moved } from "../../kit/heatmap.js";
import { picturePicker } from "../../kit/pictures.js";
import { isBusy } from "../../kit/runs.js";
import { segmentControl } from "../../kit/segments.js";
import { defineExplorer } from "../../kit/shell.js";
import { onTheme } from "../../kit/theme.js";
import { inside, measure, pairsOf, readAs, wrongCaption } from "./derive.js";
import { createFoot } from "./foot.js";
import { createMatrix } from "./matrix.js";
import { createOlder } from "./older.js";
import { createPair } from "./pair.js";
import { album as albumOf } from "./pictures.js";
import { reduceRuns, thumbnailsOf } from "./runs.js";
import { createSearch } from "./search.js";
import { createTemperature } from "./temperature.js";
import { cosineWords, words } from "./text.js";

/** @typedef {import("./derive.js").Reading} Reading */
/** @typedef {"temperature" | "search" | "older"} PlaceName */

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @returns {import("../../kit/shell.js").View}
 */
function open({ text, kit, language, live, runs, chosen, choose, write, cancel, runAgain, send, constants, signal }) {
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

  const matrix = createMatrix(text, { album, live, longest: controls.limits.text, onTexts: setTexts, onPictures: setPictures,
    onSelect: select, onHover: hover, onCancel: cancel, cancelWord: kit.cancel, onSize: () => draw() });
  const pair = createPair(text, album);
  const foot = createFoot(text);
  const temperature = createTemperature(text, album, (value) => choose({ temperature: value }));
  const search = createSearch(text, { album, live, chinese: controls.bundled, longest: controls.limits.text,
    onSearch: (value) => write("search", value), onPick: (reference) => setPictures([...matrix.pictures(), reference]) });
  const older = createOlder(text, kit, { controls, live, write, onCancel: cancel, onAgain: runAgain });
  const bar = createBar();
  const places = createPlaces({ temperature: temperature.element, search: search.element, older: older.element });
  const stage = h("div", { class: "dx-similarity" }, matrix.element, pair.element);
  signal.addEventListener("abort", matrix.disconnect);
  onTheme(() => draw(), signal);

  function createBar() {
    const show_ = segmentControl({ label: text.show.label, hint: text.show.hint, onChange: (value) => choose({ show: value }),
      choices: Object.entries(text.show.choices).map(([value, { label, hint }]) => ({ value, label, hint })) });
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
    const parts = { show: show_, pictures, ...matrix.parts, search: search.control, ...older.parts };
    return {
      element: h("div", { class: "dx-bar" }, show_.element, picker.element,
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

  /** @param {Record<PlaceName, HTMLElement>} bodies */
  function createPlaces(bodies) {
    const id = uniqueId("panel");
    const buttons = /** @type {[PlaceName, HTMLButtonElement][]} */ (Object.keys(bodies).map((name) => {
      const place = /** @type {PlaceName} */ (name);
      const toggle = () => choose({ place: chosen.get().place === place ? "" : place });
      return [place,
        h("button", { type: "button", class: "dx-question", title: text.places[place].hint, "aria-expanded": "false",
          "aria-controls": id, onclick: toggle })];
    }));
    const panel = h("section", { class: "dx-panel", id }, ...Object.values(bodies));
    return {
      elements: [h("div", { class: "dx-questions" }, ...buttons.map(([, button]) => button)), panel],
      /** @param {string} opened @param {string} best */
      draw(opened, best) {
        for (const [name, button] of buttons) {
          button.setAttribute("aria-expanded", String(name === opened));
          setText(button, text.places[name].name(best));
          show(name === opened, bodies[name]);
        }
        show(opened in bodies, panel);
      },
    };
  }

  /** The run on screen: the newest with a matrix. */
  function shownRun() {
    const { current, last } = runs.get();
    return (current?.content.matrix ? current : last)?.content ?? null;
  }

  function pairNow() {
    const matrixNow = shownRun()?.matrix;
    const size = { cosines: [], temperature: 1, pictures: matrixNow?.cosines.shape[0] ?? 1,
      texts: matrixNow?.cosines.shape[1] ?? 1 };
    const wanted = chosen.get().pair ?? [0, 0];
    return inside(wanted, { ...size, pictures: Math.max(size.pictures, matrix.pictures().length),
      texts: Math.max(size.texts, matrix.texts().length) });
  }

  const remembered = { found: /** @type {any} */ (null), older: /** @type {any} */ (null) };

  function draw() {
    const { current } = runs.get();
    const { show: reading, place, hover: under, temperature: tried } = chosen.get();
    const content = shownRun();
    const now = content?.matrix ?? null;
    const pairs = now && pairsOf(now);
    const progress = isBusy(current?.status) ? (current?.content.progress ?? null) : null;
    const working = (/** @type {string} */ task) => (progress?.task === task ? progress : null);
    const stale = !now || String(now.request.pictures) !== String(matrix.pictures())
      || String(now.request.texts) !== String(matrix.texts());
    const selected = pairs ? inside(under ?? chosen.get().pair, pairs) : [0, 0];
    const thumbnails = thumbnailsOf(runs.get());
    matrix.draw({ pairs, values: pairs && readAs(pairs, reading), reading, pair: pairs ? selected : pairNow(), thumbnails,
      old: stale && isBusy(current?.status), state: stateWords(current, progress),
      cancellable: progress !== null && progress.task !== "older" });
    if (pairs && now) {
      const measures = measure(pairs);
      const reference = now.request.pictures[selected[0]];
      pair.draw(pairs, selected, reading, { reference, said: now.request.texts[selected[1]], thumbnails });
      foot.draw(pairs, measures, selected);
      places.draw(place, cosineWords(measures.best));
      if (place === "temperature")
        temperature.draw(pairs, selected[0], tried, { texts: now.request.texts, reference, thumbnails });
    } else places.draw(place, "–");
    show(pairs !== null, pair.element, foot.element);
    const busy = isBusy(current?.status);
    if (content?.found || !busy || !content?.matrix?.request.search.trim()) remembered.found = content?.found ?? null;
    if (content?.candidates.length || !busy) remembered.older = content;
    if (place === "search")
      search.draw(remembered.found, thumbnails, remembered.found !== content?.found,
        working("gallery") ? text.progress.gallery(progress?.done ?? 0, progress?.total ?? 0) : "");
    if (place === "older") older.draw(working("older") ? content : remembered.older, working("older"));
  }

  /** @param {import("../../kit/runs.js").Run<import("./runs.js").Content> | null} current @param {import("./runs.js").Progress | null} progress */
  function stateWords(current, progress) {
    if (!current || current.status.state === "done") return "";
    return progress ? text.progress[progress.task](progress.done, progress.total) : kit.state[current.status.state];
  }

  /** The first text that was not read to its end. */
  function notice() {
    const first = shownRun()?.matrix?.cut[0];
    return first ? text.cut(first.text, first.read, first.tokens) : "";
  }

  /** @param {KeyboardEvent} event @param {boolean} editing */
  function keys(event, editing) {
    if (event.key === "Escape" && chosen.get().place) {
      choose({ place: "" });
      return true;
    }
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

  return { bar, body: [stage, ...places.elements, foot.element], draw, keys, notice };
}

export default defineExplorer({ name: "similarity", catalogues, words, reduce: reduceRuns, traits: ["show", "pair", "place"],
  local: { hover: null, temperature: null }, open });
