/**
 * The bundled model's tokenizer, from its tokenizer.json: a sentence becomes the same ids as in Python.
 *
 * @typedef {object} TokenizerFile  what is read of tokenizer.json
 * @property {{ id: number, content: string }[]} added_tokens  the marks of beginning and end
 * @property {{ cls: [string, number], sep: [string, number] }} post_processor
 * @property {{ vocab: Record<string, number>, merges: [string, string][], end_of_word_suffix: string, unk_token: string }} model
 *
 * @typedef {{ id: number, start: number, end: number }} Piece  where a token stands in the sentence, in characters (an emoji counts one)
 */
import { joined } from "./byte_pairs.js";
import { readable, SPACES } from "./letters.js";

const WORDS = `'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^${SPACES}\\p{L}\\p{N}]+`;
const WORD = new RegExp(WORDS, "gu");
const UTF8 = new TextEncoder();
const HALF_A_LETTER = /\p{Surrogate}/gu; // of a pair, without the other one

/** Each byte as a letter that can be seen: those of Latin-1 that can be are themselves, the others follow in order (Radford et al. 2019). */
const LETTER_OF_BYTE = (() => {
  const isSeen = (/** @type {number} */ byte) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let hidden = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isSeen(byte) ? byte : hidden++));
})();

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A sentence's ids, as the pipeline asks for them, and where each stands. */
export class Tokenizer {
  /**
   * @param {TokenizerFile} file  tokenizer.json
   * @param {number} length  ids of a sentence, with both marks; longer ones are cut, shorter ones filled up
   */
  constructor({ added_tokens: marks, post_processor: around, model }, length) {
    this.length = length;
    this.beginning = around.cls[1];
    this.end = around.sep[1];
    this.vocabulary = new Map(Object.entries(model.vocab));
    this.ranks = new Map(model.merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
    this.suffix = model.end_of_word_suffix;
    this.marks = new Map(marks.map(({ id, content }) => [content, id]));
    this.unknown = this.marks.get(model.unk_token) ?? this.vocabulary.get(model.unk_token) ?? this.end;
    const written = marks.map(({ content }) => escaped(content)).join("|");
    this.marked = new RegExp(`(${written})`, "u");
    this.split = new RegExp(`${written}|${WORDS}`, "gu"); // a mark in capitals is none, but stands apart from what is around it
  }

  /** How a mark is written. @param {number} id */
  nameOf(id) {
    return [...this.marks].find(([, mark]) => mark === id)?.[0] ?? "";
  }

  /** All ids of a sentence, without marks around it. @param {string} text */
  encode(text) {
    return this.pieces(text).map(({ id }) => id);
  }

  /**
   * The same, each with where it stands in the sentence, in characters.
   * @param {string} text
   * @returns {Piece[]}
   */
  pieces(text) {
    let at = 0;
    return text.replace(HALF_A_LETTER, "\ufffd").split(this.marked).flatMap((part) => {
      const start = at;
      at += Array.from(part).length;
      const mark = this.marks.get(part);
      return mark === undefined ? this.#words(part, start) : [{ id: mark, start, end: at }];
    });
  }

  /** As many ids as the text encoder takes: the beginning, the sentence as far as it has room, ends. @param {string} text */
  padded(text) {
    const ids = new Int32Array(this.length).fill(this.end);
    ids[0] = this.beginning;
    ids.set(this.encode(text).slice(0, this.length - 2), 1);
    return ids;
  }

  /** @param {string} text @param {number} offset  where it begins in the sentence */
  #words(text, offset) {
    const { letters, starts, ends } = readable(text, offset);
    return [...letters.matchAll(this.split)].flatMap(({ 0: part, index: from }) =>
      [...part.matchAll(WORD)].flatMap(({ 0: word, index }) => this.#cut(word, from + index, starts, ends))
    );
  }

  /**
   * @param {string} word
   * @param {number} at  where it begins among the letters
   * @param {number[]} starts  of each letter
   * @param {number[]} ends
   * @returns {Piece[]}
   */
  #cut(word, at, starts, ends) {
    const places = Array.from(word).flatMap((letter) => {
      const place = at;
      at += letter.length;
      return Array(UTF8.encode(letter).length).fill(place); // of each byte
    });
    const symbols = Array.from(UTF8.encode(word), (byte) => LETTER_OF_BYTE[byte]);
    symbols[symbols.length - 1] += this.suffix;
    const pieces = joined(symbols, (left, right) => this.ranks.get(`${left} ${right}`));
    let byte = 0;
    return pieces.map((piece, number) => {
      const first = byte;
      byte += piece.length - (number === pieces.length - 1 ? this.suffix.length : 0);
      return { id: this.vocabulary.get(piece) ?? this.unknown, start: starts[places[first]], end: ends[places[byte - 1]] };
    });
  }
}
