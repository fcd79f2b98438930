/**
 * A known word put into a prompt so that what comes out is a caption as the model was trained on: a thing after a style or a place, the
 * style before its thing, the ground behind everything. Prompts that stand side by side are parted by `|`.
 *
 * @typedef {{ en: string, zh: string }} Both
 * @typedef {object} Known
 * @property {string} kind  "core" or "thing"; "style", "place", "ground"
 * @property {Both} name  by itself: "owl"
 * @property {Both} phrase  as a caption has it: "an owl"; with `…` where another thing goes
 */

const GAP = "…";
const ARTICLE = { en: /(?:^|(?<=\s))an?\s*$/i, zh: /一[只个]$/ };

/** The language of a prompt: that of its letters; an empty one is in the page's. @param {string} prompt @param {string} language @returns {keyof Both} */
export const tongueOf = (prompt, language) =>
  /[\u4e00-\u9fff]/.test(prompt) || (prompt.trim() === "" && language === "zh") ? "zh" : "en";

/**
 * Where the caret touches one of some words: the selection from its beginning to its end.
 * @param {string} line
 * @param {[number, number]} selection
 * @param {string[]} words
 * @returns {[number, number]}
 */
export function touched(line, [start, end], words) {
  if (start !== end) return [start, end];
  for (const word of words) {
    for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1))
      if (at <= start && start <= at + word.length) return [at, at + word.length];
  }
  return [start, end];
}

/**
 * @param {string} line
 * @param {[number, number]} selection  what is selected gives way to the word
 * @param {Known} word
 * @param {Known[]} all
 * @param {string} language  of the page
 * @returns {{ line: string, caret: number }}
 */
export function withWord(line, [start, end], word, all, language) {
  const from = start > 0 ? line.lastIndexOf("|", start - 1) + 1 : 0;
  const to = line.indexOf("|", end) < 0 ? line.length : line.indexOf("|", end);
  const part = line.slice(from, to);
  const prompt = part.trim();
  const offset = from + (prompt ? part.indexOf(prompt) : part.length);
  const within = (/** @type {number} */ at) => Math.max(0, Math.min(at - offset, prompt.length));
  const tongue = tongueOf(prompt, language);
  const known = { thing: names(all, ["core", "thing"], tongue), style: phrases(all, "style", tongue),
    place: phrases(all, "place", tongue).map((phrase) => phrase.split(GAP)[0]), ground: phrases(all, "ground", tongue) };
  const put = putInto(prompt, [within(start), within(end)], word, known, tongue);
  return { line: line.slice(0, offset) + put.line + line.slice(offset + prompt.length), caret: offset + put.caret };
}

/** @param {Known[]} all @param {string[]} kinds @param {keyof Both} tongue */
const names = (all, kinds, tongue) => all.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name[tongue]);
/** @param {Known[]} all @param {string} wanted @param {keyof Both} tongue */
const phrases = (all, wanted, tongue) => all.filter(({ kind }) => kind === wanted).map(({ phrase }) => phrase[tongue]);

/**
 * @param {string} prompt
 * @param {[number, number]} selection
 * @param {Known} word
 * @param {{ thing: string[], style: string[], place: string[], ground: string[] }} known
 * @param {keyof Both} tongue
 */
function putInto(prompt, [start, end], { kind, name, phrase }, known, tongue) {
  const [opening, closing = ""] = phrase[tongue].split(GAP);
  const join = (/** @type {string} */ before, /** @type {string} */ text, /** @type {string} */ after) =>
    joined(before, text, closing + after, tongue);
  const chosen = start !== end;
  const ground = known.ground.map((one) => ({ one, at: prompt.indexOf(one) })).find(({ at }) => at >= 0);
  if (kind === "ground" && !chosen) {
    return ground
      ? join(prompt.slice(0, ground.at), opening, prompt.slice(ground.at + ground.one.length))
      : join(prompt, prompt ? opening : opening.replace(/^，/, ""), "");
  }
  if (kind === "style" && !chosen) {
    const at = lastOf(prompt.slice(0, Math.max(start, 1)), prompt, known.thing);
    const before = prompt.slice(0, at).replace(/\ban?(\s+)$/i, /^[aeiou]/.test(opening) ? "an$1" : "a$1");
    return join(before, opening, prompt.slice(at));
  }
  const at = ground && !chosen ? Math.min(start, ground.at) : start;
  const [before, after] = [prompt.slice(0, at), prompt.slice(chosen ? end : at)];
  if (kind === "place" || kind === "style" || kind === "ground") return join(before, opening, after);
  const bare = before.trimEnd();
  const ends = (/** @type {string[]} */ list) => list.some((one) => bare.endsWith(one));
  if (ends(known.style)) return join(before, name[tongue], after);
  if (ARTICLE[tongue].test(before)) return join(before.replace(ARTICLE[tongue], ""), opening, after);
  return join(before, chosen || bare === "" || ends(known.place) ? opening : joined(known.place[0], opening, "", tongue).line,
    after);
}

/** Where the last of some names begins, up to a place; else that place. @param {string} before @param {string} prompt @param {string[]} names */
function lastOf(before, prompt, names) {
  const ends = names.flatMap((name) => {
    const at = prompt.lastIndexOf(name, before.length);
    return at >= 0 && !/[a-z]/i.test(prompt[at - 1] ?? "") ? [{ at, end: at + name.length }] : [];
  });
  ends.sort((one, other) => other.end - one.end || one.at - other.at);
  return ends[0]?.at ?? before.length;
}

/** @param {string} before @param {string} text @param {string} after @param {keyof Both} tongue */
function joined(before, text, after, tongue) {
  if (tongue === "zh") return { line: before + text + after, caret: before.length + text.length };
  const first = before.trim() ? `${before.trimEnd()} ${text}` : text;
  const last = after.trimStart();
  return { line: last === "" || /^[,.;!?]/.test(last) ? first + last : `${first} ${last}`, caret: first.length };
}
