// What lives in one kernel, as its roster tells it (diffexplain/explorers/roster.py).
import { UUID } from "@lumino/coreutils";
import { Wire } from "./wire.js";

/** @typedef {import("@jupyterlab/services").Kernel.IKernelConnection} Connection */
/** @typedef {import("./text.js").Language} Language */
/** @typedef {"queued" | "running" | "done" | "failed" | "cancelled" | "paused"} State */

/**
 * @typedef {object} Entry an explorer as the roster says it is; `picture` is the number of a buffer.
 * @property {string} model
 * @property {string} name
 * @property {Record<Language, string>} title
 * @property {string} subject
 * @property {State} state
 * @property {number | null} progress
 * @property {number} bytes
 * @property {boolean} goes_on
 * @property {boolean} finished
 * @property {number | null} picture
 */
/** @typedef {Omit<Entry, "picture"> & { picture: Uint8Array | null }} Explorer */
/** @typedef {{ model: string, name: string, message: Record<Language, string> | null, content: Uint8Array | null }} Exported */

export const TARGET = "diffexplain.roster";

/** @param {ArrayBuffer | ArrayBufferView} buffer */
const bytesOf = (buffer) =>
  buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

/** Watches one kernel. A kernel without the package is asked once, when the link is made, and when it makes a widget. */
export class Link {
  /** @type {Explorer[]} */
  explorers = [];
  #wire;
  /** @type {string | null} */
  #comm = null;
  #asking = false;
  #askAgain = false;
  #disposed = false;

  /** Under which name the kernel answers: another one for each link, as one may still be leaving when the next has come. */
  page = UUID.uuid4();

  /**
   * @param {Connection} connection
   * @param {{ changed: () => void, exported: (answer: Exported) => void }} on
   * @param {Wire} wire
   */
  constructor(connection, on, wire = new Wire(connection)) {
    this.connection = connection;
    this.#wire = wire;
    this.on = on;
    connection.iopubMessage.connect(this.#hear, this);
    connection.statusChanged.connect(this.#status, this);
    void this.#ask();
  }

  /** @param {"cancel" | "pause" | "resume" | "close" | "export"} kind @param {string} model */
  tell(kind, model) {
    if (this.#comm) void this.#wire.send(this.#comm, { kind, model, page: this.page });
  }

  async dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.connection.iopubMessage.disconnect(this.#hear, this);
    this.connection.statusChanged.disconnect(this.#status, this);
    if (this.connection.isDisposed || this.connection.status === "dead") return;
    if (this.#comm) await this.#wire.send(this.#comm, { kind: "unwatch", page: this.page });
    await this.#wire.dispose();
  }

  async #ask() {
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    do {
      this.#askAgain = false;
      const [comm] = await this.#wire.comms(TARGET).catch(() => []); // a kernel that ends meanwhile answers nothing
      if (this.#disposed) return;
      if (comm && comm !== this.#comm) {
        this.#comm = comm;
        void this.#wire.send(comm, { kind: "watch", page: this.page });
      }
    } while (this.#askAgain && !this.#comm);
    this.#asking = false;
  }

  /** @param {unknown} _ @param {any} message */
  #hear(_, { header, content, buffers = [] }) {
    if (header.msg_type === "comm_open" && content.target_name === "jupyter.widget" && !this.#comm) void this.#ask();
    if (header.msg_type !== "comm_msg" || content.comm_id !== this.#comm) return;
    const { data } = content;
    if (data.kind === "explorers") this.#list(data.explorers, buffers);
    if (data.kind === "exported" && data.page === this.page) {
      this.on.exported({ ...data, content: buffers.length ? bytesOf(buffers[0]) : null });
    }
  }

  /** @param {Entry[]} entries @param {(ArrayBuffer | ArrayBufferView)[]} buffers */
  #list(entries, buffers) {
    const before = new Map(this.explorers.map((explorer) => [explorer.model, explorer.picture]));
    this.explorers = entries.map((entry) => ({ ...entry,
      picture: entry.picture === null ? before.get(entry.model) ?? null : bytesOf(buffers[entry.picture]) })
    );
    this.on.changed();
  }

  /** @param {unknown} _ @param {string} status */
  #status(_, status) {
    if (!["restarting", "autorestarting", "terminating", "dead"].includes(status)) return;
    this.#comm = null;
    this.#wire.forget();
    if (this.explorers.length) {
      this.explorers = [];
      this.on.changed();
    }
  }
}
