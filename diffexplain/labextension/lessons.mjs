// What a tile says of a lesson, taken from the lesson itself.

const LONGEST = 180; // characters of a description

/** Markdown without its marks. @param {string} text */
const plain = (text) =>
  text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/(\*\*|\*|`)(\S(?:.*?\S)?)\1/g, "$2").replace(/\s+/g, " ").trim();

/** As many whole sentences from the beginning as are not too long, the first one in any case. @param {string} text */
function beginning(text) {
  const sentences = text.match(/.+?(?:[.!?:](?=\s|$)|[。！？：]|$)\s*/g) ?? [text];
  let kept = "";
  for (const sentence of sentences) {
    if (kept && (kept + sentence).length > LONGEST) break;
    kept += sentence;
  }
  return kept.trim();
}

/**
 * @param {{ cells: { cell_type: string, source: string | string[] }[] }} notebook
 * @returns {{ title: string, about: string, links: string[] }} links: lessons beside it that it names.
 */
export function entryOf(notebook) {
  const texts = notebook.cells.filter((cell) => cell.cell_type === "markdown").map((cell) => [cell.source].flat().join(""));
  const [head = "", paragraph = ""] = (texts[0] ?? "").split(/\n\s*\n/);
  const links = texts.flatMap((text) => [...text.matchAll(/\]\(([\w-]+\.ipynb)\)/g)].map((found) => found[1]));
  return { title: plain(head.replace(/^#+\s*/, "")), about: beginning(plain(paragraph)), links: [...new Set(links)].sort() };
}
