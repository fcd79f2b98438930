// Copies of lessons in the user's folder, through the contents API: nothing that is there is ever written over.

/** @typedef {import("@jupyterlab/services").Contents.IManager} IContents */
/** @typedef {{ cells: { cell_type: string, source: string | string[] }[], metadata: Record<string, any> }} Notebook */
/** @typedef {{ path: string, outcome: "new" | "same" | "changed" }} Copy */

/** @param {string} folder @param {string} name */
export const inFolder = (folder, name) => folder === "" || folder.endsWith(":") ? `${folder}${name}` : `${folder}/${name}`;

/** A name that nothing has yet: `name`, `name-1`, `name-2`… before the ending. @param {string} name @param {Iterable<string>} taken */
export function freeName(name, taken) {
  const there = new Set(taken);
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let number = 0;; number += 1) {
    const candidate = number ? `${stem}-${number}${ending}` : name;
    if (!there.has(candidate)) return candidate;
  }
}

/** What is in a folder. @param {IContents} contents @param {string} folder @returns {Promise<string[]>} */
export async function namesIn(contents, folder) {
  const { content } = await contents.get(folder, { content: true });
  return content.map((/** @type {{ name: string }} */ entry) => entry.name);
}

/** What somebody reads and writes of a notebook: not what came out, nor how often it was run. @param {Notebook} notebook */
const written = (notebook) => JSON.stringify(notebook.cells.map((cell) => [cell.cell_type, [cell.source].flat().join("")]));

/** Whether a notebook began as this lesson. @param {Notebook} there @param {Notebook} lesson @param {string} id */
function isCopy(there, lesson, id) {
  const mark = there.metadata?.diffexplain?.lesson;
  if (mark !== undefined) return mark === id;
  const [first, other] = [there, lesson].map((notebook) => [notebook.cells[0]?.source ?? ""].flat().join(""));
  return first === other;
}

/** @param {Notebook} lesson @param {string} id @returns {Notebook} */
const marked = (lesson, id) => ({ ...lesson, metadata: { ...lesson.metadata, diffexplain: { lesson: id } } });

/** @param {IContents} contents @param {string} path @param {Notebook} notebook */
const save = (contents, path, notebook) => contents.save(path, { type: "notebook", format: "json", content: notebook });

/**
 * The copy of a lesson in a folder: the one that is there, or a new one. Where another file has its name it gets another one.
 *
 * @param {IContents} contents
 * @param {string} folder
 * @param {{ id: string, name: string, notebook: Notebook }} lesson id: says which one it is, with its language.
 * @returns {Promise<Copy>}
 */
export async function copyOf(contents, folder, { id, name, notebook }) {
  const names = await namesIn(contents, folder);
  for (let tried = name, passed = new Set();; tried = freeName(name, passed)) {
    const path = inFolder(folder, tried);
    if (!names.includes(tried)) {
      await save(contents, path, marked(notebook, id));
      return { path, outcome: "new" };
    }
    const model = await contents.get(path, { content: true }).catch(() => null); // a folder, or no notebook
    const there = model?.type === "notebook" ? model.content : null;
    if (there && isCopy(there, notebook, id))
      return { path, outcome: written(there) === written(notebook) ? "same" : "changed" };
    passed.add(tried);
  }
}

/**
 * One more copy, beside those that are there.
 *
 * @param {IContents} contents
 * @param {string} folder
 * @param {{ id: string, name: string, notebook: Notebook }} lesson
 * @returns {Promise<string>} its path.
 */
export async function freshCopy(contents, folder, { id, name, notebook }) {
  const path = inFolder(folder, freeName(name, await namesIn(contents, folder)));
  await save(contents, path, marked(notebook, id));
  return path;
}

/** A folder, made where it is not there. @param {IContents} contents @param {string} parent @param {string} name */
export async function subfolder(contents, parent, name) {
  const path = inFolder(parent, name);
  if (!(await namesIn(contents, parent)).includes(name)) await contents.save(path, { type: "directory" });
  return path;
}
