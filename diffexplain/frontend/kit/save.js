/**
 * What is on screen as a file: Python makes it, and the page hands it to the browser as a download. A notebook may run on a machine
 * that is not the reader's, so a file beside it would be in the wrong place.
 */

import { h, setText, uniqueId } from "./dom.js";
import { popover } from "./popover.js";
import { readMessage } from "./protocol.js";
import { createStore } from "./store.js";
import { spoken } from "./words.js";

/**
 * @typedef {{ state: "idle" | "making" | "done" | "failed", name: string, message: import("./protocol.js").Spoken }} Saving  `name` of the
 *   file that is done, `message` why there is none
 * @typedef {{ saving: import("./store.js").Store<Saving>, save: (kind: string) => void, forget: () => void }} Saver
 */

/** How long a browser may take to read a file that it downloads, in ms. */
const READING = 60_000;

/**
 * Asks for files and downloads them; it outlives a change of language.
 * @param {import("@anywidget/types").AnyModel<any>} model
 * @param {(content: any) => void} send
 * @param {AbortSignal} signal
 * @returns {Saver}
 */
export function createSaver(model, send, signal) {
  const view = Math.random().toString(36).slice(2); // another view of the same explorer gets all messages, too
  const idle = /** @type {Saving} */ ({ state: "idle", name: "", message: "" });
  const saving = createStore(idle);
  /** @param {any} content @param {DataView[]} buffers */
  const take = (content, buffers) => {
    if (content?.kind !== "saved" || content.data.view !== view) return;
    const { name, mime, content: file, message } =
      /** @type {import("./messages").SavedMessage["data"]} */ (readMessage(content, buffers ?? []).data);
    saving.update(() => ({ state: name ? "done" : "failed", name, message }));
    if (name) download(name, mime, /** @type {Uint8Array} */ (file.data));
  };
  model.on("msg:custom", take);
  signal.addEventListener("abort", () => model.off("msg:custom", take));
  return { saving, save(kind) {
    if (saving.get().state === "making") return;
    saving.update(() => ({ ...idle, state: "making" }));
    send({ kind: "save", what: kind, view });
  }, forget: () => saving.update((now) => (now.state === "making" ? idle : now)) };
}

/** @param {string} name @param {string} mime @param {Uint8Array} bytes */
function download(name, mime, bytes) {
  const href = URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: mime }));
  const link = h("a", { href, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), READING);
}

/** @typedef {Pick<import("./shell.js").Page<any, any>, "kit" | "language" | "signal">} Around */

/**
 * A button that makes a file of one kind, and beside it how far the last one is.
 * @param {string} kind
 * @param {string} label
 * @param {Around} page
 * @param {Saver} saver
 */
export function saveButton(kind, label, page, saver) {
  const button = h("button", { type: "button", class: "dx-link", title: page.kit.save.kinds[kind].hint,
    onclick: () => saver.save(kind) }, label);
  const last = lastSaved(button, page, saver);
  return { element: h("div", { class: "dx-save" }, last.element, button), draw: last.draw };
}

/**
 * A button that opens a menu of the kinds of file, and beside it how far the last one is.
 * @param {string[]} kinds
 * @param {string} label
 * @param {Around} page
 * @param {Saver} saver
 */
export function saveMenu(kinds, label, page, saver) {
  const text = page.kit.save;
  const items = kinds.filter((kind) => kind in text.kinds).map((kind) =>
    h("button", { type: "button", role: "menuitem", tabIndex: -1, onclick: () => choose(kind) },
      h("b", {}, text.kinds[kind].name), h("small", {}, text.kinds[kind].hint))
  );
  const menu = h("div", { class: "dx-menu", role: "menu", id: uniqueId("menu"), "aria-label": text.menu, hidden: true },
    ...items);
  const button = h("button", { type: "button", class: "dx-link" }, label);
  const last = lastSaved(button, page, saver);
  const element = h("div", { class: "dx-save", hidden: items.length === 0, onkeydown: press }, last.element, button, menu);
  const over = popover(menu, { signal: page.signal, focus: () => items[0].focus() });
  over.opens(button);

  /** @param {string} kind */
  function choose(kind) {
    over.close();
    saver.save(kind);
  }

  /** The arrows go from item to item, and open the menu. @param {KeyboardEvent} event */
  function press(event) {
    const at = items.indexOf(/** @type {any} */ (event.target));
    const moves =
      /** @type {Record<string, number>} */ ({ ArrowDown: (at + 1) % items.length,
        ArrowUp: (Math.max(at, 0) - 1 + items.length) % items.length,
        ...(menu.hidden ? {} : { Home: 0, End: items.length - 1 }) });
    if (event.key === "Escape") return; // the explorer's, where the menu has not taken it
    if (event.key in moves) {
      if (menu.hidden) over.open(button);
      if (!menu.hidden) items[moves[event.key]].focus();
      event.preventDefault();
    }
    event.stopPropagation(); // Enter and space press buttons here, and the explorer has no use for the others
  }

  return { element, draw: last.draw };
}

/** How far the last file is. @param {HTMLElement} button @param {Around} page @param {Saver} saver */
function lastSaved(button, { kit, language }, { saving }) {
  const element = h("span", { class: "dx-save-state", role: "status" });
  return { element, draw() {
    const { state, name, message } = saving.get();
    button.setAttribute("aria-disabled", String(state === "making"));
    const words = { idle: "", making: kit.save.making, done: kit.save.done(name), failed: spoken(message, language) };
    setText(element, words[state]);
    element.classList.toggle("dx-failed", state === "failed");
  } };
}
