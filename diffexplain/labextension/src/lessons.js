// The lessons that came with this extension. They are its own static files, so nothing has to run on the server for them.
import { PageConfig, URLExt } from "@jupyterlab/coreutils";

/** @typedef {import("./text.js").Language} Language */
/** @typedef {{ name: string, digest: string, title: string, about: string, links: string[] }} Lesson links: lessons beside it that it names. */
/** @typedef {import("./copies.js").Notebook} Notebook */

export class Lessons {
  root = URLExt.join(PageConfig.getOption("fullLabextensionsUrl"), "diffexplain/lessons");

  /** All lessons, in order, by language. @returns {Promise<Record<Language, Lesson[]>>} */
  index() {
    return this.#json("index.json", Date.now().toString(36));
  }

  /** @param {Language} language @param {Lesson} lesson @returns {Promise<Notebook>} */
  notebook(language, { name, digest }) {
    return this.#json(`${language}/${name}`, digest);
  }

  /** @param {string} path @param {string} version so that no older one comes out of a cache. */
  async #json(path, version) {
    const response = await fetch(`${URLExt.join(this.root, path)}?v=${version}`);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return response.json();
  }
}
