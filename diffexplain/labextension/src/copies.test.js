import { describe, expect, test } from "vitest";
import { copyOf, freeName, freshCopy, inFolder, subfolder } from "./copies.js";

/** A contents API that keeps files in a map, and remembers what was written. */
function drive(files = {}) {
  const kept = new Map(Object.entries(files));
  const saved = [];
  return { kept, saved, get: async (path) => {
    if (path === "" || kept.get(path)?.type === "directory") {
      const inside = [...kept.keys()].filter((name) => name.slice(0, Math.max(0, name.lastIndexOf("/"))) === path);
      return { type: "directory", content: inside.map((name) => ({ name: name.slice(name.lastIndexOf("/") + 1) })) };
    }
    if (!kept.has(path)) throw new Error(`no ${path}`);
    return structuredClone(kept.get(path));
  }, save: async (path, model) => {
    expect(kept.has(path)).toBe(false); // nothing is ever written over
    saved.push(path);
    kept.set(path, structuredClone(model));
  } };
}

const notebook = (title, ...sources) => ({ metadata: { kernelspec: { name: "python3" } }, nbformat: 4, nbformat_minor: 5,
  cells: [{ cell_type: "markdown", source: [title] },
    ...sources.map((source) => ({ cell_type: "code", source, outputs: [], execution_count: null }))] });
const lesson = { id: "en/03.ipynb", name: "03.ipynb", notebook: notebook("# Three", "a\nb") };

describe("a copy", () => {
  test("is made where there is none, and opened unwritten afterwards", async () => {
    const contents = drive();
    expect(await copyOf(contents, "", lesson)).toEqual({ path: "03.ipynb", outcome: "new" });
    expect(await copyOf(contents, "", lesson)).toEqual({ path: "03.ipynb", outcome: "same" });
    expect(contents.saved).toEqual(["03.ipynb"]);
  });

  test("that was only run is the same", async () => {
    const contents = drive();
    await copyOf(contents, "", lesson);
    const [, cell] = contents.kept.get("03.ipynb").content.cells;
    Object.assign(cell, { source: ["a\n", "b"], outputs: [{ output_type: "stream" }], execution_count: 3 });
    expect(await copyOf(contents, "", lesson)).toEqual({ path: "03.ipynb", outcome: "same" });
  });

  test.each([["a cell is other", (content) => content.cells[1].source = "c"], ["a cell is gone",
    (content) => content.cells.pop()], ["the title is other", (content) => content.cells[0].source = "# Mine"], [
    "a cell has come",
    (content) => content.cells.push({ cell_type: "code", source: "" }),
  ]])("is changed where %s, and stays as it is", async (_, change) => {
    const contents = drive();
    await copyOf(contents, "", lesson);
    change(contents.kept.get("03.ipynb").content);
    const before = JSON.stringify(contents.kept.get("03.ipynb"));
    expect(await copyOf(contents, "", lesson)).toEqual({ path: "03.ipynb", outcome: "changed" });
    expect(JSON.stringify(contents.kept.get("03.ipynb"))).toBe(before);
  });

  test("that was made by the command line carries no mark and is known all the same", async () => {
    const contents = drive({ "03.ipynb": { type: "notebook", content: lesson.notebook } });
    expect((await copyOf(contents, "", lesson)).outcome).toBe("same");
    const edited = notebook("# Three", "mine");
    expect(await copyOf(drive({ "03.ipynb": { type: "notebook", content: edited } }), "", lesson)).toEqual({ path: "03.ipynb",
      outcome: "changed" });
  });

  test("gets another name beside a lesson of another language, a folder or a text of its name", async () => {
    const contents = drive({ "03-1.ipynb": { type: "directory" }, "03-2.ipynb": { type: "file", content: "text" } });
    await copyOf(contents, "", { ...lesson, id: "zh/03.ipynb", notebook: notebook("# 三", "a\nb") });
    expect(await copyOf(contents, "", lesson)).toEqual({ path: "03-3.ipynb", outcome: "new" });
    expect(await copyOf(contents, "", lesson)).toEqual({ path: "03-3.ipynb", outcome: "same" });
  });
});

test("a fresh copy stands beside the others", async () => {
  const contents = drive();
  await copyOf(contents, "", lesson);
  expect(await freshCopy(contents, "", lesson)).toBe("03-1.ipynb");
  expect(await freshCopy(contents, "", lesson)).toBe("03-2.ipynb");
  expect(contents.kept.get("03-2.ipynb").content.cells).toEqual(lesson.notebook.cells);
});

test("a folder is made once", async () => {
  const contents = drive();
  expect(await subfolder(contents, "", "lessons")).toBe("lessons");
  expect(await subfolder(contents, "", "lessons")).toBe("lessons");
  expect(await subfolder(contents, "lessons", "en")).toBe("lessons/en");
  expect(contents.saved).toEqual(["lessons", "lessons/en"]);
});

test("names and folders of drives", () => {
  expect(["", "a", "a/b", "RTC:", "RTC:a"].map((folder) => inFolder(folder, "x"))).toEqual(["x", "a/x", "a/b/x", "RTC:x",
    "RTC:a/x"]);
  expect(freeName("a.b.html", ["a.b.html", "a.b-1.html"])).toBe("a.b-2.html");
  expect(freeName("a", ["b"])).toBe("a");
});
