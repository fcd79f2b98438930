/** Every word that the contrastive training explorer shows. */

import { fixed } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => ({
  title: say("Contrastive training explorer"),
  sentences,
  pictures: { label: say("Pictures to learn from"), hint: say("How many captioned pictures there are. Of few it learns each by heart. Another number begins anew.") },
  dimensions: { label: say("Numbers each"), hint: say("How many numbers stand for a picture or a text: two can be drawn as they are. Another number begins anew.") },
  captions: {
    label: say("Captions"),
    hint: say("Language of the captions. Another one begins anew."),
    choices: [
      { value: "en", label: say("English"), hint: "" },
      { value: "zh", label: say("Chinese"), hint: "" },
    ],
  },
  seed: { label: say("Seed"), hint: say("Decides the pictures, the first weights and all batches."), dice: say("Roll another seed") },
  batch: { label: say("Batch"), hint: say("How many pairs are compared in one update: the more, the harder the question. The next updates use it.") },
  rate: { label: say("Learning rate"), hint: say("The next updates use it; nothing begins anew.") },
  temperature: { label: say("Temperature"), hint: say("What cosines are multiplied by before the softmax: learned with the weights, or held where you put it."), learned: say("learned") },
  wrong: { label: say("Wrong captions"), hint: say("How many of the pairs bring the same caption with one word wrong: one more text to be told apart.") },
  scrub: say("Moments of the training"),
  moment: (/** @type {number} */ update) => plural("after {count} update", "after {count} updates", update),
  matrix: {
    line: (/** @type {number} */ right, /** @type {number} */ count, /** @type {number} */ update) =>
      update === 0
        ? say("Nothing is learned yet: which of {count} texts belongs to which of {count} pictures is a guess.", { count })
        : sentences([
          plural("After {count} update {right} of {all} pictures that it never learned from find their own text.", "After {count} updates {right} of {all} pictures that it never learned from find their own text.", update, {
            right,
            all: count,
          }),
          right > 5 ? say("The diagonal lights up.") : say("Guessing would find 1."),
        ]),
    show: {
      label: say("Each cell shows"),
      hint: say("The same cosines, read in four ways."),
      choices: {
        cosine: { label: say("cosine"), hint: say("How far picture and text point in the same direction: 1 the same, 0 at a right angle, −1 opposite."), unit: say("cosine") },
        scaled: { label: say("× temperature"), hint: say("The cosine times the temperature: what goes into a softmax."), unit: say("cosine × temperature") },
        softmax_rows: { label: say("which text?"), hint: say("Softmax over the texts: for each picture, how sure the network is of each text. Every row sums to 1."), unit: say("share of each picture’s texts") },
        softmax_columns: { label: say("which picture?"), hint: say("Softmax over the pictures: for each text, how sure the network is of each picture. Every column sums to 1."), unit: say("share of each text’s pictures") },
      },
    },
    across: (/** @type {number} */ count) => plural("{count} text →", "{count} texts →", count),
    down: (/** @type {number} */ count) => plural("{count} picture ↓", "{count} pictures ↓", count),
    atMost: (/** @type {string} */ value) => say("{value} or less", { value }),
    words: (/** @type {number} */ pictures, /** @type {number} */ texts, /** @type {string} */ unit) =>
      say("Matrix of {pictures} held-out pictures, from top to bottom, by {texts} texts, from left to right, in the order of their grounds: {unit}. Arrow keys move the selected pair.", { pictures, texts, unit }),
  },
  pair: {
    own: (/** @type {number} */ at) => say("Picture {number} and its own text", { number: at + 1 }),
    other: (/** @type {number} */ picture, /** @type {number} */ text) => say("Picture {picture} and text {text}", { picture: picture + 1, text: text + 1 }),
    cosine: (/** @type {string} */ cosine) => say("Cosine {cosine}", { cosine }),
    texts: say("Nearest texts of this picture"),
    pictures: say("Nearest pictures of this text"),
    placed: (/** @type {number} */ place, /** @type {string} */ caption) => say("{place}. {caption}", { place: number(place), caption }),
    share: (/** @type {string} */ cosine, /** @type {string} */ share) => say("cosine {cosine}, share {share}", { cosine, share }),
    found: (/** @type {number} */ place, /** @type {string} */ caption, /** @type {string} */ cosine, /** @type {string} */ share) =>
      say("Number {place}: {caption}, cosine {cosine}, share {share}", { place: number(place), caption, cosine, share }),
  },
  loss: {
    name: say("Contrastive loss"),
    seen: say("learned from"),
    held: say("held out"),
    chance: (/** @type {number} */ count, /** @type {string} */ chance) => say("chance: ln {count} = {chance}", { count, chance }),
    words: (/** @type {string} */ held, /** @type {string} */ seen, /** @type {string} */ chance) =>
      say("Contrastive loss over the updates: {held} of held-out pairs and {seen} of pairs it learns from; guessing costs {chance}.", { held, seen, chance }),
  },
  panels: {
    label: say("Look closer"),
    space: { label: say("The space"), hint: say("Pictures and texts as points.") },
    update: { label: say("One update"), hint: say("Which pairs pull, which push.") },
    course: { label: say("Seen and held out"), hint: say("What is understood, and what is learned by heart.") },
    shipped: { label: say("The far end"), hint: say("The CLIP that ships, on the same pairs.") },
  },
  space: {
    circle: say("Two numbers each, so this is the whole space, a circle: an update draws each picture towards its own text and drives it from all others, and a circle has little room for that."),
    two: (/** @type {number} */ count) =>
      say("Each picture and each text is a point; training draws those that belong together to one place. Shown are the first two of {count} numbers, so points that meet here may still be apart.", { count }),
    apart: (/** @type {string} */ length) => say("On average a picture and its text are {length} of the plane’s width apart.", { length }),
    legend: say("◆ is a text, in the colour of its picture’s ground; a line joins it with its picture. Press one to select the pair."),
    words: (/** @type {number} */ count, /** @type {number} */ update) =>
      plural("Plane with {pairs} held-out pictures, each joined by a line with its text, after {count} update.", "Plane with {pairs} held-out pictures, each joined by a line with its text, after {count} updates.", update, { pairs: count }),
  },
  update: {
    waiting: say("Every 50th update is taken apart, and the last before a pause that was planned: press One step."),
    line: (/** @type {number} */ update, /** @type {number} */ shown, /** @type {number} */ batch, /** @type {number} */ wrong) =>
      sentences([
        say("Update {update}: the loss pulls each picture to its own text as hard as the softmax is unsure of it, and pushes it from every other as hard as the softmax believes in that.", { update: number(update) }),
        shown < batch ? say("Shown are {shown} of {batch} pairs; the shares count all.", { shown, batch }) : plural("The batch has {count} pair.", "The batch has {count} pairs.", batch),
        wrong ? plural("{count} wrong caption was among its texts.", "{count} wrong captions were among its texts.", wrong) : "",
      ]),
    parts: {
      before: { name: say("1 Cosine"), note: say("before the update") },
      by_picture: { name: say("2 Which text?"), note: say("softmax along each row") },
      by_text: { name: say("3 Which picture?"), note: say("softmax down each column") },
      pulls: { name: say("4 Pull and push"), note: say("green pulls, ochre pushes") },
      moved: { name: say("5 What came of it"), note: say("green nearer, ochre farther") },
    },
    matrix: (/** @type {string} */ name, /** @type {number} */ count) => say("{name}: {count} pictures, from top to bottom, by as many texts. Arrow keys move the selected pair.", { name, count }),
    pair: (/** @type {number} */ picture, /** @type {string} */ caption, /** @type {string} */ cosine, /** @type {string} */ temperature) =>
      say("Picture {picture} and “{caption}”: cosine {cosine}, times the temperature {temperature}.", { picture, caption, cosine, temperature }),
    shares: (/** @type {string} */ texts, /** @type {string} */ pictures) => say("It has {texts} of this picture’s texts and {pictures} of this text’s pictures.", { texts, pictures }),
    pulled: (/** @type {string} */ after) => say("They belong together, so they are pulled; after the update the cosine is {after}.", { after }),
    pushed: (/** @type {string} */ after) => say("They don’t belong together, so they are pushed; after the update the cosine is {after}.", { after }),
  },
  course: {
    right: say("Pictures that find their own text"),
    temperature: say("Temperature"),
    seen: say("learned from"),
    held: say("held out"),
    chance: (/** @type {number} */ count) => say("chance: 1 of {count}", { count }),
    both: (/** @type {string} */ seen, /** @type {string} */ held) => say("Of the pictures it learns from {seen} find their text, of those it never saw {held}.", { seen, held }),
    heart: say("What lies between is learned by heart."),
    none: say("It knows no more of the one than of the other: nothing is learned by heart yet."),
    past: (/** @type {number} */ update) => say("The held-out loss was lowest after update {update} and rises again: it over-fits.", { update: number(update) }),
    still: say("The held-out loss has not turned yet."),
    mark: {
      batch: (/** @type {number} */ value) => say("batch {value}", { value }),
      rate: (/** @type {number} */ value) => say("rate {value}", { value: String(value) }),
      temperature: (/** @type {number | null} */ value) => (value === null ? say("temperature learned") : say("temperature {value}", { value: String(value) })),
      wrong: (/** @type {number} */ value) => say("wrong {share} %", { share: Math.round(100 * value) }),
    },
  },
  shipped: {
    waiting: say("It comes after update 20."),
    line: (/** @type {string} */ far, /** @type {string} */ own) => say("The CLIP that ships read far more pictures for hours: {far} of the same pictures find their text, here {own} do.", { far, own }),
    same: say("On the same pairs"),
    own: say("this CLIP"),
    far: say("the CLIP that ships"),
    words: (/** @type {string} */ name, /** @type {number} */ count) => say("Cosines of {count} held-out pictures with their texts, {name}.", { name, count }),
    rows: { texts: say("pictures find their text"), pictures: say("texts find their picture"), loss: say("loss"), noticed: say("wrong word noticed"), temperature: say("temperature"), width: say("numbers each") },
  },
  sentence: (/** @type {import("./runs.js").Moment} */ { update, held, seen }, /** @type {ReturnType<typeof import("./derive.js").kinshipOf>} */ { own, same, other }) => {
    if (update === 0) return sentences([say("Before the first update."), say("Two towers with random weights: one reads pictures, one reads texts, and neither knows of the other.")]);
    const means = say("After update {update} a picture’s cosine is {own} with its own text, {same} with another of the same ground, {other} with all others, on average:", {
      update: number(update),
      own: fixed(own),
      same: fixed(same),
      other: fixed(other),
    });
    const verdict = own - other < 0.1
      ? say("nearly a guess so far.")
      : same - other > own - same
      ? say("so far it goes by the colour of the ground more than by the thing.")
      : say("it tells things apart, and not only the colour of the ground.");
    const heart = seen.loss < 0.6 * held.loss ? say("Pairs it learns from cost {seen}, those it never saw {held}: it learns by heart.", { seen: fixed(seen.loss), held: fixed(held.loss) }) : "";
    return sentences([means, verdict, heart]);
  },
  facts: { texts: say("pictures right"), pictures: say("texts right"), loss: say("held-out loss"), batch: say("last batch"), temperature: say("temperature"), noticed: say("wrong word noticed") },
  formulas: {
    texts: (/** @type {number} */ count) => say("Held-out pictures whose own text has the highest cosine of {count}; by chance it would be 1.", { count }),
    pictures: (/** @type {number} */ count) => say("Held-out texts whose own picture has the highest cosine of {count}; by chance it would be 1.", { count }),
    loss: (/** @type {number} */ count, /** @type {string} */ chance) =>
      say("Mean of two cross entropies, over the texts of each picture and over the pictures of each text (Radford et al. 2021, figure 3). Guessing among {count} costs {chance}; 0 would be certainty.", { count, chance }),
    batch: (/** @type {number} */ size, /** @type {string} */ chance) =>
      plural("Loss of the batch of the last update, which had {count} pair: guessing costs {chance}.", "Loss of the batch of the last update, which had {count} pairs: guessing costs {chance}.", size, { chance }),
    temperature: say("What cosines are multiplied by before a softmax: exp(logit_scale)."),
    noticed: say("Held-out pictures that are nearer to their caption than to the same caption with one word wrong; guessing would be 50 %."),
  },
  one: say("A batch of 1 has nothing to tell apart: its only text is right whatever the network says, and nothing is learned. Take a larger batch."),
});
