// Bundles every explorer and the static host into ../static, which is committed: an install needs no node.
// --watch rebuilds on change; --check fails where ../static is not what the sources build to.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const explorers = readdirSync(here("explorers"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

const options = {
  entryPoints: [
    ...explorers.flatMap(({ name }) => [
      { in: here(`explorers/${name}/index.js`), out: name },
      { in: here(`explorers/${name}/style.css`), out: name },
    ]),
    { in: here("host/static.js"), out: "host" },
  ],
  outdir: here("../static"),
  bundle: true,
  format: "esm",
  minify: true,
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
};

if (process.argv.includes("--watch")) {
  await (await esbuild.context({ ...options, logLevel: "info" })).watch();
} else if (process.argv.includes("--check")) {
  const { outputFiles } = await esbuild.build({ ...options, write: false });
  const stale = outputFiles.filter(({ path, text }) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  for (const { path } of stale) console.error(`diffexplain/static/${basename(path)} is not what the sources build to: run make build`);
  process.exit(stale.length ? 1 : 0);
} else {
  await esbuild.build({ ...options, logLevel: "info" });
}
