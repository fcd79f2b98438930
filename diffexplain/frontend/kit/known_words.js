/**
 * What the bundled model knows, to look up beside each field that takes a prompt, and the words it never learned: marked where they stand
 * and named in a notice. For another pipeline nobody knows that, and there is nothing of it.
 *
 * @typedef {import("./composing.js").Known} Known
 * @typedef {{ fields: string[], groups: { kind: string, words: [string, string, string, string][] }[] }} Offer  as
 *   `explorers/known_words.py` makes it
 * @typedef {{ text: string, start: number, end: number }} Unlearned  as `scenes/vocabulary.py` has it
 */

import { touched, withWord } from "./composing.js";
import { h, setText, show, uniqueId } from "./dom.js";
import { popover } from "./popover.js";

const MOST_NAMED = 4;

/** Whether a piece of a prompt is of a word that the model never learned. @param {{ start: number, end: number }} piece @param {Unlearned[]} unlearned */
export const isUnlearned = (piece, unlearned) => unlearned.some(({ start, end }) => piece.start < end && piece.end > start);

/**
 * Where words stand in a text, in order: from their beginnings to their ends, exclusive.
 * @param {string} text
 * @param {string[]} words
 * @returns {[number, number][]}
 */
export function placesOf(text, words) {
  if (words.length === 0) return [];
  const longestFirst = [...words].sort((one, other) => other.length - one.length);
  const whole = (/** @type {string} */ word) => {
    const quoted = word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    return `${/^[a-z0-9]/i.test(word) ? "(?<![a-z0-9])" : ""}${quoted}${/[a-z0-9]$/i.test(word) ? "(?![a-z0-9])" : ""}`;
  };
  const found = text.matchAll(new RegExp(longestFirst.map(whole).join("|"), "gi"));
  return [...found].map(({ 0: { length }, index }) => [index, index + length]);
}

/**
 * Marks for a field that is written into: a layer over it with the same text, of which only the marks are seen. It is away while the field
 * has the focus. Styles write the text (`data-text`): the page says it once, for who searches or copies it.
 * @param {HTMLInputElement | HTMLTextAreaElement} input  in its place
 * @param {ReturnType<typeof import("./text.js").words>["known"]} text
 * @returns {(words: string[]) => void}  draws them: words that the model never learned
 */
export function fieldMarks(input, text) {
  const layer = h("div", { class: "dx-marks", "aria-hidden": "true" });
  const heard = h("span", { class: "dx-heard", id: uniqueId("marks") });
  const [title, described] = [input.title, input.getAttribute("aria-describedby") ?? ""];
  let drawn = "";
  input.addEventListener("scroll",
    () => void Object.assign(layer, { scrollLeft: input.scrollLeft, scrollTop: input.scrollTop }));
  return (words) => {
    const { value } = input;
    const places = placesOf(value, words);
    if (places.length) layer.style.height = `${input.offsetHeight}px`;
    const key = JSON.stringify([value, places]);
    if (key === drawn) return;
    drawn = key;
    if (places.length === 0) [layer, heard].forEach((each) => each.remove());
    else if (!layer.isConnected) input.after(layer, heard);
    const strange = [...new Set(places.map(([start, end]) => value.slice(start, end)))];
    const told = strange.map((word) => text.marked(text.quoted(word)));
    const piece = (/** @type {number} */ from, /** @type {number} */ to, name = "") =>
      h("span", { class: name, "data-text": value.slice(from, to) });
    layer.replaceChildren(
      ...places.flatMap(([start, end], at) => [piece(places[at - 1]?.[1] ?? 0, start), piece(start, end, "dx-unlearned")]),
      piece(places.at(-1)?.[1] ?? 0, value.length),
    ); // the rest, to scroll as far as the field
    setText(heard, told.join("\n"));
    input.title = [title, ...told].filter(Boolean).join("\n");
    input.setAttribute("aria-describedby", [described, ...(told.length ? [heard.id] : [])].filter(Boolean).join(" "));
  };
}

