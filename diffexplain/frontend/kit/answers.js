/** Whether Python answers: a page asks whenever it has said something, and listens to the kernel where its host lets it. */

import { createStore } from "./store.js";

/**
 * @typedef {"" | "busy" | "silent" | "gone"} Absence  why nobody answers: the kernel does something else, does not say, or is no more
 * @typedef {{ connect: (slot: (sender: any, value: any) => void) => void, disconnect: (slot: (sender: any, value: any) => void) => void }} Signal
 * @typedef {{ status: string, statusChanged: Signal, disposed: Signal }} Kernel  as JupyterLab and Notebook have it
 */

/** How long an answer may take before the page says that none has come, in ms. */
const PATIENCE = 1800;
const ENDED = ["restarting", "autorestarting", "terminating", "dead"]; // the widgets of a kernel end with it

/**
 * @param {import("@anywidget/types").AnyModel<any>} model
 * @param {AbortSignal} signal
 */
export function answers(model, signal) {
  const absence = createStore(/** @type {Absence} */ (""));
  /** @type {Kernel | null} */
  const kernel = /** @type {any} */ (model.widget_manager)?.kernel ?? null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const heard = () => {
    clearTimeout(waiting);
    waiting = undefined;
    absence.update(() => "");
  };
  const gone = () => {
    clearTimeout(waiting);
    absence.update(() => "gone");
  };
  const onStatus = (/** @type {any} */ _, /** @type {string} */ status) => {
    if (ENDED.includes(status)) gone();
    else if (status !== "busy" && absence.get() === "busy") expect(); // it has time now
  };
  /** @param {number} [patience]  ms */
  function expect(patience = PATIENCE) {
    if (waiting !== undefined || absence.get() === "gone") return;
    model.send({ kind: "ping" });
    waiting = setTimeout(() => {
      waiting = undefined;
      absence.update(() => (kernel?.status === "busy" ? "busy" : "silent"));
    }, patience);
  }

  model.on("msg:custom", heard);
  kernel?.statusChanged.connect(onStatus);
  kernel?.disposed.connect(gone);
  signal.addEventListener("abort", () => {
    clearTimeout(waiting);
    model.off("msg:custom", heard);
    kernel?.statusChanged.disconnect(onStatus);
    kernel?.disposed.disconnect(gone);
  });
  return { absence, expect };
}
