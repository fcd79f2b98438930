// A Python of its own for a file: started through JupyterLab's sessions, asked to open the file, and shut down when nobody looks any more.
import { PathExt } from "@jupyterlab/coreutils";
import { NoPython, NoWidgets } from "./opening.js";

/** @typedef {import("@jupyterlab/services").ServiceManager.IManager} Services */
/** @typedef {import("@jupyterlab/services").Session.ISessionConnection} Session */
/** @typedef {import("@jupyterlab/docregistry").DocumentRegistry.Context} Context */
/** @typedef {import("@jupyterlab/rendermime").IRenderMimeRegistry} Rendermime */
/** @typedef {import("./opening.js").Opened} Opened */
/** @typedef {{ session: Session, rendermime: Rendermime }} Python a kernel, and what draws its widgets. */

const OPENED = "application/vnd.diffexplain.opened+json"; // as diffexplain/explorers/viewer.py has it
const ENDED = ["restarting", "autorestarting", "terminating", "dead"];

/** Sessions that are being shut down, by path: until that is done, the server would give them to who asks for a new one. */
const ending = new Map();

/** All kernels for Python, the default one first. @param {Services} services @returns {{ name: string, label: string }[]} */
export function pythonsOf({ kernelspecs: { specs } }) {
  const found = Object.values(specs?.kernelspecs ?? {}).flatMap((spec) =>
    spec?.language.toLowerCase() === "python" ? [{ name: spec.name, label: spec.display_name }] : []
  );
  return found.sort((one, other) => Number(other.name === specs?.default) - Number(one.name === specs?.default));
}

/**
 * What opens a file by its name in the folder in which the kernel runs. From there nothing is imported: who opens a file that somebody
 * has sent runs none of what lies beside it. A JSON text is a Python one, too.
 * @param {string} path @param {string} language
 */
const codeFor = (path, language) =>
  `import sys
sys.path[:] = [entry for entry in sys.path if entry]
from diffexplain.explorers import viewer
viewer.answer(${JSON.stringify(path)}, ${JSON.stringify(language)})`;

/** What tells Jupyter's widgets of a kernel. They come with another extension, which may be missing. */
const widgets = () => import("@jupyter-widgets/jupyterlab-manager").catch(() => Promise.reject(new NoWidgets()));

/**
 * @param {Services} services
 * @param {Rendermime} renderers of the page.
 * @param {Context} context of the file, which may be renamed.
 * @param {string} language
 * @returns {import("./opening.js").Means<Python>}
 */
export function pythonFor(services, renderers, context, language) {
  /** Where a kernel was started: it stays there when the file is moved. */
  let folder = "";
  return { nameOf: ({ session }) => session.kernel?.name ?? "", async start(python) {
    const { registerWidgetManager } = await widgets();
    await services.kernelspecs.ready;
    const name = python ?? pythonsOf(services)[0]?.name;
    if (!name) throw new NoPython();
    const { path, localPath, urlResolver, saveState } = context;
    await ending.get(path);
    folder = PathExt.dirname(localPath);
    // Where the page was loaded again, the server answers with the session that it has for this file.
    const options = { path, type: "file", name: PathExt.basename(localPath), kernel: { name } };
    const session = await services.sessions.startNew(options);
    const rendermime = renderers.clone();
    const { kernelChanged, statusChanged, connectionStatusChanged } = session;
    const sessionContext = { session, kernelChanged, statusChanged, connectionStatusChanged, ready: Promise.resolve() };
    const model = { getMetadata: () => undefined }; // a notebook may hold widgets; a file holds none
    registerWidgetManager({ path, urlResolver, saveState, sessionContext, model }, rendermime, []);
    return { session, rendermime };
  }, async ask({ session: { kernel } }) {
    const code = codeFor(PathExt.relative(folder, context.localPath), language);
    const future = kernel?.requestExecute({ code, store_history: false, allow_stdin: false });
    if (!future) throw new Error("no kernel");
    /** @type {Opened | null} */
    let opened = null;
    future.onIOPub = ({ content }) => {
      opened = /** @type {any} */ (content).data?.[OPENED] ?? opened;
    };
    const { content } = /** @type {import("@jupyterlab/services").KernelMessage.IExecuteReplyMsg} */ (await future.done);
    if (content.status === "error") return { error: { name: content.ename, value: content.evalue } };
    return opened ?? { error: { name: "", value: content.status } };
  }, follow({ session }, ended) {
    /** @param {unknown} _ @param {string} status */
    const hear = (_, status) => ENDED.includes(status) && ended();
    const rename = () => {
      void session.setPath(context.path).then(() => session.setName(PathExt.basename(context.localPath))).catch(() => {});
    };
    session.statusChanged.connect(hear);
    session.disposed.connect(ended);
    context.pathChanged.connect(rename);
    return () => {
      session.statusChanged.disconnect(hear);
      session.disposed.disconnect(ended);
      context.pathChanged.disconnect(rename);
    };
  }, async end({ session }) {
    if (session.isDisposed) return;
    const { path } = session;
    const end = session.shutdown().catch(() => {}); // its kernel may be gone already
    ending.set(path, end);
    await end;
    session.dispose();
    if (ending.get(path) === end) ending.delete(path);
  } };
}
