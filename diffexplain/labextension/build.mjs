// Builds the extension and the lessons that it carries into ../static/labextensions, which is committed: an install needs no node.
// --check fails where that is not what the sources and the lessons build to; --watch builds on change.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync,
  writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { entryOf } from "./lessons.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "../static/labextensions/diffexplain");
const notebooks = join(here, "../../notebooks");
const { resolve } = createRequire(import.meta.url);

/** What JupyterLab loads, by the builder that its own extensions are built with. @param {string[]} options */
function bundle(...options) {
  const builder = resolve("@jupyter/builder/lib/build-labextension.js");
  const core = join(here, "node_modules/@jupyterlab/core-meta/core.package.json");
  const done = spawnSync(process.execPath, [builder, "--core-package-file", core, ...options, here], { cwd: here,
    stdio: options.length ? "inherit" : ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${done.stdout}\n${done.stderr}`);
}

/** The lessons as they are, and of each what a tile says, in `lessons/index.json`. */
function lessons() {
  /** @type {Record<string, object[]>} */
  const index = {};
  for (const language of readdirSync(notebooks).filter((name) => /^[a-z]{2}$/.test(name)).sort()) {
    mkdirSync(join(out, "lessons", language), { recursive: true });
    index[language] = readdirSync(join(notebooks, language)).filter((name) => name.endsWith(".ipynb")).sort().map((name) => {
      const text = readFileSync(join(notebooks, language, name), "utf8");
      writeFileSync(join(out, "lessons", language, name), text);
      return { name, digest: createHash("sha256").update(text).digest("hex").slice(0, 12), ...entryOf(JSON.parse(text)) };
    });
  }
  writeFileSync(join(out, "lessons/index.json"), `${JSON.stringify(index, null, 1)}\n`);
}

/** What `jupyter labextension list` says of it: the package's version, and who has installed it. */
function facts() {
  const [, version] = readFileSync(join(here, "../__init__.py"), "utf8").match(/__version__ = "(.+)"/) ?? [];
  const { name, description, license, jupyterlab: { _build, extension } } = JSON.parse(
    readFileSync(join(out, "package.json"), "utf8"),
  );
  const listed = { name, version, description, license, jupyterlab: { extension, _build } };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(listed, null, 2)}\n`);
  copyFileSync(join(here, "install.json"), join(out, "install.json"));
}

function build() {
  bundle();
  rmSync(join(out, "static/third-party-licenses.json"), { force: true }); // nothing of anybody else is in it
  facts();
  lessons();
}

/** @param {string} folder @returns {Map<string, string>} */
function contents(folder) {
  if (!existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return new Map(
    paths.filter((path) => statSync(path).isFile()).map((path) => [relative(folder, path), readFileSync(path, "latin1")]),
  );
}

/** Names of files that are not what they build to; what is there stays. */
function stale() {
  const before = contents(out);
  const aside = join(mkdtempSync(join(dirname(out), ".labextension-")), "kept");
  if (existsSync(out)) renameSync(out, aside);
  try {
    build();
    const built = contents(out);
    return [...new Set([...before.keys(), ...built.keys()])].filter((name) => before.get(name) !== built.get(name)).sort();
  } finally {
    rmSync(out, { recursive: true, force: true });
    if (existsSync(aside)) renameSync(aside, out);
    rmSync(dirname(aside), { recursive: true });
  }
}

if (process.argv.includes("--watch")) {
  mkdirSync(out, { recursive: true });
  setTimeout(lessons, 5000); // the builder empties the folder before
  bundle("--development", "--watch");
} else if (process.argv.includes("--check")) {
  const names = stale();
  for (const name of names) {
    console.error(
      `diffexplain/static/labextensions/diffexplain/${name} is not what the sources and the lessons build to: run make build`,
    );
  }
  process.exit(names.length ? 1 : 0);
} else {
  build();
}
