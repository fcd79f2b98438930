/** All steps at once: the predicted picture, the chosen words' map, the player. */

import { h, setText } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { remembered } from "../../kit/memo.js";
import { playerRow } from "../../kit/player.js";
import { shareRaster } from "../../kit/shares.js";
import { fromEnd } from "../../kit/shown.js";
import { extent } from "../../kit/tensors.js";
import { nearestOf, rowsOf } from "./derive.js";
import { fieldAt, mapOf, pictureOf, toldSteps } from "./view.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => import("./view.js").View} view
 */
export function createTimeline(page, view) {
  const { text, choose } = page;
  const words = text.timeline;
  const player = playerRow(page, { label: words.scrub, at: view,
    select: (index) => choose({ step: fromEnd(index, view().count), over: "step" }) });
  const pictures = filmStrip({ ...words.picture, concept: "dx-signal", pixelated: false, onSelect: player.byHand });
  const maps = filmStrip({ ...words.map, concept: "dx-text", pixelated: true, onSelect: player.byHand });
  const mapName = h("span", {});
  maps.name.replaceChildren(mapName, h("small", {}, words.map.note));
  const element = h("div", { class: "dx-timeline" }, pictures.name, pictures.film, maps.name, maps.film, ...player.elements);

  /** @param {import("./view.js").View} now */
  function draw({ content, count, index, half, layer, head, entries, picked, old, whole }) {
    element.classList.toggle("dx-whole", whole);
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
    player.draw(words.stepWords(index, count));
  }

  return { element, draw, keys: player.keys };
}
