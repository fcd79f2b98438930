/**
 * Does what the page asks, one request after the other, and says so as Python does (live/runs.py): the newest request wins, between two
 * messages a run can be cancelled, what goes wrong is a status.
 *
 * @typedef {object} Kit  what runs are made with
 * @property {import("./facts.js").Facts} facts
 * @property {import("./run.js").Networks} networks
 * @property {import("./tokenizer.js").Tokenizer} tokenizer
 * @property {Set<string>} learned
 * @property {Record<string, string>} labels  of samplers
 * @property {import("./memory.js").Memory} memory
 * @property {import("./atlas.js").Atlas} [atlas]  where the page shows one
 *
 * @typedef {{ run: number, explorer: string, request: any, anew?: boolean, cancelled?: boolean }} Ask  `anew`: nothing that earlier runs have
 *   made is used
 * @typedef {(kind: string, data: Record<string, any>) => Promise<void>} Emit  rejects once nobody waits any more
 * @typedef {(request: any, kit: Kit, emit: Emit, pause: () => Promise<void>) => Promise<void>} Explorer  `pause`: rejects like `emit`, and says nothing
 */
import { encode } from "./wire.js";

class Cancelled extends Error {}

/**
 * @param {object} options
 * @param {(signal: AbortSignal) => Promise<Kit>} options.load
 * @param {Record<string, Explorer>} options.explorers
 * @param {(message: import("./wire.js").Encoded) => void} options.say
 * @param {(error: any) => { message: any, advice: any }} options.explain
 * @param {Record<string, string>} [options.results]  of explorers: the kind of message after which a run is whole, where that is not the end
 * @param {() => Promise<void>} [options.breathe]  lets what has been asked meanwhile come in
 */
export function createEngine({ load, explorers, say, explain, results = {}, breathe = breath() }) {
  let newest = /** @type {Ask | null} */ (null);
  let kit = /** @type {Kit | null} */ (null);
  let loading = /** @type {AbortController | null} */ (null);
  let working = false;

  /** @param {Ask} ask */
  async function work(ask) {
    let number = 1; // the page has said that it waits
    let whole = false;
    const tell = (/** @type {string} */ kind, /** @type {any} */ data) => say(encode(kind, data, ask.run, number++));
    const requireWanted = () => {
      if (ask !== newest || ask.cancelled) throw new Cancelled();
    };
    const pause = async () => {
      await breathe();
      requireWanted();
    };
    try {
      if (!kit) {
        loading = new AbortController();
        kit = await load(loading.signal);
      }
      requireWanted();
      tell("status", { state: "running", message: "", advice: "" });
      if (ask.anew) kit.memory.clear();
      await explorers[ask.explorer](ask.request, kit, async (kind, data) => {
        await pause();
        tell(kind, data);
        whole ||= kind === (results[ask.explorer] ?? "end");
      }, pause);
      tell("status", { state: "done", message: "", advice: "" });
    } catch (error) {
      if (ask.cancelled || error instanceof Cancelled)
        tell("status", { state: whole ? "done" : "cancelled", message: "", advice: "" });
      else tell("status", { state: "failed", ...explain(error) });
    } finally {
      loading = null;
    }
  }

  return {
    /** @param {Ask} ask */
    async ask(ask) {
      newest = ask;
      if (working) return;
      working = true;
      for (let done = /** @type {Ask | null} */ (null); newest !== done;) {
        done = newest;
        await work(/** @type {Ask} */ (newest));
      }
      working = false;
    },
    cancel() {
      if (newest) newest.cancelled = true;
      loading?.abort();
    },
  };
}

/** A pause in which messages are delivered; shorter than a timer's. */
function breath() {
  const { port1: in_, port2: out } = new MessageChannel();
  return () =>
    new Promise((/** @type {(value: void) => void} */ resolve) => {
      in_.onmessage = () => resolve();
      out.postMessage(0);
    });
}
