/** Every word that the similarity explorer shows. */

import { percent } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => ({
  title: say("Similarity explorer"),
  sentences,
  show: {
    label: say("Each cell shows"),
    hint: say("The same cosines, read in four ways: no new run."),
    choices: {
      cosine: { label: say("cosine"), hint: say("How far picture and text point in the same direction: 1 the same, 0 at a right angle, −1 opposite."), unit: say("cosine") },
      scaled: { label: say("× temperature"), hint: say("The cosine times the temperature that the model has learnt: what goes into a softmax."), unit: say("cosine × temperature") },
      softmax_rows: { label: say("which text?"), hint: say("Softmax over the texts: for each picture, how sure the model is of each text. Every column sums to 1."), unit: say("share of each picture’s texts") },
      softmax_columns: { label: say("which picture?"), hint: say("Softmax over the pictures: for each text, how sure the model is of each picture. Every row sums to 1."), unit: say("share of each text’s pictures") },
    },
  },
  wrong: { label: say("Add a wrong caption"), hint: say("Adds a text that is nearly right for the selected picture: does the model notice?") },
  matrix: {
    size: (/** @type {number} */ pictures, /** @type {number} */ texts) => sentences([plural("{count} picture", "{count} pictures", pictures), "×", plural("{count} text", "{count} texts", texts)]),
    words: (/** @type {string} */ unit, /** @type {number} */ pictures, /** @type {number} */ texts) =>
      say("Matrix of {pictures} pictures, from left to right, by {texts} texts, from top to bottom: {unit}. Arrow keys move the selected pair.", { pictures, texts, unit }),
    atMost: (/** @type {string} */ value) => say("{value} or less", { value }),
    ring: say("ringed: a picture and its own text"),
    addText: say("Add a text…"),
    textLabel: (/** @type {number} */ at) => say("Text {number}", { number: at + 1 }),
    removeText: (/** @type {number} */ at) => say("Remove text {number}", { number: at + 1 }),
    pictures: say("Pictures"),
    picturesHint: say("From the gallery, a file, a sketch, or drawn by the model. Select one that is in the matrix to take it out."),
    addPicture: say("Add or remove…"),
    pictureLabel: (/** @type {number} */ at, /** @type {string} */ caption) => (caption ? say("Picture {number}: {caption}", { number: at + 1, caption }) : say("Picture {number}", { number: at + 1 })),
    removePicture: (/** @type {number} */ at) => say("Remove picture {number}", { number: at + 1 }),
    drawn: (/** @type {string} */ prompt, /** @type {number} */ seed) => say("drawn from “{prompt}”, seed {seed}", { prompt, seed }),
  },
  cut: (/** @type {number} */ at, /** @type {number} */ read, /** @type {number} */ tokens) => say("Text {number} was not read to its end: {read} of its {tokens} tokens were.", { number: at + 1, read, tokens }),
  pair: {
    name: (/** @type {number} */ picture, /** @type {number} */ text) => say("Picture {picture} and text {text}", { picture: picture + 1, text: text + 1 }),
    pictureWords: (/** @type {number} */ at) => say("picture {number}", { number: at + 1 }),
    cosine: say("cosine"),
    scaled: (/** @type {string} */ temperature) => say("× {temperature}", { temperature }),
    scaledHint: say("The cosine times the temperature of this model."),
    texts: say("among texts"),
    textsHint: say("Softmax over the texts of this picture: its share, and its rank by cosine."),
    pictures: say("among pictures"),
    picturesHint: say("Softmax over the pictures of this text: its share, and its rank by cosine."),
    place: (/** @type {number} */ rank, /** @type {number} */ count) => say("{rank} of {count}", { rank, count }),
  },
  line: {
    pair: (/** @type {number} */ picture, /** @type {number} */ text, /** @type {string} */ cosine) => say("Picture {picture} and text {text}: cosine {cosine}.", { picture: picture + 1, text: text + 1, cosine }),
    bestOfBoth: say("Neither has a nearer partner here."),
    ranks: (/** @type {number} */ byText, /** @type {number} */ texts, /** @type {number} */ byPicture, /** @type {number} */ pictures) =>
      say("For this picture the text is number {byText} of {texts}; for this text the picture is number {byPicture} of {pictures}.", { byText, texts, byPicture, pictures }),
    found: (/** @type {number} */ right, /** @type {number} */ count) =>
      right === count
        ? plural("The picture finds its own text.", "All {count} pictures find their own text.", count)
        : plural("Of one picture, {right} finds its own text.", "Of {count} pictures, {right} find their own text.", count, { right }),
  },
  facts: { diagonal: say("on the diagonal"), beside: say("beside it"), loss: say("contrastive loss"), temperature: say("temperature"), pictures: say("pictures right"), texts: say("texts right") },
  formulas: {
    diagonal: say("Mean cosine of picture k with text k."),
    beside: say("Mean cosine of all other pairs: those that belong to somebody else."),
    loss: (/** @type {string} */ chance) =>
      say("Mean of two cross entropies, over the texts of each picture and over the pictures of each text (Radford et al. 2021, figure 3). Guessing would cost {chance}, the logarithm of their number; 0 would be certainty.", { chance }),
    temperature: say("exp(logit_scale), learnt together with the weights."),
    lossValue: (/** @type {string} */ loss, /** @type {string} */ chance) => say("{loss} (chance {chance})", { loss, chance }),
    right: say("Those whose own partner, of the same number, has the highest cosine."),
  },
  places: {
    temperature: { name: (/** @type {string} */ best) => say("Why is the best cosine only {best}?", { best }), hint: say("What the temperature does.") },
    search: { name: () => say("Sort the gallery by a text"), hint: say("Retrieval: the nearest pictures to a text.") },
    older: { name: () => say("The older way: draw many, choose one"), hint: say("Sixteen pictures without guidance, chosen by CLIP, beside guided ones of the same cost.") },
  },
  temperature: {
    line: (/** @type {string} */ temperature, /** @type {string} */ lead, /** @type {string} */ odds) =>
      say(
        "Because nothing asks for more. Training only asks that the right pair wins the softmax, and in there each cosine is multiplied by the temperature, {temperature} in this model: a lead of {lead} already means odds of {odds} to 1.",
        { temperature, lead, odds },
      ),
    other: (/** @type {string} */ odds) =>
      say("The higher the temperature, the smaller a lead it takes. OpenAI’s CLIP has learnt 100, where a lead of 0.1 means {odds} to 1: its right pairs lie near 0.3, its wrong ones near 0.2, and it is sure all the same.", { odds }),
    odds: (/** @type {number} */ value) => (value >= 1e6 ? say("more than a million") : number(Number(value >= 100 ? value.toFixed(0) : value.toPrecision(2)))),
    slider: say("Temperature"),
    sliderHint: say("What if the model had learnt another one? Only the shares change, never the order."),
    own: (/** @type {string} */ value) => say("Back to {value}", { value }),
    column: (/** @type {number} */ at) => say("Which text for picture {number}?", { number: at + 1 }),
    bar: (/** @type {string} */ cosine, /** @type {number} */ share) => say("cosine {cosine}, share {share}", { cosine, share: percent(share) }),
    lead: (/** @type {string} */ lead, /** @type {string} */ odds) => say("The first leads the second by {lead}: {odds} to 1.", { lead, odds }),
  },
  search: {
    label: say("Text"),
    hint: say("Any text, also one that no picture fits. English or Chinese."),
    hintOther: say("Any text, also one that no picture fits."),
    placeholder: say("a lemon on a white background"),
    line: (/** @type {number} */ count, /** @type {string} */ best, /** @type {string} */ middle) =>
      say("The {count} pictures of the gallery, sorted by their cosine with this text. The nearest has {best}, the one in the middle {middle}.", { count, best, middle }),
    pick: say("Select one to put it into the matrix."),
    result: (/** @type {number} */ rank, /** @type {string} */ cosine, /** @type {string} */ caption) => say("number {rank}, cosine {cosine}: {caption}", { rank, cosine, caption }),
    curve: (/** @type {number} */ count) => say("All {count} cosines, from the highest down", { count }),
    empty: say("Type a text: the gallery is sorted by it."),
  },
  older: {
    prompt: { label: say("Prompt"), hint: say("What all of them should show."), placeholder: say("a fox on a blue background") },
    steps: { label: say("Steps"), hint: say("Of each picture.") },
    guidance: { label: say("Guidance"), hint: say("Guidance scale of the guided pictures.") },
    seed: { label: say("Seed"), hint: say("Of the first picture; each next one has the next."), dice: say("Roll another seed") },
    start: say("Draw them"),
    ways: { unguided: say("Without guidance, CLIP chooses"), guided: say("With guidance") },
    note: (/** @type {number} */ count, /** @type {number} */ cost) => sentences([plural("{count} picture", "{count} pictures", count), "·", plural("{count} evaluation of the network", "{count} evaluations of the network", cost)]),
    pending: say("not yet"),
    best: say("best"),
    picture: (
      /** @type {number} */ seed,
      /** @type {string} */ cosine,
      /** @type {boolean} */ best,
    ) => (best ? say("seed {seed}, cosine {cosine}, the best of its row", { seed, cosine }) : say("seed {seed}, cosine {cosine}", { seed, cosine })),
    empty: say("Before classifier-free guidance one drew many pictures and let CLIP choose the one that fits best. A guided picture asks the network twice a step, so the same effort makes half as many. Which way is better?"),
    result: (/** @type {string} */ best, /** @type {string} */ guidedBest, /** @type {string} */ guidedMean, /** @type {string} */ mean) =>
      say("Choosing lifts the cosine from {mean} on average to {best}. The guided ones have {guidedMean} on average, without any choosing, and {guidedBest} at best.", { best, guidedBest, guidedMean, mean }),
    cost: (/** @type {number} */ unguided, /** @type {number} */ guided) => say("Counted at the network: {unguided} evaluations against {guided}.", { unguided: number(unguided), guided: number(guided) }),
    moral: (/** @type {boolean} */ guidanceWins) => (guidanceWins ? say("Guidance steers every picture; choosing only throws away.") : say("Here choosing keeps up: try a prompt that the model draws less well.")),
  },
  progress: {
    drawing: (/** @type {number} */ done, /** @type {number} */ total) => say("drawing, step {done} of {total}", { done, total }),
    embedding: (/** @type {number} */ done, /** @type {number} */ total) => say("embedding, {done} of {total}", { done, total }),
    gallery: (/** @type {number} */ done, /** @type {number} */ total) => say("reading the gallery, {done} of {total}", { done, total }),
    older: (/** @type {number} */ done, /** @type {number} */ total) => say("evaluation {done} of {total}", { done: number(done), total: number(total) }),
  },
});
