// The panel of a file that is looked at: what is said while Python opens it, then its explorer, live.
import { MimeModel } from "@jupyterlab/rendermime";
import { Panel, Widget } from "@lumino/widgets";
import { VIEW } from "./bring.js";
import { ProgressView } from "./progress.js";

/** @typedef {import("./python.js").Python} Python */
/** @typedef {import("./opening.js").Opening<Python>} Opening */

/** Starts when it is seen first: one that is only restored behind another tab starts nothing. */
export class Viewer extends Panel {
  /** @type {Widget | null} */
  #explorer = null;
  #leave = () => {};
  #progress;

  /**
   * @param {Opening} opening may have other panels, too.
   * @param {Promise<void>} there when the file was found.
   * @param {import("./progress.js").Doing} doing
   */
  constructor(opening, there, doing) {
    super();
    this.opening = opening;
    this.there = there;
    this.#progress = new ProgressView(doing);
    this.addClass("dx-lab-brought");
    this.addWidget(new Widget({ node: this.#progress.node }));
    opening.changed.connect(this.#update, this);
    this.#update();
  }

  onAfterAttach() {
    if (this.isVisible) this.#begin();
  }

  onAfterShow() {
    this.#begin();
  }

  dispose() {
    this.#leave();
    super.dispose();
  }

  #begin() {
    this.there.then(() => this.isDisposed || this.opening.begin(), () => {}); // JupyterLab itself says that a file is not there
  }

  #update() {
    const { state } = this.opening;
    const [progress] = this.widgets;
    this.#leave();
    this.#explorer?.dispose();
    this.#explorer = null;
    progress.setHidden(state.kind === "shown");
    if (state.kind === "shown") this.#show(state.session, state.model);
    else this.#progress.update(state);
  }

  /** @param {Python} python @param {string} model */
  #show({ session, rendermime }, model) {
    const renderer = rendermime.createRenderer(VIEW);
    void renderer.renderModel(
      new MimeModel({ data: { [VIEW]: { model_id: model, version_major: 2, version_minor: 0 } }, trusted: true }),
    );
    this.addWidget(renderer);
    this.#explorer = renderer;
    /** @param {unknown} _ @param {any} message */
    const hear = (_, { header, content }) =>
      header.msg_type === "comm_close" && content.comm_id === model && this.parent?.close();
    session.iopubMessage.connect(hear); // the side panel closes explorers, too
    this.#leave = () => session.iopubMessage.disconnect(hear);
  }
}
