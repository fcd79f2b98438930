/**
 * The model contract of anywidget in a page that generates: what Python does with traits and messages (explorers/explorer.py), done here.
 *
 * @typedef {{ ask: (ask: { run: number, request: Record<string, any>, anew: boolean }) => void, cancel: () => void }} Sender  says messages to `hear`
 */
import { encode } from "../network/wire.js";
import { givenUp, refusal } from "./checks.js";
import { History } from "./history.js";
import { recordedModel } from "./static.js";

const OWN = "own"; // what a picture of the reader's own is called where it is refused
const FIELD = "{field}"; // the page puts in what it calls the field

/**
 * @param {Record<string, any>} traits
 * @param {import("../network/wire.js").Encoded[]} recorded
 * @param {object} options
 * @param {Record<string, import("./checks.js").Rule>} options.rules  of the traits that ask for a run
 * @param {Sender} options.sender
 * @param {(pick: (words: import("./checks.js").Words) => string) => any} options.spoken  in all languages
 */
export function liveModel(traits, recorded, { rules, sender, spoken }) {
  const fields = Object.keys(rules);
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
    sender.ask({ run, request, anew: again });
  }

  /** Why a value can't be taken. @param {string} name @param {any} value */
  const why = (name, value) => refusal(FIELD, value, rules[name], standing());

  /** @param {string} name @param {any} value @param {import("./checks.js").Refusal} refused */
  function refuse(name, value, refused) {
    if (refused) history.aside("refused", { field: name, value: String(value).slice(0, 60), message: spoken(refused) });
  }

  /** Takes what was set, or puts back what was there before. */
  function take() {
    const changed = [...before];
    before.clear();
    for (const [name, old] of changed) {
      const value = base.get(name), refused = why(name, value);
      if (!refused) continue;
      base.set(name, old);
      refuse(name, value, refused);
    }
    for (const name of givenUp(rules, { ...standing(), pick: base.get("pick") })) base.set(name, null);
    ask();
  }

  /** @type {Record<string, (content: any) => void>} */
  const answers = { ready: ({ view }) => history.replay(view), cancel: () => sender.cancel(), run: () => ask(true),
    ping: () => queueMicrotask(() => history.aside("pong", {})), keep({ run }) {
    if (run === history.finished) history.keep(run);
  }, let_go: () => history.keep(0),
    picture: ({ field }) => refuse(field, OWN, why(field, rules[field]?.kind === "list" ? [OWN] : OWN)),
    detail: ({ run, number }) => history.aside("gone", { of_run: run, of_number: number }) };

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
