/** Every word that the training explorer shows. */

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => ({
  title: say("Training explorer"),
  number,
  sentences,
  update: (/** @type {number} */ count) => plural("{count} update", "{count} updates", count),
  controls: {
    data: {
      label: say("Data"),
      hint: say("What there is to learn. Another choice begins anew."),
      names: { pictures: say("small pictures"), moons: say("points: two moons"), roll: say("points: Swiss roll"), rings: say("points: two rings"), clusters: say("points: eight clusters") },
    },
    count: { label: say("Training set"), hint: say("How many pictures or points it learns from, 1 to 5000. Another number begins anew.") },
    predicts: {
      label: say("It predicts"),
      hint: say("What the network has to say of what it is shown. All three say the same, and are not learned alike. Another choice begins anew."),
      names: { noise: say("the noise"), original: say("the original"), velocity: say("the velocity") },
    },
    batch: { label: say("Batch"), hint: say("How many examples lead to one update, 1 to 256. Another number begins anew.") },
    seed: { label: say("Seed"), hint: say("Decides the training set, the first weights and all noise."), dice: say("Roll another seed") },
    rate: { label: say("Learning rate"), hint: say("The next updates use it; nothing begins anew.") },
  },
  state: {
    begin: say("Nothing is learned yet: the network says nothing at all."),
    learning: (/** @type {number} */ updates, /** @type {string} */ first, /** @type {string} */ now) =>
      plural("After {count} update the error on what it was never shown has gone from {first} to {now}.", "After {count} updates the error on what it was never shown has gone from {first} to {now}.", updates, { first, now }),
    worse: (/** @type {number} */ updates, /** @type {string} */ least, /** @type {string} */ now) =>
      plural(
        "After {count} update the error on what it was never shown is {now}, and it has been as low as {least}: from there on it only got to know its training set.",
        "After {count} updates the error on what it was never shown is {now}, and it has been as low as {least}: from there on it only got to know its training set.",
        updates,
        { least, now },
      ),
  },
  stage: {
    title: say("One picture that it was never shown, asked about again and again"),
    fieldTitle: say("Which way it would go, everywhere in the plane"),
    level: { label: say("Share of noise"), hint: say("How much of what it is shown is noise.") },
    sees: (/** @type {string} */ share, /** @type {string} */ error, /** @type {string} */ nothing, /** @type {number} */ update) =>
      plural(
        "{share} of what it is shown is noise. After {count} update its answer is off by {error}; no answer at all would be off by {nothing}.",
        "{share} of what it is shown is noise. After {count} updates its answer is off by {error}; no answer at all would be off by {nothing}.",
        update,
        { share, error, nothing },
      ),
    field: (/** @type {string} */ share, /** @type {string} */ error, /** @type {number} */ update) =>
      plural(
        "An arrow points against the noise that it sees there, where {share} is noise. After {count} update its answers are off by {error}.",
        "An arrow points against the noise that it sees there, where {share} is noise. After {count} updates its answers are off by {error}.",
        update,
        { share, error },
      ),
    fieldWords: (/** @type {string} */ share) => say("The points in grey; arrows against the noise that the network sees where {share} is noise.", { share }),
    original: { name: say("Picture") },
    noise: { name: say("True noise") },
    sum: { name: say("The sum") },
    off: { name: say("Difference") },
    /** What the network answers, and what follows from that, by what it predicts. */
    answers: {
      noise: {
        said: say("Predicted noise"),
        note: () => say("what it answers"),
        follows: say("Picture it expects"),
        how: () => say("the sum without that noise"),
      },
      original: {
        said: say("Predicted picture"),
        note: () => say("what it answers"),
        follows: say("Noise that it sees"),
        how: () => say("the sum without that picture"),
      },
      velocity: {
        said: say("Predicted velocity"),
        note: (/** @type {string} */ a, /** @type {string} */ b) => say("what it answers; it shall be {a} × noise − {b} × picture", { a, b }),
        follows: say("Picture it expects"),
        how: (/** @type {string} */ a, /** @type {string} */ b) => say("{a} × the sum − {b} × that velocity", { a, b }),
      },
    },
    times: (/** @type {string} */ factor) => say("× {factor}", { factor }),
    shown: say("what it is shown"),
    error: (/** @type {string} */ error) => say("mean square {error}", { error }),
    drawnTitle: say("What it draws"),
    drawn: (/** @type {number} */ update) => plural("After {count} update, always from the same noise.", "After {count} updates, always from the same noise.", update),
    sample: (/** @type {number} */ number) => say("sample {number}", { number }),
    near: (/** @type {string} */ apart, /** @type {string} */ held) => say("From the nearest one of the training set they are {apart} away; what it was never shown is {held} away.", { apart, held }),
  },
  films: {
    sample: { name: say("One sample"), note: say("from always the same noise") },
    expected: { name: say("Expected picture"), note: say("of the example above") },
    words: (/** @type {string} */ film, /** @type {number} */ count) => plural("{film}, {count} look", "{film}, {count} looks", count, { film }),
  },
  loss: { name: say("Loss"), note: say("of each batch"), words: (/** @type {string} */ now, /** @type {number} */ changes) => say("Loss {now}. The learning rate was changed {changes} times.", { now, changes }) },
  scrub: say("Samples so far"),
  at: (/** @type {number} */ update) => plural("after {count} update", "after {count} updates", update),
  panels: {
    label: say("Look closer"),
    examples: { label: say("How an example is made"), hint: say("What the network is shown, and what it shall say.") },
    levels: { label: say("Why the loss misleads"), hint: say("Loss at random strengths beside the error at fixed ones.") },
    memory: { label: say("Learned or remembered"), hint: say("Training set and held-out data apart, and how near samples are to what it was trained on.") },
  },
  examples: {
    title: say("Some examples of a batch"),
    line: (/** @type {string} */ count) => say("Nobody has to label anything: draw one of {count} at random, a strength, and noise. Their sum is the question, and what went into it is the answer.", { count }),
    waiting: say("The first batch comes with the first update."),
    original: say("drawn from the set"),
    strength: say("share of noise"),
    noise: say("its noise"),
    sum: say("the sum: what it is shown"),
    wanted: /** @type {Record<string, string>} */ ({ noise: say("shall say: the noise"), original: say("shall say: the original"), velocity: say("shall say: the velocity") }),
    said: say("says"),
    off: say("is off by"),
    loss: say("loss"),
    batch: (/** @type {number} */ update, /** @type {number} */ shown, /** @type {number} */ batch) => say("These {shown} of {batch} led to update {update}.", { shown, batch, update }),
    apart: (/** @type {string} */ most, /** @type {string} */ mostShare, /** @type {string} */ least, /** @type {string} */ leastShare) =>
      say("The hardest costs {most}, with {mostShare} noise in it; the easiest {least}, with {leastShare}.", { most, mostShare, least, leastShare }),
  },
  levels: {
    waiting: say("The numbers come with the first updates."),
    jumps: (/** @type {number} */ count, /** @type {string} */ least, /** @type {string} */ most) =>
      say("Over the last {count} updates the loss of a batch went up and down between {least} and {most}: each batch has other examples and other strengths, so a single one says little.", { count, least, most }),
    apart: (/** @type {string} */ first, /** @type {string} */ firstShare, /** @type {string} */ last, /** @type {string} */ lastShare) =>
      say("At fixed strengths, on what it was never shown, it is off by {first} with {firstShare} noise and by {last} with {lastShare}: one number for both would hide it.", { first, firstShare, last, lastShare }),
    random: { name: say("Loss at random strength"), note: say("of each batch, and averaged"), mean: say("averaged") },
    fixed: { name: say("Error at fixed strength"), note: say("on what it was never shown, always with the same noise") },
    level: (/** @type {string} */ share) => say("{share} noise", { share }),
    said: (/** @type {string} */ name, /** @type {string} */ value) => say("{name}: {value}", { name, value }),
  },
  memory: {
    set: (/** @type {string} */ count) => say("Train on {count}", { count }),
    hint: say("Begins anew with a training set of that size."),
    parted: (/** @type {string} */ count, /** @type {string} */ train, /** @type {string} */ held) =>
      say("On its {count} training examples it is off by {train}, on what it was never shown by {held}: the two have parted, it remembers.", { count, train, held }),
    together: (/** @type {string} */ count, /** @type {string} */ train, /** @type {string} */ held) =>
      say("On its {count} training examples it is off by {train}, on what it was never shown by {held}: nearly the same, so what it has learned holds for both.", { count, train, held }),
    copies: (/** @type {string} */ apart, /** @type {string} */ held) => say("Its samples are only {apart} away from the nearest training example, where others of their kind are {held} away: they are copies.", { apart, held }),
    own: (/** @type {string} */ apart, /** @type {string} */ held) => say("Its samples are {apart} away from the nearest training example, others of their kind {held}: none is a copy.", { apart, held }),
    chart: { name: say("Training set and held-out data"), note: say("error averaged over the five strengths") },
    pairs: { name: say("Samples over what is nearest to them in the training set"), note: say("and how far apart the two are: 0 is the very same picture") },
    train: say("trained on"),
    held: say("held out"),
    nearest: (/** @type {number} */ number) => say("nearest to sample {number}", { number }),
    said: (/** @type {string} */ train, /** @type {string} */ held) => say("Error on the training set {train}, on held-out data {held}.", { train, held }),
  },
  facts: { loss: say("Loss"), held: say("Held-out error"), seen: say("Examples seen"), times: say("Each seen"), parameters: say("Parameters"), rate: say("Learning rate") },
  formulas: {
    loss: (/** @type {number} */ count) => say("mean square error of the last {count} batches, at strengths drawn at random", { count }),
    held: say("mean square error on 64 that it was never shown, averaged over the five fixed strengths"),
    seen: (/** @type {number} */ updates, /** @type {number} */ batch) => say("{updates} updates × {batch} examples a batch", { updates, batch }),
    times: (/** @type {string} */ count) => say("examples seen ÷ {count} in the training set", { count }),
    parameters: say("numbers in the network, all of which each update moves a little"),
    rate: say("how far an update moves them"),
  },
  timesEach: (/** @type {string} */ times) => say("{times} times", { times }),
});