/**
 * @param {Pick<import("./shell.js").Page<any, any>, "constants" | "kit" | "language" | "live" | "signal">} page
 * @param {Record<string, import("./controls.js").Control<any>>} parts  those that Python names get a button beside their label
 * @returns {{ element: HTMLElement | null, draw: (unlearned: string[]) => void }}
 */
export function knownWords({ constants, kit, language, live, signal }, parts) {
  const offer = /** @type {Offer | null | undefined} */ (constants("_controls")?.known_words);
  if (!offer) return { element: null, draw() {} };
  const text = kit.known;
  let unlearned = /** @type {string[]} */ ([]);
  const inputOf = (/** @type {string} */ name) => parts[name]?.element.querySelector("input") ?? [];
  const inputs = offer.fields.flatMap(inputOf);
  const marks = [...inputs, ...[inputOf("negative_prompt")].flat()].map((input) => fieldMarks(input, text));
  const list = wordList(offer, { text, kit, language, live, unlearned: () => unlearned, signal });
  for (const input of inputs) {
    const label = /** @type {HTMLElement} */ (input.closest(".dx-field")?.querySelector("label"));
    const row = h("span", { class: "dx-labelled" });
    label.replaceWith(row);
    row.append(label, list.opener(() => ({ input })));
  }

  const line = h("span", {});
  const more = list.opener(() => {
    const input = inputs.find((one) => !one.closest("[hidden]") && unlearned.some((word) => one.value.includes(word))) ?? null;
    const word = unlearned.find((each) => input?.value.includes(each)) ?? "";
    const at = input?.value.indexOf(word) ?? 0;
    input?.setSelectionRange(at, at + word.length);
    return { input, place: element };
  });
  const element = h("div", { class: "dx-notice dx-unlearned-notice", role: "status", hidden: true }, line, " ", more);
  return { element, draw(words) {
    unlearned = [...new Set(words)];
    marks.forEach((mark) => mark(unlearned));
    show(unlearned.length > 0, element);
    const named = unlearned.slice(0, MOST_NAMED).map(text.quoted).reduce(
      (first, second) => (first ? text.both(first, second) : second),
      "",
    );
    setText(line,
      unlearned.length ? text.unlearned(unlearned.length, unlearned.length > MOST_NAMED ? `${named} …` : named) : "");
  } };
}

/**
 * The list, in a popover below the field that it was opened for.
 * @param {Offer} offer
 * @param {Pick<import("./shell.js").Page<any, any>, "kit" | "language" | "live" | "signal">
 *   & { text: ReturnType<typeof import("./text.js").words>["known"], unlearned: () => string[] }} options
 */
