// Builds every explorer, every module of the kit by itself, the hosts of exported pages and the thread of those that generate into ../static, which is committed: an install needs
// no node. What is shared is there once; Python puts together what a page takes (explorers/joined.py).
// --watch rebuilds on change, each explorer with its kit in it, for anywidget reloads files; --check fails where ../static is not what
// the sources build to.
import * as esbuild from "esbuild";
import { po } from "gettext-parser";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const explorers = readdirSync(here("explorers"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

/**
 * Of each language, without Python's sentences: `catalogues:kit` is what the kit says (general.po), `catalogues:NAME` that and what the page
 * of an explorer says (NAME.po). `catalogues:network` is of what the kit says that part which a page that generates says around its explorer.
 */
const catalogues = { name: "catalogues", setup(build) {
  build.onResolve({ filter: /^catalogues:/ },
    ({ path }) => ({ path: path.slice("catalogues:".length), namespace: "catalogues" }));
  build.onLoad({ filter: /.*/, namespace: "catalogues" }, ({ path: explorer }) => {
    const languages = readdirSync(here("../i18n"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory() && !entry.name.startsWith("_")
    );
    const general = explorer === "kit" || explorer === "network";
    const domain = general ? "general" : explorer;
    const files = languages.map(({ name }) => [name, here(`../i18n/${name}/${domain}.po`)]).filter(([, path]) =>
      existsSync(path)
    );
    const by = explorer === "network" ? "frontend/network/" : "frontend/";
    const own = JSON.stringify(Object.fromEntries(files.map(([name, path]) => [name, sentences(path, by)])));
    const contents = general ? `export default ${own}` : `import kit from "catalogues:kit"; const own = ${own};
      export default Object.fromEntries(Object.entries(kit).map(([language, said]) => [language, { ...said, ...own[language] }]));`;
    return { contents, resolveDir: here("."), watchFiles: files.map(([, path]) => path) };
  });
} };

/** English text -> its forms, of those sentences that a page says in files of such a folder. */
function sentences(path, folder) {
  const entries = Object.values(po.parse(readFileSync(path)).translations[""]);
  const said = entries.filter(({ msgid, msgstr, comments }) =>
    msgid && msgstr.every(Boolean) && comments?.reference?.includes(folder)
  );
  return Object.fromEntries(said.map(({ msgid, msgstr }) => [msgid, msgstr]));
}

/** Styles of an explorer apply inside it alone: a notebook holds several, and their pages share one document. */
const scoped = { name: "scoped", setup(build) {
  build.onLoad({ filter: /explorers[\\/]\w+[\\/]style\.css$/ }, ({ path }) => {
    const lines = readFileSync(path, "utf8").split("\n");
    const imports = lines.filter((line) => line.startsWith("@import"));
    const rules = lines.filter((line) => !line.startsWith("@import")).map((line) => line.replace(/\.dx(?![\w-])/g, ":scope")); // `.dx x` would look for a .dx inside
    return { contents: `${imports.join("\n")}\n@scope (.dx-${basename(dirname(path))}-explorer) {\n${rules.join("\n")}\n}`,
      loader: "css", resolveDir: dirname(path), watchFiles: [path] };
  });
} };

/** A module or style sheet of the kit is a file by itself, which the others import. */
const apart = { name: "apart", setup(build) {
  build.onResolve({ filter: /^catalogues:kit$|\.(js|css)$/ }, ({ kind, path, importer, resolveDir }) => {
    const whole = path === "catalogues:kit" ? here("kit/catalogues.js") : resolve(resolveDir, path);
    if (kind === "entry-point" || dirname(whole) !== here("kit")) return null;
    return { path: `./${dirname(importer) === here("kit") ? "" : "kit/"}${basename(whole)}`, external: true,
      sideEffects: false };
  });
} };

/** A file of ONNX Runtime for the web, which a page that generates computes with. @param {string} name */
const runtime = (name) => here(`node_modules/onnxruntime-web/dist/${name}`);

/** Files of it that are there as they are, but packed: 14 MB would be 3.7. */
const packed = ["mjs", "wasm"].map((kind) => ({ from: runtime(`ort-wasm-simd-threaded.${kind}`),
  to: here(`../static/network/onnxruntime.${kind}.gz`) })
);

/** Whether a packed file holds what it should; what it was packed with may be another zlib. */
const isPacked = ({ from, to }) => existsSync(to) && gunzipSync(readFileSync(to)).equals(readFileSync(from));

const modules = readdirSync(here("kit")).filter((name) => /\.(js|css)$/.test(name) && !/\.test\.js$/.test(name));
const options = { outdir: here("../static"), bundle: true, format: "esm", minify: true, target: ["es2022"], charset: "utf8",
  legalComments: "none" };
const pages = { ...options, plugins: [catalogues, scoped],
  entryPoints: explorers.flatMap((
    { name },
  ) => [{ in: here(`explorers/${name}/index.js`), out: name }, { in: here(`explorers/${name}/style.css`), out: name }]) };
const kit = { ...options, plugins: [apart, catalogues, scoped], outdir: here("../static/kit"),
  entryPoints: [...modules.map((name) => here(`kit/${name}`)), { in: "catalogues:kit", out: "catalogues" }] };
const host = { ...options, entryPoints: [{ in: here("host/recorded.js"), out: "host" }] };
const network = { ...options, plugins: [catalogues], outdir: here("../static/network"),
  alias: { onnxruntime: runtime("ort.wasm.min.mjs") },
  entryPoints: [{ in: here("host/live.js"), out: "host" }, { in: here("network/worker.js"), out: "worker" }] };
const builds = [{ ...pages, plugins: [apart, ...pages.plugins] }, kit, host, network];

if (process.argv.includes("--watch")) {
  for (const each of [pages, kit, host, network]) await (await esbuild.context({ ...each, logLevel: "info" })).watch();
} else if (process.argv.includes("--check")) {
  const built = await Promise.all(builds.map((each) => esbuild.build({ ...each, write: false })));
  const outputFiles = built.flatMap((each) => each.outputFiles);
  const paths = outputFiles.map(({ path }) => path);
  const stale = outputFiles.filter(({ path, text }) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  const wrong = [...packed.filter((file) => !isPacked(file)).map(({ to }) => to), ...stale.map(({ path }) => path),
    ...standing().filter((path) => !paths.includes(path))];
  for (const path of wrong)
    console.error(`diffexplain/static/${relative(here("../static"), path)} is not what the sources build to: run make build`);
  process.exit(wrong.length ? 1 : 0);
} else {
  for (const path of standing()) rmSync(path);
  for (const each of builds) await esbuild.build({ ...each, logLevel: "warning" });
  for (const file of packed) { if (!isPacked(file)) writeFileSync(file.to, gzipSync(readFileSync(file.from), { level: 9 })); }
}

/** What was built before. */
function standing() {
  const folders = ["../static", "../static/kit", "../static/network"].map(here).filter(existsSync);
  return folders.flatMap((folder) =>
    readdirSync(folder).filter((name) => /\.(js|css)$/.test(name)).map((name) => resolve(folder, name))
  );
}
