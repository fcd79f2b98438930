/** The older way of guiding beside the newer one: many pictures and a choice, or fewer pictures that are steered. */

import { sliderControl, textControl } from "../../kit/controls.js";
import { h, setText, show } from "../../kit/dom.js";
import { prose } from "../../kit/figures.js";
import { seedTrait } from "../../kit/run_controls.js";
import { cosineWords } from "./text.js";

/** @typedef {import("./runs.js").Candidate} Candidate */

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
export function createOlder({ text, kit, live, constants, write, cancel: onCancel, runAgain }) {
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
  const start = h("button", { type: "button", class: "dx-button", disabled: !live, onclick: () => {
    const input = /** @type {HTMLInputElement} */ (field.element.querySelector("input"));
    const wanted = input.value.trim() || words.prompt.placeholder;
    if (wanted === prompt) runAgain(); // it was cancelled: what is drawn already is kept
    else write("older_prompt", wanted);
  } }, words.start);
  const cancel = h("button", { type: "button", class: "dx-button", onclick: onCancel, hidden: true }, kit.cancel);
  const bar = h("progress", { max: 1, value: 0, hidden: true });
  const state = h("small", { role: "status" });
  const ways = { unguided: way("unguided"), guided: way("guided") };
  const rows = h("div", { class: "dx-ways-both" }, ways.unguided.element, ways.guided.element);
  const line = prose();
  const element = h("div", {},
    h("div", { class: "dx-row dx-spaced" }, ...Object.values(parts).map((part) => part.element),
      h("div", { class: "dx-row dx-go" }, start, cancel)), h("div", { class: "dx-row dx-running" }, bar, state), rows, line);

  /** @param {"unguided" | "guided"} kind */
  function way(kind) {
    const [note, cells] = [h("small", {}), h("div", { class: "dx-candidates" })];
    return { kind, note, cells,
      element: h("div", { class: "dx-way" },
        h("div", { class: `dx-name ${kind === "guided" ? "dx-guidance" : ""}` }, words.ways[kind].name, note), cells),
      drawn: /** @type {unknown[]} */ ([NaN]) };
  }

  /** @param {ReturnType<typeof way>} row @param {Candidate[]} candidates @param {number} count  how many there will be */
  function fill(row, candidates, count) {
    const key = [candidates.at(-1), candidates.length, count];
    if (key.every((part, at) => part === row.drawn[at])) return;
    row.drawn = key;
    const best = judged(candidates)?.at;
    row.cells.replaceChildren(...candidates.map((candidate, at) => {
      const label = words.picture(candidate.seed, cosineWords(candidate.cosine), at === best);
      const image = h("img", { src: candidate.image.url, alt: label, title: label, draggable: false });
      return h("figure", { class: at === best ? "dx-candidate dx-best" : "dx-candidate" }, image,
        h("figcaption", {},
          at === best
            ? h("b", {}, cosineWords(candidate.cosine), h("span", { class: "dx-best-word" }, ` ${words.best}`))
            : cosineWords(candidate.cosine)));
    }),
      ...Array.from({ length: Math.max(0, count - candidates.length) },
        () =>
          h("figure", { class: "dx-candidate", "aria-hidden": "true" }, h("span", { class: "dx-waiting" }),
            h("figcaption", {}, "\u00a0"))));
  }

  /**
   * @param {import("./runs.js").Content | null} content
   * @param {{ done: number, total: number } | null} progress  of this task, while it runs
   */
  function draw(content, progress) {
    const candidates = content?.candidates ?? [];
    const [many, few] = [candidates.filter(({ way: kind }) => kind === "unguided"),
      candidates.filter(({ way: kind }) => kind === "guided")];
    const asked = Boolean(content?.matrix?.request.older_prompt.trim());
    show(asked, rows);
    show(progress !== null, bar, state, cancel);
    show(progress === null, start);
    if (progress) {
      bar.value = progress.done / Math.max(1, progress.total);
      setText(state, text.progress.older(progress.done, progress.total));
    }
    fill(ways.unguided, many, progress ? unguided : many.length);
    fill(ways.guided, few, progress ? unguided / 2 : few.length);
    const spent = content?.spent ?? null;
    for (const [row, list] of /** @type {const} */ ([[ways.unguided, many], [ways.guided, few]])) {
      setText(row.note, spent ? words.ways[row.kind].note(list.length, spent[row.kind]) : list.length ? "" : words.pending);
    }
    const [chosen, guided] = [judged(many), judged(few)];
    if (!asked) setText(line, words.empty);
    else if (spent && chosen && guided) {
      setText(line,
        text.sentences([
          words.result(cosineWords(chosen.best), cosineWords(guided.best), cosineWords(guided.mean), cosineWords(chosen.mean)),
          words.cost(spent.unguided, spent.guided),
          words.moral(guided.mean >= chosen.best || guided.best > chosen.best + 0.01),
        ]));
    } else setText(line, "");
  }

  return { element, parts, draw };
}
