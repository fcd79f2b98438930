/**
 * What an explorer of a page without Python has said, for views that come late, as live/history.py has it: of the last finished run, the one in
 * progress, and the one that is kept beside them.
 *
 * @typedef {import("../network/wire.js").Encoded} Encoded
 */

export class History {
  /** @param {Encoded[]} recorded  messages of a finished run, and of one that is kept @param {(message: Encoded) => void} send */
  constructor(recorded, send) {
    this.send = send;
    /** @type {Map<number, Encoded[]>} */
    this.runs = new Map();
    for (const message of recorded) {
      const { run } = message.content;
      this.runs.set(run, [...(this.runs.get(run) ?? []), message]);
    }
    this.lasting = (this.runs.get(0) ?? []).filter(({ content }) => content.kind !== "kept");
    this.kept = this.runs.get(0)?.find(({ content }) => content.kind === "kept")?.content.data.of_run ?? 0;
    this.finished = this.current = Math.max(0, ...this.runs.keys());
  }

  /** Begins a run, and gives its number. */
  begin() {
    this.current++;
    this.#forget();
    this.runs.set(this.current, []);
    return this.current;
  }

  /** Keeps and sends a message, where it is of the newest run. @param {Encoded} message */
  add(message) {
    const { run, kind, data } = message.content;
    if (run !== this.current) return;
    this.runs.get(run)?.push(message);
    if (kind === "status" && data.state === "done") {
      this.finished = run;
      this.#forget();
    }
    this.send(message);
  }

  /** What goes on about a run without being part of it. @param {string} kind @param {Record<string, any>} data */
  aside(kind, data) {
    this.send({ content: { kind, run: this.current, number: -1, data }, buffers: [] });
  }

  /** Keeps a run beside those that follow; 0 for none. @param {number} run */
  keep(run) {
    this.kept = run;
    this.#forget();
    this.send(this.#whichIsKept());
  }

  /** All once more, for a view that has just come. @param {string} view */
  replay(view) {
    this.aside("replaying", { view });
    for (const message of this.lasting) this.send(message);
    if (this.kept) this.send(this.#whichIsKept());
    const shown = [...new Set([this.kept, this.finished, this.current])].filter(Boolean).sort((one, other) => one - other);
    for (const run of shown) { for (const message of this.runs.get(run) ?? []) this.send(message); }
  }

  /** How many messages the newest run has said. */
  get count() {
    return this.runs.get(this.current)?.length ?? 0;
  }

  #whichIsKept() {
    return { content: { kind: "kept", run: 0, number: 0, data: { of_run: this.kept } }, buffers: [] };
  }

  #forget() {
    const needed = [this.kept, this.finished, this.current];
    for (const run of this.runs.keys()) { if (!needed.includes(run)) this.runs.delete(run); }
  }
}
