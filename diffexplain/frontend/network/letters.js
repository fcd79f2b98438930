/** A sentence as the tokenizer reads it: composed, with single spaces, in small letters; and where each of its letters comes from. */

export const SPACES = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"; // of Unicode; \s of JavaScript is another set
const IS_SPACE = new RegExp(`^[${SPACES}]$`, "u");
const TOGETHER = /[\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff]+|\P{M}\p{M}*|\p{M}+/gsu; // what may be composed into fewer letters

/**
 * @param {string} text
 * @param {number} offset  where it begins in the sentence
 * @returns {{ letters: string, starts: number[], ends: number[] }}  of each code unit of the letters, where in the sentence it begins and ends
 */
export function readable(text, offset) {
  const starts = /** @type {number[]} */ ([]), ends = /** @type {number[]} */ ([]);
  let letters = "", spaced = false;
  for (const { letter, start, end } of composed(text)) {
    const isSpace = IS_SPACE.test(letter);
    if (isSpace && spaced) {
      ends[ends.length - 1] = offset + end;
      continue;
    }
    spaced = isSpace;
    const small = isSpace ? " " : letter.toLowerCase(); // letter by letter: a sigma at the end of a word is not another letter
    letters += small;
    for (let unit = 0; unit < small.length; unit++) {
      starts.push(offset + start);
      ends.push(offset + end);
    }
  }
  return { letters, starts, ends };
}

/** Composed letters (NFC), and where they stand. @param {string} text */
function composed(text) {
  const parts = text.match(TOGETHER) ?? [];
  const whole = text.normalize("NFC");
  const apart = parts.map((part) => part.normalize("NFC")).join("") === whole;
  let at = 0;
  return (apart ? parts : [text]).flatMap((part) => {
    const start = at, count = Array.from(part).length;
    at += count;
    const found = Array.from(part.normalize("NFC"));
    return found.map(
      (letter, number) =>
        found.length === count || number + 1 < found.length
          ? { letter, start: start + number, end: start + number + 1 }
          : { letter, start: start + number, end: found.length === 1 ? start + 1 : at }, // marks that went into a letter stand nowhere
    );
  });
}
