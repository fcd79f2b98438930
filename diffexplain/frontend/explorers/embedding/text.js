/** Every word that the embedding explorer shows. */

import { fixed as cosine, percent } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => ({
  title: say("Embedding explorer"),
  cosine,
  sentences,
  controls: {
    search: { label: say("Search by text"), hint: say("The text is embedded by CLIP and placed on the map; what lies near it is listed. Try “a red apple”, “an airplane”, “一只狐狸”."), placeholder: say("a sentence of your own") },
    picture: { label: say("Your picture"), hint: say("A picture from the gallery, a file or a sketch: embedded and placed on the map.") },
    choose: say("choose…"),
    projection: {
      label: say("Map"),
      hint: say("How the numbers of an embedding become two."),
      umap: { label: "UMAP", hint: say("Keeps neighbours together; distances between groups mean little.") },
      pca: { label: "PCA", hint: say("A straight shadow along the two directions in which the points differ most.") },
      gap: { label: say("Gap"), hint: say("A straight shadow along the line from the mean picture to the mean text: the gap in its true length.") },
      closed: { label: say("Gap closed"), hint: say("UMAP again, after the mean of all pictures was taken from the pictures and the mean of all texts from the texts.") },
    },
    colour: { label: say("Colour by"), hint: say("What the colours of the points stand for."), concept: say("concept"), style: say("drawing style"), ground: say("background"), kind: say("picture or text") },
    prompts: { label: say("Denoising runs to follow"), hint: say("Prompts, with | between them: each step's predicted picture is embedded and placed on the map."), placeholder: say("a fox | a cat") },
    seeds: { label: say("First seed"), hint: say("The seed of the first run of each prompt."), dice: say("Roll another seed") },
    count: { label: say("Seeds"), hint: say("How many runs each prompt has, each from noise of its own.") },
    steps: { label: say("Steps"), hint: say("How many steps each run has.") },
    guidance: { label: say("Guidance"), hint: say("Guidance scale: how strongly the prompt pulls.") },
  },
  tools: { name: say("Map tools"), closer: say("Closer (+)"), wider: say("Wider (−)"), all: say("Show all (0)"), lasso: say("Lasso: drag around points (or hold Shift)") },
  map: {
    label(/** @type {string} */ shown, /** @type {number} */ pictures, /** @type {number} */ texts) {
      const seen = plural("{count} picture", "{count} pictures", pictures);
      const read = plural("{count} text", "{count} texts", texts);
      const what = say("Map of {pictures} and {texts}, by {shown}.", { pictures: seen, texts: read, shown });
      return sentences([what, say("Arrow keys move it, plus and minus zoom, 0 shows all, Enter selects the point in the middle.")]);
    },
    waiting: say("Waiting for the map…"),
    gap: (/** @type {string} */ length) => say("modality gap {length}", { length }),
    meanPicture: say("mean picture"),
    meanText: say("mean text"),
  },
  progress: {
    model: say("loading CLIP"),
    drawing: say("loading the diffusion model"),
    pictures: (/** @type {number} */ done, /** @type {number} */ total) => say("embedding pictures: {done} of {total}", { done, total }),
    texts: (/** @type {number} */ done, /** @type {number} */ total) => say("embedding texts: {done} of {total}", { done, total }),
    umap: (/** @type {number} */ share) => say("fitting the map: {share}", { share: percent(share) }),
    closed: (/** @type {number} */ share) => say("fitting the map with the gap closed: {share}", { share: percent(share) }),
    begin: say("starting UMAP: the first time takes some seconds"),
    step: (/** @type {number} */ done, /** @type {number} */ count) => say("step {done} of {count}", { done, count }),
  },
  legend: {
    name: say("Legend: select to show or hide"),
    none: say("not said"),
    all: say("show all"),
    shapes: { picture: say("picture"), text: say("text") },
    entry: (/** @type {string} */ name, /** @type {number} */ count) => say("{name}, {count}", { name, count: number(count) }),
  },
  side: {
    title: {
      search: (/** @type {string} */ text) => say("Near “{text}”", { text }),
      picture: say("Near your picture"),
      lasso: (/** @type {number} */ count) => plural("{count} point in the lasso", "{count} points in the lasso", count),
      none: say("Select a point"),
    },
    hint: say("Select a thumbnail or a dot to see what lies near it, draw a lasso around some, or search by text."),
    ownCaption: say("its caption"),
    ownPicture: say("its picture"),
    pictures: say("Nearest pictures"),
    texts: say("Nearest texts"),
    cosineNote: say("cosine"),
    inLasso: say("Pictures in it"),
    more: (/** @type {number} */ count) => plural("and {count} more", "and {count} more", count),
    back: say("Back to the search"),
    remove: say("Take it off the map"),
    point: (/** @type {string} */ caption, /** @type {number} */ value) => say("{caption}: cosine {cosine}", { caption, cosine: cosine(value) }),
    truncated: (/** @type {number} */ read, /** @type {number} */ length) => say("CLIP reads the first {read} of its {length} characters.", { read: number(read), length: number(length) }),
    nothing: say("This map has none."),
  },
  paths: {
    title: say("Where denoising goes"),
    hint: say("At each step the model has a guess of the finished picture. CLIP embeds that guess, and here it lies on the map."),
    seed: (/** @type {number} */ seed) => say("seed {seed}", { seed }),
    scrub: say("Step"),
    film: (/** @type {string} */ prompt, /** @type {number} */ seed, /** @type {number} */ count) => say("Predicted pictures of “{prompt}”, seed {seed}, {count} steps", { prompt, seed, count }),
    step: (/** @type {number} */ index, /** @type {number} */ count) => say("step {index} of {count}", { index: index + 1, count }),
    empty: say("Type prompts above, with | between them, to watch two runs part."),
    cosine: (/** @type {number} */ value) => say("{value} with its prompt", { value: cosine(value) }),
  },
  foot: {
    umap: say("Neighbours on this map are neighbours in CLIP's space; how far apart two groups lie, and which way, means little."),
    pca: (/** @type {number} */ share, /** @type {number} */ width) => say("A straight shadow of {width} dimensions: its two axes hold {share} of all differences, the rest is squashed.", { share: percent(share), width: number(width) }),
    gap: say("Upwards goes the line from the mean picture to the mean text, in its true length; to the right, what the points differ most in."),
    closed: (/** @type {string} */ before, /** @type {string} */ after) =>
      say("Each kind's mean was taken away first. Of a point's ten nearest, {after} are now of the other kind instead of {before}: the constant between texts and pictures was a part of the gap, not all of it.", { before, after }),
    closedMore: (/** @type {string} */ before, /** @type {string} */ after) =>
      say("Each kind's mean was taken away first, and the kinds mix: of a point's ten nearest, {after} are now of the other kind instead of {before}.", { before, after }),
    apart: (/** @type {string} */ share, /** @type {string} */ chance) =>
      say("Texts and pictures keep to themselves: of a point's ten nearest, only {share} are of the other kind, by chance it would be {chance}. That is the modality gap.", { share, chance }),
    mixed: (/** @type {string} */ share, /** @type {string} */ chance) => say("Texts and pictures mix: of a point's ten nearest, {share} are of the other kind, by chance it would be {chance}.", { share, chance }),
    showGap: say("Show the gap"),
    facts: { gap: say("gap"), pairs: say("a picture and its caption"), pictures: say("two pictures"), texts: say("two texts"), strangers: say("a picture and any text") },
    formulas: {
      gap: say("Length of the line from the mean picture to the mean text, 0 to 2. For OpenAI's CLIP, Liang et al. (2022) measured about 0.8."),
      pairs: say("Mean cosine of each picture with its own caption."),
      pictures: say("Mean cosine of two different pictures. Far above 0, all pictures lie in one cone."),
      texts: say("Mean cosine of two different texts. Far above 0, all texts lie in one cone."),
      strangers: say("Mean cosine of a picture with a text taken at random."),
    },
  },
});
