/** The denoising runs below the map: their controls, a film of predicted pictures each, the player. */

import { h, setText, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { playerRow } from "../../kit/player.js";
import { fromEnd } from "../../kit/shown.js";

/**
 * @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page
 * @param {{ controls: HTMLElement, walked: () => { index: number, count: number, steps: any[], drawing: boolean } }} options
 */
export function createPaths(page, { controls, walked }) {
  const { text, choose } = page;
  const words = text.paths;
  const films = h("div", { class: "dx-lanes" });
  const row = playerRow(page, { label: words.scrub, at: () => ({ ...walked(), come: walked().steps.length }),
    select: (index) => choose({ step: fromEnd(index, walked().count) }), busy: () => walked().drawing, again: false });
  const state = h("span", { class: "dx-caption dx-path-state", role: "status" });
  const player = h("div", { class: "dx-player" }, ...row.elements);
  const element = h("section", { class: "dx-paths", "aria-label": words.title },
    h("header", {}, h("h3", {}, words.title), h("p", { class: "dx-caption" }, words.hint)), controls, state, films, player);

  let lanes = /** @type {any} */ (null);
  let strips = /** @type {{ strip: ReturnType<typeof filmStrip>, note: HTMLElement, name: string }[]} */ ([]);

  /** @param {import("./runs.js").Begin} begin @param {string[]} colours */
  function lay(begin, colours) {
    lanes = begin.lanes;
    strips = begin.lanes.map(({ prompt, seed }, at) => {
      const strip = filmStrip({ label: `“${prompt.length > 40 ? `${prompt.slice(0, 39)}…` : prompt}”`, note: "", concept: "",
        pixelated: false, onSelect: row.byHand });
      strip.name.style.color = colours[at];
      const note = /** @type {HTMLElement} */ (strip.name.querySelector("small"));
      return { strip, note, name: words.film(prompt, seed, begin.step_count) };
    });
    films.replaceChildren(...strips.flatMap(({ strip }) => [strip.name, strip.film]));
  }

  return {
    element,
    keys: row.keys,
    /**
     * @param {import("./runs.js").Begin | null} begin
     * @param {import("./runs.js").Step[]} steps
     * @param {number} index
     * @param {{ said: string, colours: string[], old: boolean }} now
     */
    draw(begin, steps, index, { said, colours, old }) {
      setText(state, said || (begin ? "" : words.empty));
      show(Boolean(begin), films, player);
      show(state.textContent !== "", state);
      if (!begin) return;
      if (lanes !== begin.lanes) lay(begin, colours);
      strips.forEach(({ strip, note, name }, lane) => {
        strip.name.style.color = colours[lane];
        strip.draw(begin.step_count, index, (at) => (steps[at] ? { picture: steps[at].images[lane], old } : null), name);
        const step = steps[index];
        setText(note,
          [words.seed(begin.lanes[lane].seed), ...(step ? [words.cosine(step.cosines.data[lane])] : [])].join(" · "));
      });
      row.draw(words.step(index, begin.step_count));
    },
  };
}
