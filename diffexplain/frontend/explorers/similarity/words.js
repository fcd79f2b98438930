/** Plain words and numbers for the selected pair and for the whole batch. */

import { figure, fixed } from "../../kit/format.js";
import { ofPicture, ofText, rank } from "../../kit/pairs.js";

/**
 * @param {import("./text.js").Text} text
 * @param {import("../../kit/pairs.js").Pairs} pairs
 * @param {import("./derive.js").Measures} measures
 * @param {number[]} pair
 */
export function describe({ line, sentences }, pairs, measures, [picture, at]) {
  const [byPicture, byText] = [ofPicture(pairs, picture), ofText(pairs, at)];
  const [byTextRank, byPictureRank] = [rank(byPicture, at), rank(byText, picture)];
  const ranks = byTextRank === 1 && byPictureRank === 1
    ? line.bestOfBoth
    : line.ranks(byTextRank, pairs.texts, byPictureRank, pairs.pictures);
  return sentences([line.pair(picture, at, fixed(byPicture[at])), ranks, line.found(measures.picturesRight, measures.paired)]);
}

/** @param {import("./text.js").Text} text @param {import("../../kit/pairs.js").Pairs} pairs @param {import("./derive.js").Measures} measures @returns {Record<string, [string, string]>} */
export function numbers({ formulas, pair: words }, { temperature },
  { diagonal, beside, loss, chance, picturesRight, textsRight, paired })
{
  return { diagonal: [fixed(diagonal), formulas.diagonal], beside: [beside === null ? "–" : fixed(beside), formulas.beside],
    loss: [formulas.lossValue(figure(loss), figure(chance)), formulas.loss(figure(chance))],
    temperature: [figure(temperature), formulas.temperature], pictures: [words.place(picturesRight, paired), formulas.right],
    texts: [words.place(textsRight, paired), formulas.right] };
}
