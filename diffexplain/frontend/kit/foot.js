/** The foot of an explorer: a line of plain words and some numbers for what is on screen, in one place, always. */

import { h, setText, show } from "./dom.js";
import { fact } from "./parts.js";

/**
 * @template {string} Name
 * @param {Record<Name, string>} names  of the numbers, in order
 * @param {object} [options]
 * @param {Partial<Record<Name, string>>} [options.concepts]  classes of their colours
 * @param {Node[]} [options.beside]  after the numbers
 * @param {Node[]} [options.below]
 */
export function footOf(names, { concepts = {}, beside = [], below = [] } = {}) {
  const line = h("p", { role: "status", "aria-live": "polite" });
  const parts =
    /** @type {[Name, ReturnType<typeof fact>][]} */ (Object.entries(names).map((
      [key, name],
    ) => [key, fact({ name, concept: /** @type {Record<string, string>} */ (concepts)[key] })]));
  const facts = h("div", { class: "dx-facts" }, ...parts.map(([, part]) => part.element), ...beside);
  const tips = h("div", { class: "dx-tips" }, ...parts.map(([, part]) => part.tip));
  let told = /** @type {ReturnType<typeof fact> | null} */ (null);

  /** Says how a number comes about, until another is pointed at: there is room for one, below them all. @param {ReturnType<typeof fact> | null} wanted */
  function tell(wanted) {
    told = wanted;
    for (const [, part] of parts) {
      part.element.classList.toggle("dx-told", part === told);
      part.tip.classList.toggle("dx-on", part === told);
    }
  }
  for (const [, part] of parts) {
    for (const event of ["pointerenter", "focus", "click"]) part.element.addEventListener(event, () => tell(part));
  }

  return {
    element: h("div", { class: "dx-foot" }, line, facts, tips, ...below),
    /**
     * @param {string | null} sentence  null: what was said still holds
     * @param {Partial<Record<Name, [string, string]>>} values  of each number what it is and how it comes about; the others are not shown
     */
    draw(sentence, values) {
      if (sentence !== null) setText(line, sentence.replaceAll(" %", "\u00a0%")); // a number and its unit stay on one line
      show(Object.keys(values).length > 0, facts, tips);
      for (const [name, part] of parts) {
        const value = /** @type {[string, string] | undefined} */ (values[name]);
        show(value !== undefined, part.element, part.tip);
        if (value) part.set(...value);
      }
      if (told === null || told.element.hidden) tell(parts.find(([, { element }]) => !element.hidden)?.[1] ?? null);
    },
  };
}
