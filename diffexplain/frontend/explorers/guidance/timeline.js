/** All steps: what is expected without the text, with it, and under guidance; one selected step runs through them. */

import { h } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { isBusy } from "../../kit/runs.js";
import { fromEnd } from "../../kit/shown.js";
import { frameOf, PARTS } from "./derive.js";

const CONCEPTS = { without: "", with: "dx-text", guided: "dx-signal" };

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {() => import("./runs.js").View} view
 */
export function createTimeline(page, view) {
  const { text, choose, runs, signal } = page;
  const player = playerRow(page, { label: text.scrub,
    at: () => ({ index: view().index, count: view().count, come: view().content?.steps.length }),
    select: (index) => choose({ step: fromEnd(index, view().count) }),
    busy: () => isBusy(runs.get().current?.status) && !runs.get().current?.content.end });
  const strips = PARTS.map((part) =>
    filmStrip({ label: text.films[part].name, note: text.films[part].note, concept: CONCEPTS[part], pixelated: true,
      onSelect: player.byHand })
  );
  const element = h("div", { class: "dx-timeline" }, ...strips.flatMap(({ name, film }) => [name, film]));

  /** @param {import("./runs.js").View} now */
  function draw(now) {
    const { content, index, count } = now;
    const negative = Boolean(content?.begin?.request.negative_prompt);
    strips.forEach((strip, at) => {
      const { name, note } = negative && at === 0 ? text.films.negative : text.films[PARTS[at]];
      strip.name.replaceChildren(name, h("small", {}, note));
      strip.draw(count, index, (step) => frameOf(now, PARTS[at], "original", step), text.films.words(name, count));
    });
    player.draw(text.stepWords(index, count));
  }

  return { element, player: stayingRow(player, signal), onStep: player.byHand, keys: player.keys, draw };
}
