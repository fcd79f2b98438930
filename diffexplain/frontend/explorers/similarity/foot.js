/** Words and numbers for the selected pair and for the whole batch, in one place. */

import { h, setText } from "../../kit/dom.js";
import { figure } from "../../kit/format.js";
import { fact } from "../../kit/parts.js";
import { ofPicture, ofText, rank } from "./derive.js";
import { cosineWords } from "./text.js";

/** @param {import("./text.js").Text} text */
export function createFoot(text) {
  const line = h("p", { role: "status", "aria-live": "polite" });
  const { facts: names, formulas } = text;
  const facts = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, fact({ name })]));
  const element = h("div", { class: "dx-foot" }, line,
    h("div", { class: "dx-facts" }, ...Object.values(facts).map((one) => one.element)));

  /**
   * @param {import("./derive.js").Pairs} pairs
   * @param {import("./derive.js").Measures} measures
   * @param {number[]} pair
   */
  function draw(pairs, measures, [picture, at]) {
    const [byPicture, byText] = [ofPicture(pairs, picture), ofText(pairs, at)];
    const [byTextRank, byPictureRank] = [rank(byPicture, at), rank(byText, picture)];
    const ranks = byTextRank === 1 && byPictureRank === 1
      ? text.line.bestOfBoth
      : text.line.ranks(byTextRank, pairs.texts, byPictureRank, pairs.pictures);
    setText(line,
      text.sentences([text.line.pair(picture, at, cosineWords(byPicture[at])), ranks,
        text.line.found(measures.picturesRight, measures.paired)]));
    facts.diagonal.set(cosineWords(measures.diagonal), formulas.diagonal);
    facts.beside.set(measures.beside === null ? "–" : cosineWords(measures.beside), formulas.beside);
    facts.loss.set(formulas.lossValue(figure(measures.loss), figure(measures.chance)), formulas.loss(figure(measures.chance)));
    facts.temperature.set(figure(pairs.temperature), formulas.temperature);
    facts.pictures.set(text.pair.place(measures.picturesRight, measures.paired), formulas.right);
    facts.texts.set(text.pair.place(measures.textsRight, measures.paired), formulas.right);
  }

  return { element, draw };
}
