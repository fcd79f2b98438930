// A document that is looked at and never written. JupyterLab writes what a document's model holds; this one's holds nothing.
import { Notification } from "@jupyterlab/apputils";
import { Base64ModelFactory } from "@jupyterlab/docregistry";

/** @typedef {import("@jupyterlab/docregistry").DocumentRegistry.Context} Context */

export const MODEL = "diffexplain-file";

/** A model without content: a recorded run may be larger than a page can hold, and it is Python that reads it. */
export class NoContent extends Base64ModelFactory {
  get name() {
    return MODEL;
  }

  get fileFormat() {
    return null;
  }
}

/**
 * Let nothing be written over a document's file: not by a key, not by a menu, not as a checkpoint.
 * @param {Context} context before it is initialized.
 * @param {{ refusal: () => string, again: () => Promise<void> }} instead what is said to who wants to save it, and what is done to read
 *   it anew.
 */
export function onlyLookAt(context, { refusal, again }) {
  const { prototype } = /** @type {{ prototype: Context }} */ (context.constructor);
  const known = Object.getOwnPropertyDescriptor(prototype, "contentsModel")?.get;
  const refuse = async () => {
    Notification.info(refusal(), { autoClose: 8000 });
    return false;
  };
  Object.defineProperties(context, {
    contentsModel: { get() {
      const model = known?.call(context);
      return model ? { ...model, writable: false } : null;
    } },
    canSave: { value: false },
    save: { value: refuse },
    saveAs: { value: refuse },
    revert: { value: again },
    listCheckpoints: { value: async () => [] }, // the server makes their folder already to look for them
    createCheckpoint: { value: async () => {} }, // which earlier JupyterLabs do without asking whether they can save
  });
}
