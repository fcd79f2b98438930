/** Why a cosine of 0.3 can be a sure thing: the softmax over one picture's texts at any temperature. */

import { sliderControl } from "../../kit/controls.js";
import { h, setText } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { figure, fixed, percent } from "../../kit/format.js";
import { ofPicture, shares } from "../../kit/pairs.js";
import { meter } from "../../kit/parts.js";
import { odds } from "./derive.js";
import { tile } from "./pictures.js";

const LEAD = 0.1;
const ROWS = 12;

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {import("./pictures.js").Album} album
 */
export function createTemperature({ text, chosen, choose }, album) {
  const words = text.temperature;
  const [line, other] = [prose(), prose()];
  const slider = sliderControl({ label: words.slider, hint: words.sliderHint, min: 1, max: 100, step: 1,
    show: (value) => figure(value), onChange: (temperature) => choose({ temperature }) });
  slider.element.classList.add("dx-wide");
  const own = h("button", { type: "button", class: "dx-button", onclick: () => choose({ temperature: null }) });
  const sprite = tile(72);
  const [title, bars, lead] = [h("strong", {}), h("div", { class: "dx-bars" }), h("small", {})];
  const element = h("div", {}, line, h("div", { class: "dx-row dx-spaced" }, slider.element, own),
    h("div", { class: "dx-row dx-spaced" }, sprite, h("div", { class: "dx-fills" }, title, bars, lead)), other);

  /** @param {import("./index.js").Now} now */
  function draw({ content, pairs, picture }) {
    if (!content?.matrix || !pairs) return;
    const { texts, pictures } = content.matrix.request;
    const { temperature } = chosen.get(); // null: the model's own
    const now = temperature ?? pairs.temperature;
    const [modelOdds, clipOdds] = [odds(LEAD, pairs.temperature), odds(LEAD, 100)].map(words.odds);
    setText(line, words.line(figure(pairs.temperature), String(LEAD), modelOdds));
    setText(other, words.other(clipOdds));
    slider.set(now);
    setText(own, words.own(figure(pairs.temperature)));
    own.disabled = temperature === null;
    album.paint(sprite, pictures[picture]);
    setText(title, words.column(picture));
    const cosines = ofPicture(pairs, picture);
    const parts = shares(cosines, now);
    const order = cosines.map((_, at) => at).sort((a, b) => cosines[b] - cosines[a]);
    bars.replaceChildren(
      ...order.slice(0, ROWS).flatMap((
        at,
      ) => [h("span", { class: "dx-ellipsis dx-text", title: texts[at] ?? "" }, texts[at] ?? ""),
        h("span", { class: "dx-number" }, fixed(cosines[at])), meter(parts[at], words.bar(fixed(cosines[at]), parts[at])),
        h("b", { class: "dx-number" }, percent(parts[at]))]
      ),
    );
    const gap = order.length > 1 ? cosines[order[0]] - cosines[order[1]] : null;
    setText(lead, gap === null ? "" : words.lead(fixed(gap), words.odds(odds(gap, now))));
  }

  return { element, draw };
}
