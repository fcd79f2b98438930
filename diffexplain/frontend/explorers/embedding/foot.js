/** What this map keeps and what it doesn't, and the gap between texts and pictures as numbers. Chosen from what was measured. */

import { h, setText, show } from "../../kit/dom.js";
import { percent } from "../../kit/format.js";
import { fact } from "../../kit/parts.js";
import { spoken } from "../../kit/words.js";

const APART = 0.6; // of what chance would mix: below it the kinds keep to themselves

/** @param {import("./text.js").Text} text @param {string} language @param {() => void} onShowGap */
export function createFoot(text, language, onShowGap) {
  const words = text.foot;
  const line = h("p", { role: "status" });
  const gap = fact({ name: words.facts.gap });
  const pairs = fact({ name: words.facts.pairs });
  const pictures = fact({ name: words.facts.pictures, concept: "dx-signal" });
  const texts = fact({ name: words.facts.texts, concept: "dx-text" });
  const strangers = fact({ name: words.facts.strangers });
  const look = h("button", { type: "button", class: "dx-back-link", onclick: onShowGap }, words.showGap);
  const facts = h("div", { class: "dx-facts" }, ...[gap, pairs, pictures, texts, strangers].map((part) => part.element), look);
  const element = h("div", { class: "dx-foot" }, line, facts);

  /** @param {import("./runs.js").MapData} map @param {string} projection */
  function sentence(map, projection) {
    const kept = projection === "pca"
      ? words.pca((map.shares.data[0] ?? 0) + (map.shares.data[1] ?? 0), map.width)
      : projection === "gap" && map.gap
      ? words.gap
      : words.umap;
    if (!map.gap) return kept;
    const { mixed, mixed_closed: after, chance } = map.gap;
    if (projection === "closed")
      return (after < 0.9 * chance ? words.closed : words.closedMore)(percent(mixed), percent(after));
    return text.sentences([(mixed < APART * chance ? words.apart : words.mixed)(percent(mixed), percent(chance)), kept]);
  }

  return {
    element,
    /** @param {import("./runs.js").MapData | null} map @param {string} projection @param {boolean} shown  the gap's line */
    draw(map, projection, shown) {
      if (!map) return;
      setText(line, text.sentences([spoken(map.note, language), sentence(map, projection)]));
      show(map.gap !== null, facts);
      show(!shown, look);
      if (!map.gap) return;
      const value = (/** @type {number | null} */ number) => (number === null ? "–" : text.cosine(number));
      gap.set(value(map.gap.length), words.formulas.gap);
      pairs.set(value(map.gap.pairs), words.formulas.pairs);
      pictures.set(value(map.gap.among_pictures), words.formulas.pictures);
      texts.set(value(map.gap.among_texts), words.formulas.texts);
      strangers.set(value(map.gap.strangers), words.formulas.strangers);
    },
  };
}
