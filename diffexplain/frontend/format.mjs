// Formats the JavaScript of the page, of JupyterLab's extension and of the documentation's examples; --check fails where it is not formatted.
import { createFromBuffer } from "@dprint/formatter";
import { getPath } from "@dprint/typescript";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const rooms = ["kit", "explorers", "host", "network", "../../docs/examples", "../labextension/src"].map((room) =>
  join(here, room)
);
const inside = (folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
const beside = (folder) => readdirSync(folder).map((name) => join(folder, name));
const files = [...beside(here), ...beside(join(here, "../labextension")), ...rooms.flatMap(inside)].filter((name) =>
  /\.m?js$/.test(name)
);

/** @param {number} lineWidth @param {Record<string, unknown>} layout */
function formatter(lineWidth, layout) {
  const made = createFromBuffer(readFileSync(getPath()));
  made.setConfig({ lineWidth, indentWidth: 2 }, { quoteStyle: "preferDouble", useBraces: "maintain",
    singleBodyPosition: "sameLine", nextControlFlowPosition: "sameLine", ...layout });
  return made;
}
const code = formatter(128, { preferHanging: true, preferSingleLine: true });
const prose = formatter(240, {}); // a sentence keeps its line
const changed = files.filter((filePath) => {
  const fileText = readFileSync(filePath, "utf8");
  const formatted = (/\btext\.js$/.test(filePath) ? prose : code).formatText({ filePath, fileText });
  if (formatted !== fileText && !process.argv.includes("--check")) writeFileSync(filePath, formatted);
  return formatted !== fileText;
});
for (const name of changed) console.log(name);
if (process.argv.includes("--check") && changed.length) {
  console.error("not formatted: run make format");
  process.exit(1);
}
