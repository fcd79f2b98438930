/** All steps at once: the predicted picture, the chosen words' map, the player. */

import { h, setText, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { scrubber } from "../../kit/player.js";
import { shareRaster } from "./colours.js";
import { extent, nearestOf, rowsOf } from "./derive.js";
import { fieldAt, mapOf, pictureOf, remembered, toldSteps } from "./view.js";

/**
 * @param {import("./text.js").Text} text
 * @param {ReturnType<typeof import("../../kit/text.js").words>} kit
 * @param {{ onSelect: (index: number) => void, onPlay: () => void, onCancel: () => void, onRunAgain: () => void }} on
 */
export function createTimeline(text, kit, { onSelect, onPlay, onCancel, onRunAgain }) {
  const words = text.timeline;
  const pictures = filmStrip({ ...words.picture, concept: "dx-signal", pixelated: false, onSelect });
  const maps = filmStrip({ ...words.map, concept: "dx-text", pixelated: true, onSelect });
  const slider = scrubber({ label: words.scrub, onInput: onSelect });
  const play = h("button", { type: "button", class: "dx-button", onclick: onPlay });
  const cancel = h("button", { type: "button", class: "dx-button", onclick: onCancel, hidden: true }, kit.cancel);
  const again = h("button", { type: "button", class: "dx-button", onclick: onRunAgain, hidden: true }, kit.again);
  const mapName = h("span", {});
  maps.name.replaceChildren(mapName, h("small", {}, words.map.note));
  const element = h("div", { class: "dxa-timeline" }, pictures.name, pictures.film, maps.name, maps.film,
    h("div", { class: "dxa-transport" }, play, cancel, again), slider.element);

  /**
   * @param {import("./view.js").View} view
   * @param {{ playing: boolean, busy: boolean, failed: boolean, canRun: boolean }} player
   */
  function draw(view, { playing, busy, failed, canRun }) {
    const { content, count, index, half, layer, head, entries, picked, old, whole } = view;
    element.classList.toggle("dxa-whole", whole);
    const names = text.quoted(picked.map((at) => text.wordName(entries[at].word)));
    setText(mapName, names || words.map.label);
    if (content?.begin) {
      const [height, width] = content.begin.picture_size;
      element.style.setProperty("--ratio", String(width / height));
      const rows = rowsOf(entries, picked);
      const steps = toldSteps(content, layer);
      const found = remembered(content, `film ${half} ${layer} ${head} ${rows}`, () =>
        steps.map((at) => {
          const field = fieldAt(content, half, at, layer, head);
          return field && { field, map: mapOf(field, rows) };
        }));
      const { low, high } = remembered(found, "extent", () => {
        const each = found.flatMap((/** @type {any} */ one) => (one ? [extent(one.map)] : []));
        return { low: Math.min(...each.map((/** @type {any} */ one) => one.low)),
          high: Math.max(...each.map((/** @type {any} */ one) => one.high)) };
      });
      pictures.draw(count, index, (at) => {
        const frame = pictureOf(content, at);
        return frame && { ...frame, old };
      }, words.pictureWords(count));
      maps.draw(count, index, (at) => {
        const place = steps.indexOf(at <= (steps.at(-1) ?? -1) ? nearestOf(steps, at) : -1);
        const one = found[place];
        return one
          ? {
            raster: remembered(found, `raster ${place}`, () =>
              shareRaster(one.map, one.field.height, one.field.width, low, high)),
            old,
          }
          : null;
      }, words.mapWords(names, count));
      setText(/** @type {HTMLElement} */ (maps.name.querySelector("small")),
        steps.length < content.steps.length ? words.map.some(steps.length) : words.map.note);
    }
    slider.set(index, count, words.stepWords(index, count));
    setText(play, playing ? `❚❚ ${kit.pause}` : `▶ ${kit.play}`);
    play.disabled = count < 2;
    show(!busy && !failed, play);
    show(busy, cancel);
    show(failed && canRun && !busy, again);
  }

  return { element, draw };
}
