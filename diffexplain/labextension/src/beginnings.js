// Where one begins: a tile, a line in the palette and one in the Help menu for each lesson, for exploring freely, and for all lessons.
import { ICommandPalette, Notification } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { INotebookTracker, NotebookActions } from "@jupyterlab/notebook";
import { ITranslator } from "@jupyterlab/translation";
import { Menu } from "@lumino/widgets";
import * as baton from "./baton.js";
import { copyOf, freeName, freshCopy, inFolder, namesIn, subfolder } from "./copies.js";
import { messageOf } from "./failure.js";
import { exploreIcon, folderIcon, lessonIcon } from "./icons.js";
import { Lessons } from "./lessons.js";
import { currentFolder } from "./place.js";
import { languageOf, speaker } from "./text.js";
import { isOpen } from "./waiting.js";

/** @typedef {import("@jupyterlab/application").JupyterFrontEnd} App */
/** @typedef {import("./lessons.js").Lesson} Lesson */
/** @typedef {import("./text.js").Language} Language */

export const COMMANDS = { lesson: "diffexplain:lesson", explore: "diffexplain:explore", folder: "diffexplain:lessons-folder" };
const NAME = "diffexplain";
const FOLDER = "diffexplain-lessons";
const EXPLORE = { en: "Explore.ipynb", zh: "探索.ipynb" };

/** @param {Language} language */
const exploring = (language) => ({ type: "notebook", format: "json",
  content: { nbformat: 4, nbformat_minor: 5,
    metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
    cells: [{ cell_type: "code", id: "explore", metadata: {}, outputs: [], execution_count: null,
      source: `import diffexplain as dx\n${language === "en" ? "" : `dx.set_language("${language}")\n`}dx.explore()` }] } });

class Beginnings {
  /** @type {Lesson[]} */
  list = [];

  /** @param {App} app @param {Language} language @param {() => string} here */
  constructor(app, language, here) {
    this.app = app;
    this.contents = app.serviceManager.contents;
    this.language = language;
    this.say = speaker(language);
    this.here = here;
    this.lessons = new Lessons();
  }

  async read() {
    const index = await this.lessons.index();
    this.list = index[this.language] ?? index.en;
    this.all = index;
  }

  /** @param {string} path */
  open(path) {
    return this.app.commands.execute("docmanager:open", { path });
  }

  /** Open a lesson's copy, made where there is none. @param {string} name @param {string} folder */
  async lesson(name, folder) {
    const lesson = /** @type {Lesson} */ (this.list.find((each) => each.name === name));
    const found = await this.#copied(lesson, folder);
    if (!found) return;
    for (const link of found.outcome === "new" ? lesson.links : []) {
      const other = this.list.find((each) => each.name === link);
      if (other) await this.#copied(other, folder); // or what the lesson names would lead nowhere
    }
    const { path, outcome } = found;
    if (outcome === "changed") {
      const again = async () => this.open(await freshCopy(this.contents, folder, found.lesson));
      Notification.info(this.say("changed", { title: lesson.title }), { autoClose: 20_000,
        actions: [{ label: this.say("fresh"), callback: again }] });
    }
    return this.open(path);
  }

  /** @param {Lesson} lesson @param {string} folder @param {Language} language */
  async #copied(lesson, folder, language = this.language) {
    try {
      const read = { id: `${language}/${lesson.name}`, name: lesson.name,
        notebook: await this.lessons.notebook(language, lesson) };
      try {
        return { lesson: read, ...await copyOf(this.contents, folder, read) };
      } catch (error) {
        Notification.error(this.say("lessonUnwritten", { path: folder || this.say("top"), message: messageOf(error) }));
      }
    } catch (error) {
      Notification.error(this.say("lessonMissing", { message: messageOf(error) }));
    }
    return null;
  }

  /** All lessons of all languages, in a folder; opens the first. @param {string} parent */
  async folder(parent) {
    try {
      const root = await subfolder(this.contents, parent, FOLDER);
      const all = /** @type {[Language, Lesson[]][]} */ (Object.entries(this.all ?? {}));
      const wanted = all.flatMap(([language, lessons]) => lessons.map((lesson) => ({ language, lesson })));
      for (const [language] of all) await subfolder(this.contents, root, language);
      const copies = [];
      for (const { language, lesson } of wanted) {
        const copied = await this.#copied(lesson, inFolder(root, language), language);
        if (!copied) return;
        copies.push({ ...copied, language });
      }
      const names = copies.filter(({ outcome }) => outcome === "changed").map(({ lesson }) => lesson.id).join(", ");
      Notification.success(this.say(names ? "folderKept" : "folderDone", { path: root, count: copies.length, names }), {
        autoClose: 8000,
      });
      return this.open(/** @type {string} */ (copies.find(({ language }) => language === this.language)?.path));
    } catch (error) {
      Notification.error(this.say("lessonUnwritten", { path: parent || this.say("top"), message: messageOf(error) }));
    }
  }

  /** A new notebook that is run as soon as it is open. @param {string} folder */
  async explore(folder) {
    const path = inFolder(folder, freeName(EXPLORE[this.language], await namesIn(this.contents, folder)));
    await this.contents.save(path, /** @type {any} */ (exploring(this.language)));
    baton.leave(path);
    return this.open(path);
  }
}

