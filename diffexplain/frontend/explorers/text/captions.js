/** Captions that were found, as bars of their cosines; and the sum of sentences with what it arrives at. */

import { textControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { fixed } from "../../kit/format.js";
import { verdictOf } from "./derive.js";

/** @typedef {import("./messages").Caption} Caption */

/** A heading and the captions below it, each with a bar. @param {import("./text.js").Text} text */
export function captionList(text) {
  const heading = h("b", { class: "dx-ellipsis" });
  const list = h("ol", { class: "dx-captions" });
  let drawn = /** @type {Caption[] | null} */ (null);
  return {
    element: h("section", { class: "dx-list" }, heading, list),
    /** @param {string} title @param {Caption[]} captions */
    draw(title, captions) {
      setText(heading, title);
      heading.title = title;
      if (captions === drawn) return;
      drawn = captions;
      list.replaceChildren(...captions.map(({ text: caption, cosine }) => {
        const fill = h("span", { class: "dx-fill" });
        fill.style.width = `${100 * Math.max(0, cosine)}%`;
        return h("li", { title: text.sum.one(caption, fixed(cosine)) },
          h("span", { class: "dx-ellipsis" }, text.quote(caption)), h("span", { class: "dx-room" }, fill),
          h("b", {}, fixed(cosine)));
      }));
    },
  };
}

/** Arithmetic. @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createSum({ text, constants, write }) {
  const words = text.sum;
  const control = textControl({ ...text.controls.arithmetic, className: "dx-wide", pause: 900,
    maxLength: constants("_controls").limits.text, onChange: (value) => write("arithmetic", value) });
  const line = h("p", { class: "dx-prose" }, words.line);
  const [verdict, told, why] = [h("b", {}), h("ul", { class: "dx-terms" }), h("p", { class: "dx-prose" }, words.why)];
  const said = h("div", { role: "status" }, verdict, told, why);
  const [before, after] = [captionList(text), captionList(text)];
  const both = h("div", { class: "dx-two" }, before.element, after.element);
  return {
    control,
    element: h("div", {}, line, control.element, said, both),
    /** @param {import("./derive.js").View} view */
    draw({ content: { summed } }) {
      const how = summed && verdictOf(summed);
      show(summed !== null, both);
      show(how !== null && how !== "alone", told, after.element);
      show(how === "failed", why);
      if (!summed || !how) return setText(verdict, words.empty);
      const { terms, stays, after: found, count, place, first } = summed;
      const parts = terms.map(({ sign, text: term, before: was, after: now }, at) =>
        at || sign < 0
          ? words.term(sign, text.quote(term), was, now, found.length)
          : stays.length
          ? words.stays(text.list(stays.map(text.quote)), was, now, found.length)
          : ""
      );
      setText(verdict, how === "alone" ? words.alone : words[how]({ caption: text.quote(first?.text ?? ""), place, count }));
      told.replaceChildren(...parts.filter(Boolean).map((part) => h("li", {}, part)));
      before.draw(words.before(terms[0].text), summed.before);
      after.draw(words.after, summed.after);
    },
  };
}
