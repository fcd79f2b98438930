/** Why a cosine of 0.3 can be a sure thing: the softmax over one picture's texts at any temperature. */

import { sliderControl } from "../../kit/controls.js";
import { h, setText } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { figure, percent } from "../../kit/format.js";
import { meter } from "../../kit/parts.js";
import { odds, ofPicture, softmax } from "./derive.js";
import { tile } from "./pictures.js";
import { cosineWords } from "./text.js";

const LEAD = 0.1;
const ROWS = 12;

/**
 * @param {import("./text.js").Text} text
 * @param {ReturnType<typeof import("./pictures.js").album>} album
 * @param {(temperature: number | null) => void} onTemperature  null for the model's own
 */
export function createTemperature(text, album, onTemperature) {
  const words = text.temperature;
  const line = prose();
  const other = prose();
  const slider = sliderControl({ label: words.slider, hint: words.sliderHint, min: 1, max: 100, step: 1,
    show: (value) => figure(value), onChange: onTemperature });
  slider.element.classList.add("dx-wide");
  const own = h("button", { type: "button", class: "dx-button", onclick: () => onTemperature(null) });
  const picture = tile(72);
  const title = h("strong", {});
  const lead = h("small", {});
  const bars = h("div", { class: "dx-bars" });
  const element = h("div", {}, line, h("div", { class: "dx-row dx-spaced" }, slider.element, own),
    h("div", { class: "dx-row dx-spaced" }, picture, h("div", { class: "dx-fills" }, title, bars, lead)), other);

  /**
   * @param {import("./derive.js").Pairs} pairs
   * @param {number} picture_  whose texts are shown
   * @param {number | null} temperature  null for the model's own
   * @param {{ texts: string[], reference: string, thumbnails: Record<string, any> }} shown
   */
  function draw(pairs, picture_, temperature, { texts, reference, thumbnails }) {
    const now = temperature ?? pairs.temperature;
    const [modelOdds, clipOdds] = [odds(LEAD, pairs.temperature), odds(LEAD, 100)].map(words.odds);
    setText(line, words.line(figure(pairs.temperature), String(LEAD), modelOdds));
    setText(other, words.other(clipOdds));
    slider.set(now);
    setText(own, words.own(figure(pairs.temperature)));
    own.disabled = temperature === null;
    Object.assign(picture.style, album.style(reference, thumbnails));
    setText(title, words.column(picture_));
    const cosines = ofPicture(pairs, picture_);
    const shares = softmax(cosines.map((value) => value * now));
    const order = cosines.map((_, at) => at).sort((a, b) => cosines[b] - cosines[a]);
    bars.replaceChildren(
      ...order.slice(0, ROWS).flatMap((
        at,
      ) => [h("span", { class: "dx-ellipsis dx-text", title: texts[at] ?? "" }, texts[at] ?? ""),
        h("span", { class: "dx-number" }, cosineWords(cosines[at])),
        meter(shares[at], words.bar(cosineWords(cosines[at]), shares[at])), h("b", { class: "dx-number" }, percent(shares[at]))]
      ),
    );
    const gap = order.length > 1 ? cosines[order[0]] - cosines[order[1]] : null;
    setText(lead, gap === null ? "" : words.lead(cosineWords(gap), words.odds(odds(gap, now))));
  }

  return { element, draw };
}
