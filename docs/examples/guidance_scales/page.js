/** The page of the guidance scales explorer: a picture for each scale, and the controls that ask for them. */

import { barOf, catalogues, defineExplorer, footOf, h, newest, ruled, seedTrait, shownRun, sliderControl, square, stateWords,
  textControl } from "diffexplain/kit";

/** @typedef {{ drawn: import("./messages").DrawnMessage["data"] | null, progress: import("./messages").ProgressMessage["data"] | null }} Content */

/** @param {import("../../../diffexplain/frontend/kit/words.js").Translator} language */
const words = ({ say }) => ({ title: say("Guidance scales"), prompt: { label: say("Prompt"), hint: say("What to draw.") },
  seed: { label: say("Seed"), hint: say("Decides the starting noise."), dice: say("Roll another seed") },
  steps: { label: say("Steps"), hint: say("How many steps each picture takes.") },
  scale: (/** @type {number} */ scale) => say("guidance {scale}", { scale }),
  working: (/** @type {number} */ done, /** @type {number} */ total) => say("step {done} of {total}", { done, total }),
  line: (/** @type {string} */ prompt, /** @type {number} */ seed) =>
    say(
      "“{prompt}” from the noise of seed {seed}: up to guidance 1 the network is asked once a step, beyond that it is pushed away from what it would draw of no sentence.",
      { prompt, seed },
    ) });

/** @param {import("../../../diffexplain/frontend/kit/shell.js").Page<Content, ReturnType<typeof words>>} page */
function open(page) {
  const { text, runs, write, constants } = page;
  const { limits } = constants("_controls");
  const bar = barOf({
    prompt: textControl({ ...text.prompt, className: "dx-grow", maxLength: limits.prompt, onChange: (value) =>
      write("prompt", value) }),
    seed: seedTrait(text.seed, "seed", limits.seed, write),
    steps: sliderControl({ ...text.steps, min: 1, max: 50, step: 1, show: String, onChange: (value) => write("steps", value) }),
  });
  const row = h("div", { class: "row" });
  const state = h("small", { role: "status" });
  const foot = footOf({});
  /** @type {ReturnType<typeof square>[]} */
  let squares = [];

  function draw() {
    const { content, old } = shownRun(runs.get(), ({ drawn }) => drawn !== null);
    state.textContent = stateWords(page, { done: () => "", failed: () => "",
      running: ({ progress }) => progress && text.working(progress.done, progress.total) });
    if (!content?.drawn) return;
    const { request, pictures } = content.drawn;
    if (squares.length !== pictures.length) {
      squares = pictures.map(() => square({ size: 192, pixelated: false }));
      row.replaceChildren(...squares.map(({ element }) => h("figure", {}, element, h("figcaption", {}))));
    }
    squares.forEach((part, at) => {
      const words = text.scale(request.scales[at]);
      part.draw({ picture: pictures[at], old }, words);
      row.querySelectorAll("figcaption")[at].textContent = words;
    });
    foot.draw(text.line(request.prompt, request.seed), {});
  }

  return { bar, body: [h("div", { class: "stage" }, state, row), foot.element], draw };
}

export default defineExplorer({ name: "guidance-scales", catalogues, words, open,
  reduce: ruled(/** @type {Record<keyof Content, any>} */ ({ drawn: newest("drawn"), progress: newest("progress") }),
    (/** @type {Content} */ content) => content.drawn !== null) });
