/**
 * Everything the page computes from the cosines: ranges, means, the loss. Pictures are rows, texts are columns, as in the model's own
 * `logits_per_image`; on screen the texts stand at the side, where they can be read.
 *
 * @import { Reading, Pairs } from "../../kit/pairs.js"
 */

import { ofPicture, ofText, rank } from "../../kit/pairs.js";

/** @param {import("./messages").Matrix} matrix @returns {Pairs} */
export function pairsOf({ cosines, temperature }) {
  return { cosines: cosines.data, pictures: cosines.shape[0], texts: cosines.shape[1], temperature };
}

/**
 * From which value to which the colours go. Shares go from 0 to 1; cosines in steps of 0.05 around what is there, from 0 where some
 * are negative: less than nothing in common is drawn as nothing in common, so that what is alike stands out.
 * @param {Pairs} pairs
 * @param {Reading} reading
 * @returns {[number, number]}
 */
export function range({ cosines, temperature }, reading) {
  if (reading === "softmax_rows" || reading === "softmax_columns") return [0, 1];
  const [low, high] = [Math.min(...Array.from(cosines)), Math.max(...Array.from(cosines))];
  const factor = reading === "scaled" ? temperature : 1;
  const to = Math.ceil(high * 20 - 1e-6) / 20;
  const from = Math.floor(low * 20 + 1e-6) / 20;
  return [factor * (from < 0 && to > 0 ? 0 : Math.min(from, to - 0.05)), factor * to];
}

/**
 * @typedef {object} Measures
 * @property {number} diagonal  mean cosine of picture k with text k
 * @property {number | null} beside  mean of all other cosines; null where there are none
 * @property {number} best  the highest cosine
 * @property {number} loss  CLIP's contrastive loss (Radford et al. 2021, figure 3): picture k belongs to text k
 * @property {number} chance  the loss of guessing
 * @property {number} paired  how many pictures have a text of their number
 * @property {number} picturesRight  how many of them are nearest to their own text
 * @property {number} textsRight  how many of those texts are nearest to their own picture
 */

/** @param {Pairs} pairs @returns {Measures} */
export function measure(pairs) {
  const { cosines, pictures, texts, temperature } = pairs;
  const all = Array.from(cosines);
  const own = Array.from({ length: Math.min(pictures, texts) }, (_, at) => [ofPicture(pairs, at), ofText(pairs, at)]);
  const sum = (/** @type {number[]} */ values) => values.reduce((total, value) => total + value, 0);
  const cost = (/** @type {number[]} */ line, /** @type {number} */ at) => {
    const top = Math.max(...line);
    return Math.log(sum(line.map((value) => Math.exp((value - top) * temperature)))) - (line[at] - top) * temperature;
  };
  const diagonal = sum(own.map(([line], at) => line[at]));
  const [paired, others] = [own.length, all.length - own.length];
  const right = (/** @type {0 | 1} */ side) => own.filter((lines, at) => rank(lines[side], at) === 1).length;
  return { diagonal: diagonal / paired, beside: others ? (sum(all) - diagonal) / others : null, best: Math.max(...all),
    loss: sum(own.flatMap((lines, at) => lines.map((line) => cost(line, at)))) / 2 / paired,
    chance: (Math.log(pictures) + Math.log(texts)) / 2, paired, picturesRight: right(0), textsRight: right(1) };
}

/** How sure a lead in cosine makes: exp(temperature * lead) to 1. @param {number} lead @param {number} temperature */
export const odds = (lead, temperature) => Math.exp(lead * temperature);

/** Moves a selection into a matrix that may have become smaller. @param {number[] | null | undefined} pair @param {Pick<Pairs, "pictures" | "texts">} pairs */
export function inside(pair, { pictures, texts }) {
  const [picture, text] = pair ?? [0, 0];
  const clip = (/** @type {number} */ at, /** @type {number} */ count) =>
    Math.max(0, Math.min(count - 1, at < 0 ? count + at : at));
  return [clip(picture, pictures), clip(text, texts)];
}

/**
 * A caption that is nearly right: the ground has another colour; where none is named, another picture's caption.
 * @param {string} caption
 * @param {string[]} grounds  names of ground colours in the caption's language
 * @param {string[]} others  captions to fall back on
 * @param {string[]} taken  texts that are there already
 */
export function wrongCaption(caption, grounds, others, taken) {
  const named = [...grounds].sort((a, b) => b.length - a.length).find((ground) =>
    caption.includes(`${ground} background`) || caption.includes(`${ground}色背景`)
  );
  const changed = named ? grounds.filter((ground) => ground !== named).map((ground) => withGround(caption, named, ground)) : [];
  return [...changed, ...others].find((text) => text !== caption && !taken.includes(text)) ?? others[0] ?? caption;
}

/** @param {string} caption @param {string} from @param {string} to */
function withGround(caption, from, to) {
  if (caption.includes(`${from}色背景`)) return caption.replace(`${from}色背景`, `${to}色背景`);
  const article = (/** @type {string} */ word) => (/^[aeiou]/.test(word) ? "an" : "a");
  return caption.replace(`on ${article(from)} ${from} background`, `on ${article(to)} ${to} background`).replace(
    `${from} background`,
    `${to} background`,
  );
}
