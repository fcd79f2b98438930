/** How the text encoder reads a sentence: its tokens, and what it never sees, as Python says it (core/text/tokens.py). */

/**
 * @typedef {{ text: string, id: number, kind: "start" | "word" | "end", start: number, end: number }} Token
 * @typedef {{ first_token_index: number, text_kept_characters: number, dropped_text: string }} Truncated
 */

const DROPPED_CHARACTERS = 200;

/**
 * @param {string} prompt
 * @param {import("./tokenizer.js").Tokenizer} tokenizer
 * @returns {{ tokens: Token[], truncated: Truncated | null }}
 */
export function read(prompt, tokenizer) {
  const characters = Array.from(prompt);
  const all = tokenizer.pieces(prompt);
  const kept = all.slice(0, tokenizer.length - 2);
  const ends = kept.reduce((most, { end }) => Math.max(most, end), 0);
  const truncated = all.length > kept.length
    ? { first_token_index: kept.length + 1, text_kept_characters: ends,
      dropped_text: characters.slice(ends, ends + DROPPED_CHARACTERS).join("") }
    : null;
  const words = kept.map(({ id, start, end }) => /** @type {Token} */ ({ text: characters.slice(start, end).join(""), id,
    kind: "word", start, end })
  );
  const last = words.at(-1)?.end ?? 0;
  const mark = (/** @type {"start" | "end"} */ kind, /** @type {number} */ id,
    /** @type {number} */ at) => /** @type {Token} */ ({ text: tokenizer.nameOf(id), id, kind, start: at, end: at });
  return { tokens: [mark("start", tokenizer.beginning, 0), ...words, mark("end", tokenizer.end, last)], truncated };
}
