// Which folder a new file goes to: the one that the file browser shows, else that of the notebook in front.
import { PathExt } from "@jupyterlab/coreutils";

/**
 * @param {import("@jupyterlab/filebrowser").IDefaultFileBrowser | null} browser
 * @param {import("@jupyterlab/notebook").INotebookTracker | null} notebooks
 * @returns {string}
 */
export const currentFolder = (browser, notebooks) =>
  browser?.model.path ?? PathExt.dirname(notebooks?.currentWidget?.context.path ?? "");
