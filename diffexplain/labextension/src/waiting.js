// Notebooks take a moment to open, and may be closed before they are.

/**
 * Whether a notebook that opens came to have its content and its kernel; no where it was closed before.
 * @param {import("@jupyterlab/notebook").NotebookPanel} panel
 */
export async function isOpen(panel) {
  try {
    await panel.context.ready;
    await panel.sessionContext.ready;
  } catch { // JupyterLab rejects both with "Disposed"
    return false;
  }
  return !panel.isDisposed;
}
