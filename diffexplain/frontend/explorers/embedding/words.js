/** What this map keeps and what it doesn't, and the gap between texts and pictures as numbers. Chosen from what was measured. */

import { percent } from "../../kit/format.js";
import { spoken } from "../../kit/words.js";

const APART = 0.6; // of what chance would mix: below it the kinds keep to themselves

/**
 * @param {import("./text.js").Text} text
 * @param {string} language
 * @param {import("./messages").Map} map
 * @param {string} projection
 */
export const describe = (text, language, map, projection) =>
  text.sentences([spoken(map.note, language), kept(text, map, projection)]);

/** @param {import("./text.js").Text} text @param {import("./messages").Map} map @param {string} projection */
function kept({ foot: words, sentences }, map, projection) {
  const line = projection === "pca"
    ? words.pca((map.shares.data[0] ?? 0) + (map.shares.data[1] ?? 0), map.width)
    : projection === "gap" && map.gap
    ? words.gap
    : words.umap;
  if (!map.gap) return line;
  const { mixed, mixed_closed: after, chance } = map.gap;
  if (projection === "closed") return (after < 0.9 * chance ? words.closed : words.closedMore)(percent(mixed), percent(after));
  return sentences([(mixed < APART * chance ? words.apart : words.mixed)(percent(mixed), percent(chance)), line]);
}

/** @param {import("./text.js").Text} text @param {import("./messages").Map} map @returns {Record<string, [string, string]>} */
export function numbers({ foot: { formulas }, cosine }, { gap }) {
  if (!gap) return {};
  const value = (/** @type {number | null} */ number) => (number === null ? "–" : cosine(number));
  return { gap: [value(gap.length), formulas.gap], pairs: [value(gap.pairs), formulas.pairs],
    pictures: [value(gap.among_pictures), formulas.pictures], texts: [value(gap.among_texts), formulas.texts],
    strangers: [value(gap.strangers), formulas.strangers] };
}
