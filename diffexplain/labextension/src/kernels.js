// All running kernels, as long as somebody looks: what lives in them, and where they are shown.
import { Signal } from "@lumino/signaling";
import { Link } from "./link.js";

/** @typedef {import("@jupyterlab/services").ServiceManager.IManager} Services */
/** @typedef {import("@jupyterlab/notebook").INotebookTracker} Notebooks */
/** @typedef {import("@jupyterlab/notebook").NotebookPanel} NotebookPanel */
/** @typedef {import("./link.js").Exported} Exported */
/** @typedef {{ id: string, name: string, path: string, explorers: import("./link.js").Explorer[] }} Kernel path: of its notebook; may be empty. */

export class Kernels {
  /** @type {Map<string, { link: Link, owned: boolean }>} */
  #links = new Map();
  #watching = false;
  /** @type {Signal<this, void>} */
  changed = new Signal(this);
  /** @type {Signal<this, Exported>} */
  exported = new Signal(this);

  /** @param {Services} services @param {Notebooks | null} notebooks */
  constructor(services, notebooks) {
    this.services = services;
    this.notebooks = notebooks;
    services.sessions.runningChanged.connect(() => this.#refresh());
    services.kernels.runningChanged.connect(() => this.#refresh());
    notebooks?.widgetAdded.connect((_, panel) => {
      this.#follow(panel);
    });
    notebooks?.forEach((panel) => this.#follow(panel));
    window.addEventListener("pagehide", () => this.watch(false));
  }

  /** Whether somebody looks: without, no kernel is asked for anything. @param {boolean} watching */
  watch(watching) {
    this.#watching = watching;
    this.#refresh();
  }

  /** The kernels that have explorers. @returns {Kernel[]} */
  list() {
    const sessions = new Map([...this.services.sessions.running()].map((session) => [session.kernel?.id, session]));
    return [...this.#links].map(([id, { link }]) => {
      const path = sessions.get(id)?.path ?? "";
      return { id, path, name: sessions.get(id)?.name || path.split("/").pop() || id.slice(0, 8), explorers: link.explorers };
    }).filter(({ explorers }) => explorers.length);
  }

  /** @param {string} kernel @param {Parameters<Link["tell"]>} what */
  tell(kernel, ...what) {
    this.#links.get(kernel)?.link.tell(...what);
  }

  /** The notebook of a kernel, if it is open in this page. @param {string} kernel @returns {NotebookPanel | undefined} */
  notebookOf(kernel) {
    return this.notebooks?.find((panel) => panel.sessionContext.session?.kernel?.id === kernel);
  }

  /** @param {NotebookPanel} panel */
  #follow(panel) {
    panel.sessionContext.kernelChanged.connect(() => this.#refresh());
    panel.disposed.connect(() => this.#refresh());
  }

  #refresh() {
    const running = new Map(this.#watching ? [...this.services.kernels.running()].map((model) => [model.id, model]) : []);
    for (const [id, { link, owned }] of this.#links) {
      const theirs = this.notebookOf(id)?.sessionContext.session?.kernel;
      const another = theirs ? theirs !== link.connection : !owned;
      if (!running.has(id) || another || link.connection.isDisposed) this.#drop(id);
    }
    for (const [id, model] of running) {
      if (this.#links.has(id)) continue;
      const theirs = this.notebookOf(id)?.sessionContext.session?.kernel;
      const connection = theirs ?? this.services.kernels.connectTo({ model, handleComms: false });
      const on = { changed: () => this.changed.emit(), exported: (/** @type {Exported} */ answer) =>
        this.exported.emit(answer) };
      this.#links.set(id, { owned: !theirs, link: new Link(connection, on) });
    }
    this.changed.emit();
  }

  /** @param {string} id */
  #drop(id) {
    const { link, owned } = /** @type {{ link: Link, owned: boolean }} */ (this.#links.get(id));
    this.#links.delete(id);
    void link.dispose().finally(() => owned && link.connection.dispose());
  }
}
