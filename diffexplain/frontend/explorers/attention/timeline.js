/** All steps at once: the predicted picture, the chosen words' map, the player. */

import { h, setText } from "../../kit/dom.js";
import { aged, filmStrip } from "../../kit/film.js";
import { remembered } from "../../kit/memo.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { shareRaster } from "../../kit/shares.js";
import { fromEnd } from "../../kit/shown.js";
import { nearestOf } from "./derive.js";
import { extentOf, mapAt, mapSteps, pictureOf } from "./view.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => import("./view.js").View} view
 */
export function createTimeline(page, view) {
  const { text, choose, signal } = page;
  const words = text.timeline;
  const player = playerRow(page, { label: words.scrub, at: view,
    select: (index) => choose({ step: fromEnd(index, view().count), over: "step" }) });
  const pictures = filmStrip({ ...words.picture, concept: "dx-signal", pixelated: false, onSelect: player.byHand });
  const maps = filmStrip({ ...words.map, concept: "dx-text", pixelated: true, onSelect: player.byHand });
  const [mapName, mapNote] = [h("span", {}), h("small", {}, words.map.note)];
  maps.name.replaceChildren(mapName, mapNote);
  const element = h("div", { class: "dx-timeline" }, pictures.name, pictures.film, maps.name, maps.film);

  /** @param {import("./view.js").View} now */
  function draw(now) {
    const { content, count, index, half, layer, head, among, rows, old } = now;
    element.classList.toggle("dx-whole", now.whole);
    const names = text.names(now.words);
    setText(mapName, names || words.map.label);
    if (content?.begin) {
      const [height, width] = content.begin.picture_size;
      element.style.setProperty("--ratio", String(width / height));
      const steps = mapSteps(now);
      const film = remembered(content, `film ${half} ${layer} ${head} ${among} ${rows}`, () => {
        const all = steps.map((at) => mapAt(now, at, rows));
        const ends = all.flatMap((map) => (map ? [extentOf(map)] : []));
        return { all, low: Math.min(...ends.map(({ low }) => low)), high: Math.max(...ends.map(({ high }) => high)) };
      });
      pictures.draw(count, index, (at) => aged(pictureOf(content, at), old), words.pictureWords(count));
      maps.draw(count, index, (at) => {
        const place = at <= (steps.at(-1) ?? -1) ? steps.indexOf(nearestOf(steps, at)) : -1;
        const map = film.all[place];
        return map
          ? { old, raster: remembered(film, `raster ${place}`, () =>
            shareRaster(map.data, map.height, map.width, film.low, film.high)) }
          : null;
      }, words.mapWords(names, count));
      setText(mapNote, steps.length < content.steps.length ? words.map.some(steps.length) : words.map.note);
    }
    player.draw(words.stepWords(index, count));
  }

  return { element, player: stayingRow(player, signal), draw, keys: player.keys };
}
