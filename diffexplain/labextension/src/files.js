// Files of recorded runs and of saved sessions: their types, and that a double click opens them in the explorer that fits.
import { ILayoutRestorer } from "@jupyterlab/application";
import { WidgetTracker } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { ABCWidgetFactory, DocumentWidget } from "@jupyterlab/docregistry";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ITranslator } from "@jupyterlab/translation";
import { sessionIcon, traceIcon } from "./icons.js";
import { MODEL, NoContent, onlyLookAt } from "./looked.js";
import { Opening } from "./opening.js";
import { pythonFor, pythonsOf } from "./python.js";
import { languageOf, speaker } from "./text.js";
import { Viewer } from "./viewer.js";

/** @typedef {import("@jupyterlab/application").JupyterFrontEnd} App */
/** @typedef {import("@jupyterlab/docregistry").DocumentRegistry.Context} Context */
/** @typedef {import("./text.js").Language} Language */
/** @typedef {import("./python.js").Python} Python */

export const FACTORY = "diffexplain";
const TYPES = /** @type {const} */ ([["trace", ".dxtrace", traceIcon], ["session", ".dxsession", sessionIcon]]);
const TENSORS = ".safetensors"; // any model's weights, too: for those the viewer is one of several, and never the first

/** Whether a kernel of this path is one that a viewer has started. @param {string} path */
export const isViewed = (path) => [...TYPES.map(([, ending]) => ending), TENSORS].includes(PathExt.extname(path));

/** @extends {ABCWidgetFactory<DocumentWidget>} */
class Viewers extends ABCWidgetFactory {
  /** All panels of a file share its Python. @type {WeakMap<Context, Opening<Python>>} */
  #openings = new WeakMap();

  /** @param {App} app @param {import("@jupyterlab/rendermime").IRenderMimeRegistry} rendermime @param {Language} language */
  constructor(app, rendermime, language) {
    const defaults = TYPES.map(([name]) => `diffexplain-${name}`);
    super({ name: FACTORY, label: speaker(language)("viewer"), modelName: MODEL, readOnly: true, canStartKernel: false,
      preferKernel: false, fileTypes: [...defaults, "diffexplain-tensors"], defaultFor: defaults });
    this.services = app.serviceManager;
    this.rendermime = rendermime;
    this.language = language;
    this.say = speaker(language);
  }

  /** @param {Context} context */
  createNewWidget(context) {
    const opening = this.#openings.get(context) ?? this.#opening(context);
    const name = () => PathExt.basename(context.localPath);
    const content = new Viewer(opening, context.ready, { say: this.say, language: this.language, name,
      pythons: () => pythonsOf(this.services), again: (python) => void opening.again(python) });
    const widget = new DocumentWidget({ content, context });
    widget.addClass("dx-lab-viewer");
    widget.toolbar.hide(); // it would say that the file is read-only, and hold nothing else
    widget.title.icon = PathExt.extname(context.localPath) === ".dxsession" ? sessionIcon : traceIcon;
    content.node.setAttribute("aria-label", name());
    return widget;
  }

  /** @param {Context} context */
  #opening(context) {
    const opening = new Opening(pythonFor(this.services, this.rendermime, context, this.language));
    this.#openings.set(context, opening);
    onlyLookAt(context, { refusal: () => this.say("onlyViewed", { name: PathExt.basename(context.localPath) }),
      again: () => opening.again() });
    const { sessionContext } = context; // would take the file's Python for its own, and the widgets of one page are one connection's
    sessionContext.kernelPreference = { ...sessionContext.kernelPreference, shouldReuse: false };
    context.disposed.connect(() => opening.dispose());
    return opening;
  }
}

/** @type {import("@jupyterlab/application").JupyterFrontEndPlugin<void>} */
export const files = {
  id: "diffexplain:files",
  autoStart: true,
  description: "Opens recorded runs and saved sessions in the explorer that fits.",
  requires: [IRenderMimeRegistry],
  optional: [ITranslator, ILayoutRestorer],
  /**
   * @param {App} app
   * @param {import("@jupyterlab/rendermime").IRenderMimeRegistry} rendermime
   * @param {ITranslator | null} translator
   * @param {ILayoutRestorer | null} restorer
   */
  activate(app, rendermime, translator, restorer) {
    const language = languageOf(translator?.languageCode);
    const say = speaker(language);
    const { docRegistry: registry } = app;
    for (const [name, ending, icon] of TYPES) {
      registry.addFileType({ name: `diffexplain-${name}`, displayName: say(name), extensions: [ending], icon,
        mimeTypes: [`application/x-diffexplain-${name}`], contentType: "file", fileFormat: "base64" });
    }
    registry.addFileType({ name: "diffexplain-tensors", displayName: say("tensors"), extensions: [TENSORS],
      mimeTypes: ["application/octet-stream"], contentType: "file", fileFormat: "base64" });
    registry.addModelFactory(new NoContent());
    const viewers = new Viewers(app, rendermime, language);
    registry.addWidgetFactory(viewers);
    /** @type {WidgetTracker<DocumentWidget>} */
    const tracker = new WidgetTracker({ namespace: "diffexplain-files" });
    viewers.widgetCreated.connect((_, widget) => {
      widget.context.pathChanged.connect(() => void tracker.save(widget));
      void tracker.add(widget);
    });
    void restorer?.restore(tracker, { command: "docmanager:open", name: ({ context }) => context.path,
      args: ({ context }) => ({ path: context.path, factory: FACTORY }) });
  },
};
