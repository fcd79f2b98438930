// Formats the JavaScript of the page and of the documentation's examples; --check fails where it is not formatted.
import { createFromBuffer } from "@dprint/formatter";
import { getPath } from "@dprint/typescript";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const rooms = ["kit", "explorers", "host", "../../docs/examples"].map((room) => join(here, room));
const inside = (folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
const files = [...readdirSync(here).map((name) => join(here, name)), ...rooms.flatMap(inside)].filter((name) =>
  /\.m?js$/.test(name)
);

const formatter = createFromBuffer(readFileSync(getPath()));
formatter.setConfig({ lineWidth: 128, indentWidth: 2 }, { preferHanging: true, preferSingleLine: true,
  quoteStyle: "preferDouble", useBraces: "maintain", singleBodyPosition: "sameLine", nextControlFlowPosition: "sameLine" });
const changed = files.filter((filePath) => {
  const fileText = readFileSync(filePath, "utf8");
  const formatted = formatter.formatText({ filePath, fileText });
  if (formatted !== fileText && !process.argv.includes("--check")) writeFileSync(filePath, formatted);
  return formatted !== fileText;
});
for (const name of changed) console.log(name);
if (process.argv.includes("--check") && changed.length) {
  console.error("not formatted: run make format");
  process.exit(1);
}
