/**
 * The model contract of anywidget in a page that generates: what Python does with traits and messages (explorers/explorer.py), done here.
 *
 * @typedef {{ ask: (ask: { run: number, request: Record<string, any> }) => void, cancel: () => void }} Sender  says messages to `hear`
 */
import { encode } from "../network/wire.js";
import { refusal } from "./checks.js";
import { History } from "./history.js";
import { recordedModel } from "./static.js";

/**
 * @param {Record<string, any>} traits
 * @param {import("../network/wire.js").Encoded[]} recorded
 * @param {object} options
 * @param {string[]} options.fields  traits that ask for a run
 * @param {import("./checks.js").Offer} options.offer
 * @param {Sender} options.sender
 * @param {(pick: (words: import("./checks.js").Words) => string) => any} options.spoken  in all languages
 */
export function liveModel(traits, recorded, { fields, offer, sender, spoken }) {
  const base = recordedModel(traits, []);
  base.set("_live", true);
  const listeners = /** @type {Set<(content: any, buffers: any[]) => void>} */ (new Set());
  const history = new History(recorded, ({ content, buffers }) => listeners.forEach((listener) => listener(content, buffers)));
  const before = /** @type {Map<string, any>} */ (new Map()); // values of what has been set since the last word
  const standing = () => Object.fromEntries(fields.map((name) => [name, base.get(name)]));
  let asked = JSON.stringify(standing());

  function ask(again = false) {
    const request = standing();
    if (JSON.stringify(request) === asked && !again) return;
    asked = JSON.stringify(request);
    const run = history.begin();
    history.add(encode("status", { state: "queued", message: "", advice: "" }, run, 0));
    sender.ask({ run, request });
  }

  /** Takes what was set, or puts back what was there before. */
  function take() {
    const changed = [...before];
    before.clear();
    for (const [name, old] of changed) {
      const value = base.get(name);
      const why = refusal(name, value, offer);
      if (!why) continue;
      base.set(name, old);
      history.aside("refused", { field: name, value: String(value).slice(0, 60), message: spoken(why) });
    }
    ask();
  }

  /** @type {Record<string, (content: any) => void>} */
  const answers = { ready: ({ view }) => history.replay(view), cancel: () => sender.cancel(), run: () => ask(true),
    ping: () => queueMicrotask(() => history.aside("pong", {})), keep({ run }) {
    if (run === history.finished) history.keep(run);
  }, let_go: () => history.keep(0), detail: ({ run, number }) => history.aside("gone", { of_run: run, of_number: number }) };

  return {
    ...base,
    /** A message of the network's. @param {import("../network/wire.js").Encoded} message */
    hear: (message) => history.add(message),
    /** The network says no more of the newest run. @param {{ message: any, advice: any }} why */
    fail: (why) => history.add(encode("status", { state: "failed", ...why }, history.current, history.count)),
    set(/** @type {string} */ name, /** @type {any} */ value) {
      if (fields.includes(name) && !before.has(name)) before.set(name, base.get(name));
      base.set(name, value);
    },
    save_changes: take,
    send: (/** @type {any} */ content) => answers[content.kind]?.(content),
    on(/** @type {string} */ name, /** @type {(...values: any[]) => void} */ listener) {
      name === "msg:custom" ? listeners.add(listener) : base.on(name, listener);
    },
    off(/** @type {string} */ name, /** @type {(...values: any[]) => void} */ listener) {
      name === "msg:custom" ? listeners.delete(listener) : base.off(name, listener);
    },
  };
}
