/**
 * The network's thread, begun when something is first asked of it; after a failure it is begun anew.
 *
 * @typedef {import("../network/files.js").File} File
 * @typedef {{ state: "idle" | "loading" | "starting" | "ready", done: number, total: number }} Loading  in bytes
 */

/**
 * @param {object} options
 * @param {(there: Record<string, Uint8Array>) => Promise<Worker>} options.begin  the thread, with what the page has in itself
 * @param {string} options.explorer
 * @param {{ files: File[], labels: Record<string, string>, inside: boolean }} options.open
 * @param {(message: import("../network/wire.js").Encoded) => void} options.hear
 * @param {(error: any) => void} options.fail  there is no thread, or it has ended
 * @param {(loading: Loading) => void} options.follow
 */
export function createSender({ begin, explorer, open, hear, fail, follow }) {
  /** @type {Promise<Worker> | null} */
  let worker = null;
  const total = open.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const say = (/** @type {Loading["state"]} */ state, done = 0) => follow({ state, done, total });

  async function end() {
    const ended = worker;
    worker = null;
    say("idle");
    (await ended?.catch(() => null))?.terminate();
  }

  async function made() {
    const there = /** @type {Record<string, Uint8Array>} */ ({});
    const thread = await begin(there);
    thread.onmessage = ({ data }) => {
      if (data.kind === "loading") say(data.done < data.total ? "loading" : "starting", data.done);
      else if (data.kind === "ready") say("ready");
      else {
        hear(data);
        const { kind, data: status } = data.content;
        if (kind === "status" && status.state === "failed") end(); // what it is made of may be broken
        else if (kind === "status" && status.state === "cancelled" && !ready) say("idle");
      }
    };
    let ready = false;
    thread.addEventListener("message", ({ data }) => (ready ||= data.kind === "ready"));
    thread.onerror = (event) => {
      event.preventDefault();
      end();
      fail(event.message);
    };
    thread.postMessage({ kind: "open", ...open, there }, Object.values(there).map(({ buffer }) => /** @type {any} */ (buffer)));
    return thread;
  }

  return {
    /** @param {{ run: number, request: Record<string, any>, anew: boolean }} ask */
    async ask(ask) {
      if (!worker) {
        worker = made();
        say("loading");
      }
      try {
        (await worker).postMessage({ kind: "ask", explorer, ...ask });
      } catch (error) {
        worker = null;
        say("idle");
        fail(error);
      }
    },
    async cancel() {
      (await worker?.catch(() => null))?.postMessage({ kind: "cancel" });
    },
  };
}
