/** The older way of guiding beside the newer one: many pictures and a choice, or fewer pictures that are steered. */

import { sliderControl, textControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { fixed } from "../../kit/format.js";
import { changes } from "../../kit/memo.js";
import { emptyRoom } from "../../kit/room.js";
import { seedTrait } from "../../kit/run_controls.js";

/** @typedef {import("./messages").Candidate} Candidate */

/**
 * Number, mean and best of some candidates; null for none.
 * @param {Candidate[]} candidates
 */
export function judged(candidates) {
  if (!candidates.length) return null;
  const cosines = candidates.map(({ cosine }) => cosine);
  const best = Math.max(...cosines);
  return { mean: cosines.reduce((sum, value) => sum + value, 0) / cosines.length, best, at: cosines.indexOf(best) };
}

/** @param {import("../../kit/shell.js").Page<import("./runs.js").Content, import("./text.js").Text>} page */
export function createOlder(page) {
  const { text, kit, live, constants, write, cancel: onCancel, runAgain } = page;
  const { limits, unguided } = constants("_controls");
  const words = text.older;
  let prompt = "";
  const field = textControl({ ...words.prompt, maxLength: limits.text, className: "dx-grow", pause: 1e9,
    onChange: (value) => value.trim() && write("older_prompt", value) });
  const parts = { older_prompt: { ...field, set: (/** @type {string} */ value) => field.set(prompt = value) },
    older_steps: sliderControl({ ...words.steps, min: 1, max: 50, step: 1, show: String,
      onChange: (value) => write("older_steps", value) }),
    older_guidance: sliderControl({ ...words.guidance, min: 1.5, max: 15, step: 0.5, concept: "dx-guidance",
      show: (value) => value.toFixed(1), onChange: (value) => write("older_guidance", value) }),
    older_seed: seedTrait(words.seed, "older_seed", limits.seed, write) };
  const start = h("button", { type: "button", class: "dx-button", onclick: () => {
    const input = /** @type {HTMLInputElement} */ (field.element.querySelector("input"));
    const wanted = input.value.trim() || words.prompt.placeholder;
    if (wanted === prompt) runAgain(); // it was cancelled: what is drawn already is kept
    else write("older_prompt", wanted);
  } }, words.start);
  const cancel = h("button", { type: "button", class: "dx-button", onclick: onCancel, hidden: true }, kit.cancel);
  const bar = h("progress", { max: 1, value: 0, hidden: true });
  const state = h("small", { role: "status" });
  const ways = [way("unguided", 1), way("guided", 2)];
  const rows = h("div", { class: "dx-ways-both" }, ...ways.map((one) => one.element));
  const line = prose();
  const form = h("div", { class: "dx-row dx-spaced" }, ...Object.values(parts).map((part) => part.element),
    h("div", { class: "dx-row dx-go" }, start, cancel));
  const room = emptyRoom(page, words.empty, form, line);
  const element = h("div", {}, room.element, form, h("div", { class: "dx-row dx-running" }, bar, state), rows, line);

  /** @param {"unguided" | "guided"} kind @param {number} cost  how often it asks the network a step */
  function way(kind, cost) {
    const [note, cells] = [h("small", {}), h("div", { class: "dx-candidates" })];
    const name = h("div", { class: `dx-name ${kind === "guided" ? "dx-guidance" : ""}` }, words.ways[kind], note);
    const changed = changes();
    return {
      element: h("div", { class: "dx-way" }, name, cells),
      /** Gives back how good they are. @param {import("./runs.js").Content | null} content @param {boolean} drawing */
      draw(content, drawing) {
        const candidates = content?.candidates.filter((one) => one.way === kind) ?? [];
        const judgement = judged(candidates);
        const missing = drawing ? Math.max(0, unguided / cost - candidates.length) : 0;
        if (changed(candidates.at(-1), candidates.length, missing)) {
          cells.replaceChildren(...candidates.map((candidate, at) => cell(candidate, at === judgement?.at)),
            ...Array.from({ length: missing }, () =>
              h("figure", { class: "dx-candidate", "aria-hidden": "true" }, h("span", { class: "dx-waiting" }),
                h("figcaption", {}, "\u00a0"))));
        }
        const waiting = candidates.length ? "" : words.pending;
        setText(note, content?.spent ? words.note(candidates.length, content.spent[kind]) : waiting);
        return judgement;
      },
    };
  }

  /** @param {Candidate} candidate @param {boolean} best */
  function cell({ seed, cosine, image }, best) {
    const label = words.picture(seed, fixed(cosine), best);
    const value = best ? h("b", {}, fixed(cosine), h("span", { class: "dx-best-word" }, ` ${words.best}`)) : fixed(cosine);
    return h("figure", { class: best ? "dx-candidate dx-best" : "dx-candidate" },
      h("img", { src: image.url, alt: label, title: label, draggable: false }), h("figcaption", {}, value));
  }

  /** @param {import("./index.js").Now} now */
  function draw({ content: newest, older, progress: task }) {
    const progress = task?.task === "older" ? task : null;
    const content = progress ? newest : older;
    const asked = Boolean(content?.matrix?.request.older_prompt.trim());
    show(asked, rows);
    show(progress !== null, bar, state, cancel);
    show(live && progress === null, start);
    room.draw(asked);
    if (progress) {
      bar.value = progress.done / Math.max(1, progress.total);
      setText(state, text.progress.older(progress.done, progress.total));
    }
    const [choice, guided] = ways.map((one) => one.draw(content, progress !== null));
    const spent = content?.spent;
    if (!asked) setText(line, words.empty);
    else if (spent && choice && guided) {
      setText(line,
        text.sentences([words.result(fixed(choice.best), fixed(guided.best), fixed(guided.mean), fixed(choice.mean)),
          words.cost(spent.unguided, spent.guided),
          words.moral(guided.mean >= choice.best || guided.best > choice.best + 0.01)]));
    } else setText(line, "");
  }

  return { element, parts, draw };
}
