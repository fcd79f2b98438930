/**
 * Words in the reader's language. English stands in the code and is the key of the catalogues (diffexplain/i18n), as gettext does.
 *
 * @typedef {Record<string, Record<string, string[]>>} Catalogues  language -> English text -> its forms
 * @typedef {import("./protocol.js").Spoken} Spoken
 * @typedef {ReturnType<typeof translator>} Translator
 */

/** What each language calls itself. */
export const LANGUAGES =
  /** @type {Record<string, { name: string, tag: string }>} */ ({ en: { name: "English", tag: "en" },
    zh: { name: "中文", tag: "zh-Hans" } });

/**
 * @param {string} template
 * @param {Record<string, any>} values
 */
const fill = (template, values) =>
  template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/**
 * The functions that an explorer's `words` are made with. What a catalogue lacks is said in English.
 * @param {Catalogues} catalogues
 * @param {string} language
 */
export function translator(catalogues, language) {
  const forms = catalogues[language] ?? {};
  /** A text with `{placeholders}`; a literal, or the catalogue doesn't find it. @param {string} text @param {Record<string, any>} [values] */
  const say = (text, values = {}) => fill(forms[text]?.[0] ?? text, values);
  return {
    language,
    say,
    /** The same for a number of things, which is `{count}` in it. @param {string} one @param {string} many @param {number} count @param {Record<string, any>} [values] */
    plural(one, many, count, values = {}) {
      const known = forms[one] ?? [one, many];
      return fill(known[count === 1 ? 0 : known.length - 1], { count, ...values });
    },
    /** With the separators of the language. @param {number} value */
    number: (value) => value.toLocaleString(LANGUAGES[language]?.tag ?? "en"),
    /** Sentences one after the other. @param {(string | null | undefined)[]} list */
    sentences: (list) =>
      list.reduce(
        (/** @type {string} */ first,
          second) => (first && second ? say("{first} {second}", { first, second }) : first || second || ""),
        "",
      ),
  };
}

/** Why a value was refused, with what the page calls its field. @param {{ field: string, message: Spoken }} refused @param {string} language @param {string} label */
export const refusal = ({ message }, language, label) => spoken(message, language).replaceAll("{field}", `“${label}”`);

/** What Python has said in all languages, in one of them. @param {Spoken} words @param {string} language */
export const spoken = (words, language) => (typeof words === "string" ? words : (words[language] ?? words.en ?? ""));