function wordList({ groups }, { text, kit, language, live, unlearned, signal }) {
  const own = language === "zh" ? "zh" : "en";
  const all = groups.flatMap(({ kind, words }) =>
    words.map(([en, zh, english, chinese]) => ({ kind, name: { en, zh }, phrase: { en: english, zh: chinese } }))
  );
  const things = all.filter(({ kind }) => kind === "core" || kind === "thing").length;
  const targets =
    /** @type {Map<HTMLButtonElement, () => { input: HTMLInputElement | null, place?: HTMLElement }>} */ (new Map());
  const search = h("input", { type: "search", class: "dx-search", autocomplete: "off", spellcheck: false,
    placeholder: text.search, "aria-label": text.search, oninput: filter, onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.isComposing || (event.key !== "ArrowDown" && event.key !== "Enter")) return;
      const [first] = shown();
      if (first && event.key === "Enter") first.click();
      else first?.focus();
      event.preventDefault();
      event.stopPropagation();
    } });
  const note = h("p", { class: "dx-caption", role: "status" });
  const body = h("div", { class: "dx-known-words", tabIndex: 0, role: "group", "aria-label": text.title, onkeydown: move });
  const panel = h("div", { class: "dx-popover dx-known", id: uniqueId("known"), role: "dialog", "aria-label": text.title,
    hidden: true }, search, note, body);
  let items = /** @type {{ word: Known, element: HTMLElement, section: HTMLElement, sought: string }[]} */ ([]);
  let input = /** @type {HTMLInputElement | null} */ (null);

  const shown = () => items.filter(({ element }) => !element.hidden).map(({ element }) => element);
  const line = kit.sentences([text.line(things), live ? "" : text.recorded]);

  /** Words are buttons where there is a field to put them into. */
  function lay() {
    const usable = live && input !== null;
    items = [];
    body.replaceChildren(...groups.map(({ kind }) => {
      const section = h("section", {}, h("h2", {}, text.kinds[kind] ?? kind));
      const words = all.filter((word) => word.kind === kind).map((word) => {
        const name = word.name[own];
        const element = usable
          ? h("button", { type: "button", class: "dx-known-word", tabIndex: -1, onclick: () => take(word) }, name)
          : h("span", { class: "dx-known-word" }, name);
        element.title = word.phrase[own].replace(/^，/, "");
        const sought = [word.name, word.phrase].flatMap(({ en, zh }) => [en, zh]).join("\n").toLowerCase();
        items.push({ word, element, section, sought });
        return element;
      });
      section.append(h("div", { class: "dx-known-row" }, ...words));
      return section;
    }));
    body.tabIndex = usable ? -1 : 0; // so that it scrolls by keyboard where nothing in it takes the focus
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    for (const { element, sought } of items) element.hidden = !sought.includes(wanted);
    for (const { section } of items) section.hidden = !items.some((one) => one.section === section && !one.element.hidden);
    const left = shown();
    left.forEach((element, at) => element.matches("button") && (element.tabIndex = at === 0 ? 0 : -1));
    setText(note, wanted === "" ? line : left.length ? text.found(left.length) : text.none);
  }

  /** @param {Known} word */
  function take(word) {
    if (!input) return;
    const at = touched(input.value, [input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length],
      unlearned());
    const put = withWord(input.value, at, word, all, language);
    input.value = put.line;
    input.setSelectionRange(put.caret, put.caret);
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
    setText(note, text.now(put.line));
  }

  /** The arrows go from word to word, and between rows. @param {KeyboardEvent} event */
  function move(event) {
    const left = shown();
    const here = left.indexOf(/** @type {HTMLElement} */ (event.target));
    if (here < 0) return;
    const row = (/** @type {1 | -1} */ step) => {
      const from = left[here];
      const other = (/** @type {HTMLElement} */ one) => one.offsetTop !== from.offsetTop;
      const rows = step > 0 ? left.slice(here + 1).filter(other) : left.slice(0, here).filter(other).reverse();
      const next = rows.filter((one) => one.offsetTop === rows[0].offsetTop);
      const far = (/** @type {HTMLElement} */ one) => Math.abs(one.offsetLeft - from.offsetLeft);
      return next.length ? left.indexOf(next.reduce((best, one) => (far(one) < far(best) ? one : best))) : here + step;
    };
    const moves =
      /** @type {Record<string, () => number>} */ ({ ArrowRight: () => here + 1, ArrowLeft: () => here - 1,
        ArrowDown: () => row(1), ArrowUp: () => row(-1), Home: () => 0, End: () => left.length - 1 });
    if (!(event.key in moves)) return;
    const to = moves[event.key]();
    (to < 0 ? search : left[Math.min(to, left.length - 1)]).focus();
    event.preventDefault();
    event.stopPropagation();
  }

  const over = popover(panel, { signal, instead: () => input, before(button) {
    const target = targets.get(button)?.() ?? { input: null };
    input = target.input;
    const visible = input?.closest("[hidden]") ? null : input?.closest(".dx-field");
    const place = /** @type {HTMLElement} */ (visible ?? target.place ?? button.parentElement);
    place.append(panel);
    lay();
    search.value = "";
    filter();
  }, focus() {
    body.scrollTop = 0;
    search.focus({ preventScroll: true });
  } });

  return {
    /** A button that opens the list. @param {() => { input: HTMLInputElement | null, place?: HTMLElement }} target */
    opener(target) {
      const button = h("button", { type: "button", class: "dx-link dx-knows", title: text.hint }, text.title);
      targets.set(button, target);
      over.opens(button);
      return button;
    },
  };
}
