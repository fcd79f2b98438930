/** The denoising runs below the map: their controls, a film of predicted pictures each, the player. */

import { h, setText, show } from "../../kit/dom.js";
import { filmStrip } from "../../kit/film.js";
import { scrubber } from "../../kit/player.js";

/**
 * @param {import("./text.js").Text} text
 * @param {ReturnType<typeof import("../../kit/text.js").words>} kit
 * @param {{ controls: HTMLElement, onSelect: (index: number) => void, onPlay: () => void, onCancel: () => void }} on
 */
export function createPaths(text, kit, { controls, onSelect, onPlay, onCancel }) {
  const words = text.paths;
  const films = h("div", { class: "dx-lanes" });
  const slider = scrubber({ label: words.scrub, onInput: onSelect });
  const play = h("button", { type: "button", class: "dx-button dx-play", onclick: onPlay });
  const cancel = h("button", { type: "button", class: "dx-button dx-cancel", onclick: onCancel, hidden: true }, kit.cancel);
  const state = h("span", { class: "dx-caption dx-path-state", role: "status" });
  const player = h("div", { class: "dx-player" }, h("div", { class: "dx-transport" }, play, cancel), slider.element);
  const element = h("section", { class: "dx-paths", "aria-label": words.title },
    h("header", {}, h("h3", {}, words.title), h("p", { class: "dx-caption" }, words.hint)), controls, state, films, player);

  let lanes = /** @type {any} */ (null);
  let strips = /** @type {{ strip: ReturnType<typeof filmStrip>, note: HTMLElement, name: string }[]} */ ([]);

  /** @param {import("./runs.js").Begin} begin @param {string[]} colours */
  function lay(begin, colours) {
    lanes = begin.lanes;
    strips = begin.lanes.map(({ prompt, seed }, at) => {
      const strip = filmStrip({ label: `“${prompt.length > 40 ? `${prompt.slice(0, 39)}…` : prompt}”`, note: "", concept: "",
        pixelated: false, onSelect });
      strip.name.style.color = colours[at];
      const note = /** @type {HTMLElement} */ (strip.name.querySelector("small"));
      return { strip, note, name: words.film(prompt, seed, begin.step_count) };
    });
    films.replaceChildren(...strips.flatMap(({ strip }) => [strip.name, strip.film]));
  }

  return {
    element,
    /**
     * @param {import("./runs.js").Begin | null} begin
     * @param {import("./runs.js").Step[]} steps
     * @param {number} index
     * @param {{ playing: boolean, busy: boolean, said: string, colours: string[], old: boolean }} now
     */
    draw(begin, steps, index, { playing, busy, said, colours, old }) {
      setText(state, said || (begin ? "" : words.empty));
      show(Boolean(begin), films, player);
      show(busy, cancel);
      show(!busy, play);
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
      slider.set(index, begin.step_count, words.step(index, begin.step_count));
      setText(play, playing ? `❚❚ ${kit.pause}` : `▶ ${kit.play}`);
      play.disabled = steps.length < 2;
    },
  };
}
