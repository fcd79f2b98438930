// Bundles every explorer and the static host into ../static, which is committed: an install needs no node.
// --watch rebuilds on change; --check fails where ../static is not what the sources build to.
import * as esbuild from "esbuild";
import { po } from "gettext-parser";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const explorers = readdirSync(here("explorers"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** `catalogues:NAME`: of each language, what the kit and the page of that explorer say (general.po and NAME.po, without Python's sentences). */
const catalogues = { name: "catalogues", setup(build) {
  build.onResolve({ filter: /^catalogues:/ },
    ({ path }) => ({ path: path.slice("catalogues:".length), namespace: "catalogues" }));
  build.onLoad({ filter: /.*/, namespace: "catalogues" }, ({ path: explorer }) => {
    const languages = readdirSync(here("../i18n"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory() && !entry.name.startsWith("_")
    );
    const files = languages.map((
      { name },
    ) => [name, ["general", explorer].map((domain) => here(`../i18n/${name}/${domain}.po`)).filter(existsSync)]);
    const contents = Object.fromEntries(files.map(([name, paths]) => [name, Object.assign({}, ...paths.map(sentences))]));
    return { contents: JSON.stringify(contents), loader: "json", watchFiles: files.flatMap(([, paths]) => paths) };
  });
} };

/** English text -> its forms, of those sentences that a page says. */
function sentences(path) {
  const entries = Object.values(po.parse(readFileSync(path)).translations[""]);
  const said = entries.filter(({ msgid, msgstr, comments }) =>
    msgid && msgstr.every(Boolean) && comments?.reference?.includes("frontend/")
  );
  return Object.fromEntries(said.map(({ msgid, msgstr }) => [msgid, msgstr]));
}

/** Styles of an explorer apply inside it alone: a notebook holds several, and their pages share one document. */
const scoped = { name: "scoped", setup(build) {
  build.onLoad({ filter: /explorers[\\/]\w+[\\/]style\.css$/ }, ({ path }) => {
    const lines = readFileSync(path, "utf8").split("\n");
    const imports = lines.filter((line) => line.startsWith("@import"));
    const rules = lines.filter((line) => !line.startsWith("@import")).map((line) => line.replace(/\.dx(?![\w-])/g, ":scope")); // `.dx x` would look for a .dx inside
    return { contents: `${imports.join("\n")}\n@scope (.dx.dx-${basename(dirname(path))}) {\n${rules.join("\n")}\n}`,
      loader: "css", resolveDir: dirname(path), watchFiles: [path] };
  });
} };

const options = { plugins: [catalogues, scoped],
  entryPoints: [
    ...explorers.flatMap((
      { name },
    ) => [{ in: here(`explorers/${name}/index.js`), out: name }, { in: here(`explorers/${name}/style.css`), out: name }]),
    { in: here("host/static.js"), out: "host" },
  ], outdir: here("../static"), bundle: true, format: "esm", minify: true, target: ["es2022"], charset: "utf8",
  legalComments: "none" };

/** The kit as one value, for explorers that are made without this build (explorers/static.py). */
const kit = { ...options, entryPoints: [{ in: here("kit/index.js"), out: "kit" }, { in: here("kit/index.css"), out: "kit" }],
  format: "iife", globalName: "diffexplainKit" };

if (process.argv.includes("--watch")) {
  for (const each of [options, kit]) await (await esbuild.context({ ...each, logLevel: "info" })).watch();
} else if (process.argv.includes("--check")) {
  const built = await Promise.all([options, kit].map((each) => esbuild.build({ ...each, write: false })));
  const outputFiles = built.flatMap((each) => each.outputFiles);
  const stale = outputFiles.filter(({ path, text }) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  for (const { path } of stale)
    console.error(`diffexplain/static/${basename(path)} is not what the sources build to: run make build`);
  process.exit(stale.length ? 1 : 0);
} else {
  for (const each of [options, kit]) await esbuild.build({ ...each, logLevel: "info" });
}
