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
  return {
    element: h("div", { class: "dx-foot" }, line, facts, ...below),
    /**
     * @param {string | null} sentence  null: what was said still holds
     * @param {Partial<Record<Name, [string, string]>>} values  of each number what it is and how it comes about; the others are not shown
     */
    draw(sentence, values) {
      if (sentence !== null) setText(line, sentence);
      show(Object.keys(values).length > 0, facts);
      for (const [name, part] of parts) {
        const value = /** @type {[string, string] | undefined} */ (values[name]);
        show(value !== undefined, part.element);
        if (value) part.set(...value);
      }
    },
  };
}
