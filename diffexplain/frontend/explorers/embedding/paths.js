/** The denoising runs below the map: their controls, a film of predicted pictures each, the player. */

import { h, setText, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { shortened } from "../../kit/format.js";
import { playerRow, stayingRow } from "../../kit/player.js";
import { emptyRoom } from "../../kit/room.js";
import { fromEnd } from "../../kit/shown.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {{ controls: HTMLElement, walked: () => { begin: import("./messages").Begin | null, steps: import("./messages").Step[], index: number, count: number, old: boolean, drawing: boolean } }} options
 */
export function createPaths(page, { controls, walked }) {
  const { text, choose, signal } = page;
  const words = text.paths;
  const films = h("div", { class: "dx-lanes" });
  const row = playerRow(page, { label: words.scrub, at: () => ({ ...walked(), come: walked().steps.length }),
    select: (index) => choose({ step: fromEnd(index, walked().count) }), busy: () => walked().drawing, again: false });
  const state = h("span", { class: "dx-caption dx-path-state", role: "status" });
  const player = stayingRow(row, signal);
  const room = emptyRoom(page, "", controls, state);
  const element = h("section", { class: "dx-paths", "aria-label": words.title },
    h("header", {}, h("h2", {}, words.title), h("p", { class: "dx-caption" }, words.hint)), room.element, controls, state,
    films);

  let lanes = /** @type {any} */ (null);
  let strips = /** @type {{ strip: ReturnType<typeof filmStrip>, note: HTMLElement, name: string }[]} */ ([]);

  /** @param {import("./messages").Begin} begin @param {string[]} colours */
  function lay(begin, colours) {
    lanes = begin.lanes;
    strips = begin.lanes.map(({ prompt, seed }, at) => {
      const strip = filmStrip({ label: `“${shortened(prompt, 40)}”`, note: "", concept: "", pixelated: false,
        onSelect: row.byHand });
      strip.name.style.color = colours[at];
      const note = /** @type {HTMLElement} */ (strip.name.querySelector("small"));
      return { strip, note, name: words.film(prompt, seed, begin.step_count) };
    });
    films.replaceChildren(...strips.flatMap(({ strip }) => [strip.name, strip.film]));
  }

  return {
    element,
    player,
    keys: row.keys,
    /** @param {string} said  how far the runs are @param {string[]} colours  one a run */
    draw(said, colours) {
      const { begin, steps, index, old } = walked();
      setText(state, said || (begin ? "" : words.empty));
      show(Boolean(begin), films, player);
      if (!room.draw(Boolean(begin))) show(state.textContent !== "", state);
      if (!begin) return;
      if (lanes !== begin.lanes) lay(begin, colours);
      strips.forEach(({ strip, note, name }, lane) => {
        strip.name.style.color = colours[lane];
        strip.draw(begin.step_count, index, (at) => (steps[at] ? { picture: steps[at].images[lane], old } : null), name);
        const cosines = steps[index] ? [words.cosine(steps[index].cosines.data[lane])] : [];
        setText(note, [words.seed(begin.lanes[lane].seed), ...cosines].join(" · "));
      });
      row.draw(words.step(index, begin.step_count));
    },
  };
}