/** Run notebooks that were made to be run at once. @param {import("@jupyterlab/notebook").INotebookTracker} notebooks */
function runWhatWasLeft(notebooks) {
  notebooks.widgetAdded.connect(async (_, panel) => {
    await panel.context.ready.catch(() => {});
    if (panel.isDisposed || !baton.take(panel.context.path)) return; // Notebook 7 makes one here only to open it in another tab
    if (await isOpen(panel)) await NotebookActions.run(panel.content, panel.sessionContext);
  });
}

/** @type {import("@jupyterlab/application").JupyterFrontEndPlugin<void>} */
export const beginnings = {
  id: "diffexplain:beginnings",
  autoStart: true,
  description: "Lessons and a notebook to explore in: launcher, command palette and Help menu.",
  optional: [ITranslator, ILauncher, ICommandPalette, IMainMenu, IDefaultFileBrowser, INotebookTracker],
  /**
   * @param {App} app
   * @param {ITranslator | null} translator
   * @param {ILauncher | null} launcher
   * @param {ICommandPalette | null} palette
   * @param {IMainMenu | null} menu
   * @param {IDefaultFileBrowser | null} browser
   * @param {INotebookTracker | null} notebooks
   */
  async activate(app, translator, launcher, palette, menu, browser, notebooks) {
    const language = languageOf(translator?.languageCode);
    const all = new Beginnings(app, language, () => currentFolder(browser, notebooks));
    if (notebooks) runWhatWasLeft(notebooks);
    register(app, all);
    await all.read().catch((error) => console.warn("diffexplain: the lessons could not be read", error)); // exploring goes without
    const items = [{ command: COMMANDS.explore, args: {} },
      ...all.list.map(({ name }) => ({ command: COMMANDS.lesson, args: { name } })),
      ...(all.list.length ? [{ command: COMMANDS.folder, args: {} }] : [])];
    items.forEach((item, rank) => {
      launcher?.add({ ...item, category: NAME, rank, categoryRank: 30 });
      palette?.addItem({ ...item, category: NAME, rank });
    });
    if (menu) {
      const submenu = new Menu({ commands: app.commands });
      submenu.title.label = NAME;
      for (const item of items) submenu.addItem(item);
      menu.helpMenu.addGroup([{ type: "submenu", submenu }], 1);
    }
  },
};

/** @param {App} app @param {Beginnings} all */
function register({ commands }, all) {
  const { say } = all;
  /** @param {any} args */
  const folderOf = (args) => typeof args.cwd === "string" ? args.cwd : all.here();
  /** @param {any} args */
  const lessonOf = (args) => all.list.find(({ name }) => name === args.name);
  commands.addCommand(COMMANDS.lesson, { icon: (args) => lessonIcon(args.name), label: (args) => lessonOf(args)?.title ?? NAME,
    caption: (args) => lessonOf(args)?.about ?? "", isVisible: (args) => Boolean(lessonOf(args)),
    execute: (args) => all.lesson(String(args.name), folderOf(args)) });
  commands.addCommand(COMMANDS.explore, { icon: exploreIcon, label: say("explore"), caption: say("exploreAbout"),
    execute: (args) => all.explore(folderOf(args)) });
  commands.addCommand(COMMANDS.folder, { icon: folderIcon, label: say("folder"), caption: say("folderAbout"),
    execute: (args) => all.folder(folderOf(args)) });
}
