/** Every word that the fine-tuning explorer shows. */

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => ({
  title: say("Fine-tuning explorer"),
  number,
  sentences,
  update: (/** @type {number} */ count) => plural("{count} update", "{count} updates", count),
  controls: {
    thing: {
      label: say("New thing"),
      hint: say("A thing that the bundled model was never shown. Another choice begins anew."),
      names: { dragon: say("a dragon"), robot: say("a robot"), unicorn: say("a unicorn") },
    },
    pictures: {
      label: say("Your pictures"),
      hint: say("Pictures of your own to learn from instead, 3 to 20. Each one begins anew."),
      add: say("Add some…"),
      leave: (/** @type {number} */ count) => plural("Leave out your {count} picture", "Leave out your {count} pictures", count),
    },
    captions: { label: say("Caption"), hint: say("What the pictures show, and what is drawn. Empty for what the thing is called.") },
    count: { label: say("Pictures"), hint: say("How many pictures it learns from, 1 to 20. Another number begins anew.") },
    method: {
      label: say("What learns"),
      hint: say("LoRA leaves the model's weights as they are and trains two small matrices beside each layer. Another choice begins anew."),
      names: { lora: say("LoRA"), full: say("all weights") },
    },
    rank: { label: say("Rank"), hint: say("How much LoRA's matrices can hold, 1 to 64. Another number begins anew.") },
    layers: {
      label: say("LoRA goes to"),
      hint: say("Beside which layers LoRA's matrices stand. Another choice begins anew."),
      names: /** @type {Record<string, string>} */ ({ text: say("where the text is read"), attention: say("all attention"), all: say("all layers") }),
    },
    replay: { label: say("Replay"), hint: say("Which share of what it is shown is old, so that it is not forgotten. Another share begins anew.") },
    decay: { label: say("Weight decay"), hint: say("Draws what is trained towards zero, 0 to 100. Another number begins anew.") },
    batch: { label: say("Batch"), hint: say("How many pictures lead to one update, 1 to 32. Another number begins anew.") },
    seed: { label: say("Seed"), hint: say("Decides the pictures, the first matrices and all noise."), dice: say("Roll another seed") },
    rate: { label: say("Learning rate"), hint: say("The next updates use it; nothing begins anew.") },
  },
  state: {
    begin: (/** @type {string} */ prompt) => say("Nothing is taught yet: of “{prompt}” it draws what it makes of a word that it never learned.", { prompt }),
    learned: (/** @type {number} */ updates, /** @type {string} */ prompt, /** @type {string} */ first, /** @type {string} */ now) =>
      plural(
        "After {count} update the agreement of “{prompt}” with real pictures has gone from {first} to {now}.",
        "After {count} updates the agreement of “{prompt}” with real pictures has gone from {first} to {now}.",
        updates,
        { prompt, first, now },
      ),
    forgot: (/** @type {string} */ first, /** @type {string} */ now) => say("Meanwhile it forgets: that of old things has gone from {first} to {now}.", { first, now }),
    kept: (/** @type {string} */ first, /** @type {string} */ now) => say("Old things are drawn as before: their agreement was {first} and is {now}.", { first, now }),
    best: (/** @type {number} */ update) => plural("So far it was best to stop after {count} update.", "So far it was best to stop after {count} updates.", update),
    never: say("So far there was no moment at which it drew the new thing better and the old ones as well."),
  },
  stage: {
    lesson: say("What it is shown"),
    lessonNote: (/** @type {number} */ count, /** @type {string} */ prompt) =>
      plural("{count} picture, again and again, with new noise each time: so it learns what “{prompt}” means.", "{count} pictures, again and again, with new noise each time: so it learns what “{prompt}” means.", count, { prompt }),
    replayed: (/** @type {number} */ share, /** @type {number} */ count) => say("{share} % of what it is shown are {count} old pictures.", { share, count }),
    newTitle: (/** @type {string} */ prompt) => say("It draws “{prompt}”", { prompt }),
    oldTitle: say("And what it knew before"),
    newLead: (/** @type {number} */ update, /** @type {string} */ first, /** @type {string} */ now, /** @type {string | null} */ real) =>
      real === null
        ? plural("After {count} update, always from the same noise: agreement {now}, at first {first}.", "After {count} updates, always from the same noise: agreement {now}, at first {first}.", update, { first, now })
        : plural(
          "After {count} update, always from the same noise: agreement {now}, at first {first}; real ones have {real}.",
          "After {count} updates, always from the same noise: agreement {now}, at first {first}; real ones have {real}.",
          update,
          { first, now, real },
        ),
    oldLead: (/** @type {number} */ update, /** @type {string} */ first, /** @type {string} */ now, /** @type {string | null} */ real) =>
      real === null
        ? plural("After {count} update: agreement {now} with what it drew before, at first {first}.", "After {count} updates: agreement {now} with what it drew before, at first {first}.", update, { first, now })
        : plural("After {count} update: agreement {now}, at first {first}; real ones have {real}.", "After {count} updates: agreement {now}, at first {first}; real ones have {real}.", update, { first, now, real }),
    sample: (/** @type {string} */ prompt, /** @type {number} */ number) => say("“{prompt}”, sample {number}", { prompt, number }),
    tile: (/** @type {string} */ prompt, /** @type {string} */ agreement) => say("{prompt}: {agreement}", { prompt, agreement }),
  },
  films: {
    news: { name: say("New thing"), note: say("from always the same noise") },
    olds: { name: say("Old thing"), of: (/** @type {string} */ prompt) => say("“{prompt}”: is it forgotten?", { prompt }) },
    words: (/** @type {string} */ film, /** @type {number} */ count) => plural("{film}, {count} look", "{film}, {count} looks", count, { film }),
  },
  agreement: {
    name: say("Agreement"),
    note: say("of samples with real pictures, in CLIP"),
    now: say("new thing"),
    old: say("old things"),
    real: say("real pictures"),
    best: say("best to stop"),
    words: (/** @type {string} */ now, /** @type {string} */ old, /** @type {number} */ best) => say("Agreement of the new thing {now}, of old things {old}; best to stop at update {best}.", { now, old, best }),
  },
  scrub: say("Samples so far"),
  at: (/** @type {number} */ update) => plural("after {count} update", "after {count} updates", update),
  panels: {
    label: say("Look closer"),
    learning: { label: say("Learned or by heart"), hint: say("The error on what it is shown, on pictures held out, and on old ones.") },
    helps: { label: say("What helps"), hint: say("Other ways to teach it, and what became of those that were tried.") },
    weight: { label: say("How much of it"), hint: say("The same samples with more and less of what was learned.") },
  },
  learning: {
    waiting: say("The numbers come with the first ten updates."),
    learns: (/** @type {number} */ update, /** @type {string} */ first, /** @type {string} */ held, /** @type {string} */ seen) =>
      plural(
        "After {count} update its error on pictures of the thing that it was never shown has gone from {first} to {held}, so it learns the thing and not only its pictures, on which it is {seen}.",
        "After {count} updates its error on pictures of the thing that it was never shown has gone from {first} to {held}, so it learns the thing and not only its pictures, on which it is {seen}.",
        update,
        { first, held, seen },
      ),
    overfits: (/** @type {number} */ update, /** @type {string} */ seen, /** @type {string} */ held, /** @type {string} */ least, /** @type {number} */ at) =>
      plural(
        "After {count} update it over-fits: on the pictures it is shown its error is {seen}, on others of the thing {held}, and that has been {least} at update {at}. Since then it learns by heart.",
        "After {count} updates it over-fits: on the pictures it is shown its error is {seen}, on others of the thing {held}, and that has been {least} at update {at}. Since then it learns by heart.",
        update,
        { seen, held, least, at },
      ),
    unheld: (/** @type {number} */ update, /** @type {string} */ first, /** @type {string} */ seen) =>
      plural(
        "After {count} update its error on the pictures it is shown has gone from {first} to {seen}; with so few of them none is held out, so nobody can tell whether it learns more than those.",
        "After {count} updates its error on the pictures it is shown has gone from {first} to {seen}; with so few of them none is held out, so nobody can tell whether it learns more than those.",
        update,
        { first, seen },
      ),
    forgets: (/** @type {string} */ first, /** @type {string} */ now) => say("On old pictures the error has risen from {first} to {now}: it begins to forget.", { first, now }),
    keeps: (/** @type {string} */ now) => say("On old pictures it is still {now}.", { now }),
    errors: { name: say("Error at fixed strengths"), note: say("averaged over four of them, always with the same noise") },
    losses: { name: say("Loss of the batches"), note: say("at random strengths, averaged") },
    seen: say("shown"),
    held: say("held out"),
    old: say("old"),
    said: (/** @type {string} */ seen, /** @type {string} */ held, /** @type {string} */ old) => say("Error on what it is shown {seen}, on held-out pictures {held}, on old ones {old}.", { seen, held, old }),
    lossSaid: (/** @type {string} */ now) => say("Loss {now}.", { now }),
  },
  helps: {
    alone: say("Teach it in another way, and both stand here beside each other: what was learned, and at which price."),
    line: (/** @type {number} */ count) => say("{count} ways of teaching, tried here: good is much of the new thing for little of the old.", { count }),
    hint: say("Begins anew in this way; what became of this session stays in the table."),
    offers: { replay: say("Replay half"), decay: say("Weight decay 5"), rank: say("Rank 1"), layers: say("Fewer layers"), full: say("All weights") },
    what: say("What was tried"),
    updates: say("updates"),
    now: say("new thing: agreement"),
    kept: say("old things: change"),
    best: say("best to stop after"),
    this: (/** @type {string} */ what) => say("now: {what}", { what }),
    full: say("all weights"),
    lora: (/** @type {number} */ rank, /** @type {string} */ layers) => say("LoRA of rank {rank}, {layers}", { rank, layers }),
    replay: (/** @type {string} */ share) => say("{share} replay", { share }),
    decay: (/** @type {string} */ decay) => say("weight decay {decay}", { decay }),
    pictures: (/** @type {number} */ count) => plural("{count} picture", "{count} pictures", count),
  },
  weight: {
    waiting: say("What was learned can be added in part, or more than whole. Have the same samples drawn with seven weights, and turn it up and down."),
    line: say("At 0 it is the model as it was, at 1 what it has learned; beyond that it goes too far. The old thing shows what the weight costs."),
    drawn: (/** @type {number} */ update) => plural("Drawn after {count} update.", "Drawn after {count} updates.", update),
    older: say("It has gone on learning since; draw again."),
    ask: say("Draw at seven weights"),
    askHint: say("Draws the new thing and an old one at seven weights, from the same noise; loaded LoRAs, too."),
    asked: say("Drawing…"),
    slider: { label: say("Weight"), hint: say("How much of what was learned is added.") },
    own: say("learned here"),
    said: (/** @type {string} */ name, /** @type {string} */ prompt, /** @type {string} */ weight) => say("“{prompt}” with weight {weight}, {name}", { name, prompt, weight }),
  },
  facts: { now: say("New thing"), old: say("Old things"), parameters: say("What learns"), times: say("Each seen"), rate: say("Learning rate") },
  formulas: {
    now: (/** @type {number} */ count) => say("mean cosine in CLIP of {count} samples with pictures of the thing that it was never shown", { count }),
    old: (/** @type {number} */ count) => say("the same of {count} samples of old things, each with pictures of its own", { count }),
    parameters: (/** @type {string} */ share) => say("numbers that are trained: {share} of those that the denoiser has", { share }),
    times: (/** @type {number} */ count) => say("pictures shown without replay ÷ {count} to learn from", { count }),
    rate: say("how far an update moves them"),
  },
  timesEach: (/** @type {string} */ times) => say("{times} times", { times }),
});
