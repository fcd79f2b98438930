// The same explorer once more, as a panel beside its notebook: another view of the same model, drawn by the notebook's own renderers.
import { MainAreaWidget } from "@jupyterlab/apputils";
import { MimeModel } from "@jupyterlab/rendermime";
import { Panel } from "@lumino/widgets";
import { explorersIcon } from "./icons.js";

/** @typedef {import("@jupyterlab/notebook").NotebookPanel} NotebookPanel */

export const VIEW = "application/vnd.jupyter.widget-view+json";

/**
 * @param {NotebookPanel} notebook
 * @param {string} model
 * @param {string} label
 * @returns {MainAreaWidget<Panel>} goes when the explorer or its kernel does.
 */
export function viewOf(notebook, model, label) {
  const data = { [VIEW]: { model_id: model, version_major: 2, version_minor: 0 } };
  const renderer = notebook.content.rendermime.createRenderer(VIEW);
  void renderer.renderModel(new MimeModel({ data, trusted: true }));
  const content = new Panel();
  content.addClass("dx-lab-brought");
  content.addWidget(renderer);
  const widget = new MainAreaWidget({ content });
  widget.id = idOf(model);
  Object.assign(widget, { path: notebook.context.path });
  widget.title.label = label;
  widget.title.caption = `${label} · ${notebook.title.label}`;
  widget.title.closable = true;
  widget.title.icon = explorersIcon;
  leaveWith(widget, notebook, model);
  return widget;
}

/**
 * The id of the panel that shows an explorer. What begins so, and has a notebook's path, is given the notebook's widgets by
 * Jupyter's widget manager also where it was there before: JupyterLab calls a "new view for output" so. @param {string} model
 */
export const idOf = (model) => `LinkedOutputView-diffexplain-${model}`;

/** Close a view with what it shows. @param {MainAreaWidget} widget @param {NotebookPanel} notebook @param {string} model */
function leaveWith(widget, { sessionContext, disposed }, model) {
  const leave = () => widget.dispose();
  /** @param {unknown} _ @param {any} message */
  const hear = (_, { header, content }) => header.msg_type === "comm_close" && content.comm_id === model && leave();
  /** @param {unknown} _ @param {string} status */
  const status = (_, status) => ["restarting", "autorestarting", "terminating", "dead"].includes(status) && leave();
  sessionContext.iopubMessage.connect(hear);
  sessionContext.statusChanged.connect(status);
  sessionContext.kernelChanged.connect(leave);
  disposed.connect(leave);
  widget.disposed.connect(() => {
    sessionContext.iopubMessage.disconnect(hear);
    sessionContext.statusChanged.disconnect(status);
    sessionContext.kernelChanged.disconnect(leave);
    disposed.disconnect(leave);
  });
}
