// One file that is being opened, in a Python of its own: where that stands, what went wrong, and how it is tried again.
import { Signal } from "@lumino/signaling";
import { messageOf } from "./failure.js";

/** @typedef {import("./text.js").Language} Language */
/** @typedef {"noPython" | "noWidgets" | "startFailed" | "noPackage" | "notOpened" | "diedOpening" | "ended"} Failure */
/** @typedef {{ model: string, message: Record<Language, string> }} Opened what the kernel says of a file: diffexplain/explorers/viewer.py. */
/** @typedef {{ error: { name: string, value: string } }} Raised where it could not even be asked. */

/**
 * @template S
 * @typedef {{ kind: "waiting" } | { kind: "starting" | "opening", slow: boolean } | { kind: "shown", session: S, model: string }
 *   | { kind: "failed", failure: Failure, message: Record<Language, string>, python: string }} State python: its kernel's name.
 */

/**
 * @template S a session of a kernel.
 * @typedef {object} Means
 * @property {(python?: string) => Promise<S>} start a Python for the file: of this kernel's name, else of the default one.
 * @property {(session: S) => string} nameOf the name of a session's kernel.
 * @property {(session: S) => Promise<Opened | Raised>} ask the kernel to open the file.
 * @property {(session: S, ended: () => void) => () => void} follow say when a kernel has ended; the answer leaves off.
 * @property {(session: S) => Promise<void>} end shut a session's kernel down.
 */

const SLOW = 60_000; // milliseconds after which it is said that something takes longer than it should

/** Where there is no kernel for Python at all. */
export class NoPython extends Error {}

/** Where the page has none of Jupyter's widgets. */
export class NoWidgets extends Error {}

/** @param {unknown} error @returns {Failure} */
const failureOf = (error) => error instanceof NoPython ? "noPython" : error instanceof NoWidgets ? "noWidgets" : "startFailed";

/** @template S */
export class Opening {
  /** @type {State<S>} */
  state = { kind: "waiting" };
  /** @type {Signal<this, void>} */
  changed = new Signal(this);
  /** Each attempt has a number: what comes of an earlier one is nobody's any more. */
  #attempt = 0;
  /** @type {S | null} */
  #session = null;
  #leave = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #slow;
  isDisposed = false;

  /** @param {Means<S>} means */
  constructor(means) {
    this.means = means;
  }

  /** Open the file, if nobody has yet. */
  begin() {
    if (this.state.kind === "waiting") void this.#open();
  }

  /** Open it anew, in a new kernel. @param {string} [python] */
  async again(python) {
    this.#attempt += 1;
    this.#say({ kind: "starting", slow: false });
    await this.#end();
    if (!this.isDisposed) void this.#open(python);
  }

  dispose() {
    this.isDisposed = true;
    this.#attempt += 1;
    clearTimeout(this.#slow);
    Signal.clearData(this);
    void this.#end();
  }

  /** @param {string} [python] */
  async #open(python) {
    const attempt = this.#attempt += 1;
    this.#say({ kind: "starting", slow: false });
    let session;
    try {
      session = await this.means.start(python);
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(failureOf(error), messageOf(error));
      return;
    }
    if (attempt !== this.#attempt) {
      void this.means.end(session);
      return;
    }
    this.#session = session;
    this.#leave = this.means.follow(session, () => this.#ended());
    this.#say({ kind: "opening", slow: false });
    const answer = await this.means.ask(session).catch((error) => ({ error: { name: "", value: messageOf(error) } }));
    if (attempt === this.#attempt) this.#hear(session, answer);
  }

  /** @param {S} session @param {Opened | Raised} answer */
  #hear(session, answer) {
    if ("error" in answer) {
      const { name, value } = answer.error;
      if (/ImportError|ModuleNotFoundError/.test(name) && /diffexplain/.test(value)) this.#fail("noPackage");
      else this.#fail("notOpened", name ? `${name}: ${value}` : value);
    } else if (answer.model) this.#say({ kind: "shown", session, model: answer.model });
    else this.#fail("notOpened", answer.message);
  }

  /** The kernel has ended by itself, or by somebody else's doing. */
  #ended() {
    const shown = this.state.kind === "shown";
    this.#attempt += 1;
    this.#fail(shown ? "ended" : "diedOpening");
  }

  async #end() {
    const session = this.#session;
    this.#session = null;
    this.#leave();
    this.#leave = () => {};
    if (session) await this.means.end(session);
  }

  /** @param {Failure} failure @param {string | Record<Language, string>} message */
  #fail(failure, message = "") {
    const said = typeof message === "string" ? { en: message, zh: message } : message;
    this.#say({ kind: "failed", failure, message: said, python: this.#session ? this.means.nameOf(this.#session) : "" });
    void this.#end(); // it would hold memory, and it is tried again in a new one
  }

  /** @param {State<S>} state */
  #say(state) {
    clearTimeout(this.#slow);
    if (state.kind === "starting" || state.kind === "opening") {
      this.#slow = setTimeout(() => {
        this.state = { ...state, slow: true };
        this.changed.emit();
      }, SLOW);
    }
    this.state = state;
    this.changed.emit();
  }
}
