/**
 * Ties a host's model (Jupyter, our static page, MyST) to the page's stores. Views never see the model.
 *
 * @typedef {import("@anywidget/types").AnyModel<any>} Model
 */

import { readMessage } from "./protocol.js";

/** What others listen for: whether anybody answers, and files. */
const ASIDE = ["pong", "saved"];

/**
 * Messages go into the store; then Python is asked for what it has already sent. What comes before the answer may be the middle of a
 * run, whose beginning would count as old: so it is forgotten when the answer begins.
 * @template State
 * @param {Model} model
 * @param {import("./store.js").Store<State>} store
 * @param {(state: State, message: import("./protocol.js").Message) => State} reduce
 * @param {AbortSignal} signal
 */
export function receive(model, store, reduce, signal) {
  const view = Math.random().toString(36).slice(2);
  const empty = store.get();
  /** @param {any} content @param {DataView[]} buffers */
  const take = (content, buffers) => {
    if (content?.kind === "replaying") { if (content.data.view === view) store.update(() => empty); }
    else if (content && typeof content.kind === "string" && !ASIDE.includes(content.kind))
      store.update((state) => reduce(state, readMessage(content, buffers ?? [])));
  };
  model.on("msg:custom", take);
  signal.addEventListener("abort", () => model.off("msg:custom", take));
  model.send({ kind: "ready", view });
}

/**
 * Calls back with a trait's value now and whenever Python or another view changes it.
 * @param {Model} model
 * @param {string[]} names
 * @param {() => void} changed
 * @param {AbortSignal} signal
 */
export function watch(model, names, changed, signal) {
  for (const name of names) model.on(`change:${name}`, changed);
  signal.addEventListener("abort", () => names.forEach((name) => model.off(`change:${name}`, changed)));
  changed();
}

/**
 * Sets a trait as a slider does: the first value goes at once, those that follow within `wait` ms only as the last of them.
 * @param {Model} model
 * @param {number} [wait]
 */
export function traitWriter(model, wait = 60) {
  /** @type {Map<string, { timer: ReturnType<typeof setTimeout>, value: any, dirty: boolean }>} */
  const pending = new Map();
  /** @param {string} name @param {any} value */
  return function write(name, value) {
    const slot = pending.get(name);
    if (slot) {
      slot.value = value;
      slot.dirty = true;
      return;
    }
    if (model.get(name) === value) return;
    model.set(name, value);
    model.save_changes();
    const timer = setTimeout(() => {
      const ended = pending.get(name);
      pending.delete(name);
      if (ended?.dirty) write(name, ended.value);
    }, wait);
    pending.set(name, { timer, value, dirty: false });
  };
}
