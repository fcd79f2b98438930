/** Which words of a sentence the bundled model never learned, as Python finds them (models/learned.py). */

const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u3040-\\u30ff\\u3400-\\u9fff"; // scripts without spaces: a character is a word
const LETTER = `(?:(?![${UNSPACED}])[\\p{L}\\p{N}_])`;
const WORDS = new RegExp(`[${UNSPACED}]|${LETTER}+(?:['’-]${LETTER}+)*|[^\\p{L}\\p{N}_\\s]+`, "gu");
const LETTERS_ALONE = /^[\p{L}\p{N}]+$/u;

/**
 * @typedef {import("./reading.js").Token} Token
 * @typedef {{ text: string, start: number, end: number }} Unlearned
 */

/** Where words stand, in characters. @param {string} prompt @returns {[number, number][]} */
function spansOf(prompt) {
  let unit = 0, at = 0;
  const to = (/** @type {number} */ wanted) => {
    at += Array.from(prompt.slice(unit, wanted)).length;
    unit = wanted;
    return at;
  };
  return [...prompt.matchAll(WORDS)].map(({ 0: word, index }) => [to(index), to(index + word.length)]);
}

/** Tokens of each word. @param {string} prompt @param {Token[]} tokens  those that are no marks @returns {Token[][]} */
function wordsOf(prompt, tokens) {
  const spans = spansOf(prompt);
  /** @type {Token[][]} */
  const groups = [];
  let last = /** @type {Set<number>} */ (new Set());
  let from = 0; // spans before it end before any token that follows
  for (const token of tokens) {
    while (from < spans.length && spans[from][1] <= token.start) from++;
    const touched = /** @type {Set<number>} */ (new Set());
    for (let at = from; at < spans.length && spans[at][0] < token.end; at++) touched.add(at);
    const same = [...touched].some((at) => last.has(at));
    if (same) groups[groups.length - 1].push(token);
    else groups.push([token]);
    last = same ? new Set([...last, ...touched]) : touched;
  }
  return groups;
}

/**
 * @param {string} prompt
 * @param {Token[]} tokens  as far as the text encoder reads
 * @param {Set<string>} learned  of each word that captions have, the ids of its tokens, with spaces between
 * @returns {Unlearned[]}
 */
export function unlearned(prompt, tokens, learned) {
  const characters = Array.from(prompt);
  /** @type {Unlearned[]} */
  const found = [];
  for (const word of wordsOf(prompt, tokens.filter(({ kind }) => kind === "word"))) {
    if (learned.has(word.map(({ id }) => id).join(" "))) continue;
    let { start } = word[0];
    const end = Math.max(...word.map((token) => token.end));
    const text = characters.slice(start, end).join("");
    const before = found.at(-1);
    if (before && before.end === start && LETTERS_ALONE.test(before.text + text)) { // of several characters, in Chinese
      start = before.start;
      found.pop();
    }
    found.push({ text: characters.slice(start, end).join(""), start, end });
  }
  return found;
}
