// The side panel in the application: it watches while it is seen, and does what its buttons say.
import { ILabShell } from "@jupyterlab/application";
import { ICommandPalette, Notification } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { closeIcon, runIcon, stopIcon } from "@jupyterlab/ui-components";
import { SplitPanel, Widget } from "@lumino/widgets";
import { COMMANDS } from "./beginnings.js";
import { idOf, viewOf } from "./bring.js";
import { freeName, inFolder, namesIn } from "./copies.js";
import { messageOf } from "./failure.js";
import { FACTORY, isViewed } from "./files.js";
import { bringIcon, explorersIcon, exportIcon, pauseIcon } from "./icons.js";
import { Kernels } from "./kernels.js";
import { PanelView } from "./panel.js";
import { currentFolder } from "./place.js";
import { languageOf, speaker } from "./text.js";
import { isOpen } from "./waiting.js";

/** @typedef {import("@jupyterlab/application").JupyterFrontEnd} App */
/** @typedef {import("./link.js").Explorer} Explorer */
/** @typedef {import("./text.js").Say} Say */
/** @typedef {import("./text.js").Language} Language */

const ICONS = { bring: bringIcon, cancel: stopIcon, pause: pauseIcon, resume: runIcon, export: exportIcon, close: closeIcon };
const SHOW = "diffexplain:show-explorers";

class Side extends Widget {
  /** @param {Kernels} kernels @param {Say} say */
  constructor(kernels, say) {
    super();
    this.kernels = kernels;
    this.id = "diffexplain-explorers";
    this.addClass("dx-lab-panel");
    this.node.tabIndex = -1;
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", say("panel"));
    this.title.icon = explorersIcon;
    this.title.caption = say("panel");
  }

  onAfterAttach() {
    this.kernels.watch(this.isVisible);
  }

  onAfterShow() {
    this.kernels.watch(true);
  }

  onAfterHide() {
    this.kernels.watch(false);
  }

  onBeforeDetach() {
    this.kernels.watch(false);
  }
}

/** Notebook 7 has one place for a document, and a drawer below it that opens by a hand's breadth. @param {Widget} widget */
function pullOut(widget) {
  for (let parent = widget.parent; parent; parent = parent.parent) {
    if (parent instanceof SplitPanel && parent.orientation === "vertical") parent.setRelativeSizes([1, 1]);
  }
}

/** Show an explorer beside its notebook, or where it is shown already. @param {App} app @param {Kernels} kernels @param {boolean} lab */
const bringer =
  (app, kernels, lab) => async (/** @type {string} */ kernel, /** @type {Explorer} */ explorer,
    /** @type {string} */ label) =>
  {
    const path = kernels.list().find(({ id }) => id === kernel)?.path ?? "";
    if (isViewed(path)) return app.commands.execute("docmanager:open", { path, factory: FACTORY }); // it has a panel of its own
    const notebook = kernels.notebookOf(kernel) ?? await app.commands.execute("docmanager:open", { path });
    // A view goes when its notebook turns to another kernel, and one that opens turns to its first.
    if (!notebook?.content?.rendermime || !await isOpen(notebook)) return;
    const shown = [...app.shell.widgets("main"), ...app.shell.widgets("down")].find(({ id }) => id === idOf(explorer.model));
    if (!shown) {
      const widget = viewOf(notebook, explorer.model, label);
      app.shell.add(widget, lab ? "main" : "down", { mode: "split-right", ref: notebook.id });
      if (!lab) pullOut(widget);
    }
    app.shell.activateById(idOf(explorer.model));
  };

/** Write what a kernel has exported into a folder. @param {App} app @param {Say} say @param {Language} language @param {() => string} here */
const writer = (app, say, language, here) => async (/** @type {import("./link.js").Exported} */ { name, message, content }) => {
  if (message || !content) {
    Notification.error(say("exportFailed", { message: message?.[language] ?? "" }));
    return;
  }
  const { contents } = app.serviceManager;
  try {
    const folder = here();
    const path = inFolder(folder, freeName(name, await namesIn(contents, folder)));
    await contents.save(path, { type: "file", format: "text", content: new TextDecoder().decode(content) });
    Notification.success(say("exported", { path }), { autoClose: 8000 });
  } catch (error) {
    Notification.error(say("exportFailed", { message: messageOf(error) }));
  }
};

/** @type {import("@jupyterlab/application").JupyterFrontEndPlugin<void>} */
export const side = {
  id: "diffexplain:explorers",
  autoStart: true,
  description: "A side panel with the explorers of all running kernels.",
  optional: [ITranslator, ILabShell, ICommandPalette, IDefaultFileBrowser, INotebookTracker],
  /**
   * @param {App} app
   * @param {ITranslator | null} translator
   * @param {ILabShell | null} labShell
   * @param {ICommandPalette | null} palette
   * @param {IDefaultFileBrowser | null} browser
   * @param {INotebookTracker | null} notebooks
   */
  activate(app, translator, labShell, palette, browser, notebooks) {
    const language = languageOf(translator?.languageCode);
    const say = speaker(language);
    const kernels = new Kernels(app.serviceManager, notebooks);
    const panel = new Side(kernels, say);
    const bring = bringer(app, kernels, labShell !== null);
    const write = writer(app, say, language, () => currentFolder(browser, notebooks));
    const begin = (/** @type {"explore" | "folder"} */ name) => ({ label: say(name), about: say(`${name}About`),
      run: () => void app.commands.execute(COMMANDS[name]) });
    const view = new PanelView(panel.node, { say, language,
      icon: (name) => ICONS[name].element({ tag: "span", elementSize: "normal" }),
      beginnings: [begin("explore"), begin("folder")], bringing(id) {
      const path = kernels.list().find((kernel) => kernel.id === id)?.path ?? "";
      if (isViewed(path)) return "bringPanel";
      return kernels.notebookOf(id) || labShell && path ? "bring" : "bringElsewhere";
    }, act(action, kernel, explorer) {
      if (action === "bring") void bring(kernel, explorer, explorer.title[language]);
      else kernels.tell(kernel, action, explorer.model);
      if (action === "export") Notification.info(say("exporting", { title: explorer.title[language] }), { autoClose: 2000 });
    } });
    kernels.changed.connect(() => view.update(kernels.list()));
    kernels.exported.connect((_, answer) => void write(answer));
    app.shell.add(panel, "right", { rank: 900, type: "Explorers" });
    app.commands.addCommand(SHOW, { label: say("showPanel"), icon: explorersIcon,
      execute: () => app.shell.activateById(panel.id) });
    palette?.addItem({ command: SHOW, category: "diffexplain" });
  },
};
