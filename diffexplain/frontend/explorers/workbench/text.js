/** Every word that the workbench shows. */

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, sentences }) => ({
  sentences,
  title: say("Workbench"),
  bar: { name: say("For all explorers"), hint: say("What is set here holds for every explorer below that has such a control.") },
  controls: {
    prompt: { label: say("Prompt"), hint: say("What to draw. Try “a fox”, “a green apple next to a red apple”, “一只狐狸”."), placeholder: say("nothing: the model draws what it likes") },
    negative: { label: say("Negative prompt"), hint: say("What guidance pushes away from. Empty for most uses."), placeholder: say("nothing") },
    seed: { label: say("Seed"), hint: say("The number that decides the starting noise. The same seed gives the same noise."), dice: say("Roll another seed") },
    sampler: { label: say("Sampler"), hint: say("How the predicted noise is used to get from one noise level to the next.") },
    steps: { label: say("Steps"), hint: say("How many times the network is asked.") },
    guidance: { label: say("Guidance"), hint: say("Guidance scale: how strongly the sentence pulls. 1 asks the network only once a step, with the text alone.") },
    noNegative: say("This pipeline has its guidance built in and reads no negative prompt."),
  },
  /** By the names of the traits. */
  fields: /** @type {Record<string, string>} */ ({ prompt: say("prompt"), negative_prompt: say("negative prompt"), seed: say("seed"), sampler: say("sampler"), steps: say("steps"), guidance_scale: say("guidance") }),
  recorded: say("This run was recorded as it is. For another one explore its pipeline."),
  waiting: say("Looking for what fits…"),
  catalogue: say("The explorers, by the question they answer"),
  question: (/** @type {number} */ number, /** @type {string} */ question) => say("{number}. {question}", { number, question }),
  open: say("Open"),
  opening: say("opening…"),
  show: say("Go to it"),
  close: say("Close"),
  named: (/** @type {string} */ action, /** @type {string} */ title) => say("{action}: {title}", { action, title }),
  lacking: say("Not with this pipeline"),
  lackingRecorded: say("Not with a recorded run"),
  count: (/** @type {number} */ open, /** @type {number} */ count) => open ? say("{open} of {count} open", { open, count }) : plural("{count} explorer", "{count} explorers", count),
  follows: (/** @type {string} */ fields) => say("Set above, for all: {fields}.", { fields }),
  independent: say("It has controls of its own and takes nothing from above."),
  differs: (/** @type {string} */ field, /** @type {string} */ reason) => say("The {field} here is not the one above: {reason}.", { field, reason }),
  none: say("Nothing is open. Open an explorer to look at it: nothing runs before."),
  all: say("Save all as one page"),
  alone: (/** @type {string} */ code) => say("This page can’t show one widget inside another. Show it by itself: {code}", { code }),
  list: (/** @type {string[]} */ names) => names.reduce((first, second) => (first ? say("{first}, {second}", { first, second }) : second), ""),
});
