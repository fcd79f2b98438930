/** Every word that the attention explorer shows. */

import { percent } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */
/** @typedef {import("./messages").Layer} Layer */

/** A share of attention; a very small one is not none. @param {number} value  0 to 1 */
export const share = (value) => (value > 0 && value < 0.0005 ? `< ${percent(0.001)}` : percent(value));

/** The ends of a scale, with as many digits as it takes to tell them apart. @param {{ low: number, high: number }} scale */
export function ends({ low, high }) {
  if (share(low) !== share(high)) return [share(low), share(high)];
  const digits = low === high ? 1 : Math.min(6, Math.ceil(-Math.log10(100 * (high - low))) + 1);
  return [low, high].map((value) => `${(100 * value).toFixed(Math.max(1, digits))} %`);
}

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, sentences }) => {
  const ofCount = (/** @type {number} */ index, /** @type {number} */ count) => say("{index} of {count}", { index, count });
  const quote = (/** @type {string} */ word) => say("“{word}”", { word });
  const part = (/** @type {Layer} */ { part, number }) => {
    const named = /** @type {Record<string, string>} */ ({ down: say("down {number}", { number }), up: say("up {number}", { number }), single: say("single {number}", { number }) });
    if (part === "middle") return number > 1 ? say("middle {number}", { number }) : say("middle");
    return named[part] ?? say("block {number}", { number });
  };
  const across = (/** @type {number} */ x) => (x < 0.4 ? say("on the left") : x > 0.6 ? say("on the right") : say("in the middle"));
  const down = (/** @type {number} */ y) => (y < 0.4 ? say("in the upper part") : y > 0.6 ? say("in the lower part") : say("at half height"));
  const marks = /** @type {Record<string, string>} */ ({ start: say("start"), end: say("end"), unknown: say("no words") });
  const wordName = (/** @type {import("./messages").Word} */ { text, kind, places }) => (kind === "word" ? text : kind === "padding" ? say("padding × {places}", { places }) : marks[kind]);
  /** With what a beginner can't know of it. @param {import("./messages").Word} word */
  const wordTitle = (word) => {
    if (word.kind === "start") return say("the start mark, which stands before every sentence");
    if (word.kind === "end") return say("the end mark, which stands behind the sentence");
    if (word.kind === "padding") return plural("one empty place behind the sentence", "{count} empty places behind the sentence, all together", word.places);
    if (word.kind === "unknown") return plural("one place of which no words are known", "{count} places of which no words are known", word.places);
    return word.pieces.length > 1 ? say("{word} ({count} tokens: {pieces})", { word: quote(word.text), count: word.pieces.length, pieces: word.pieces.join(" | ") }) : quote(word.text);
  };
  return {
    title: say("Attention explorer"),
    sentences,
    partOf: (/** @type {number} */ part, /** @type {number} */ whole) => say("{part} of {whole}", { part, whole }),
    wordName,
    wordTitle,
    /** @param {import("./messages").Word[]} words */
    names: (words) => words.map((word) => quote(wordName(word))).reduce((first, second) => (first ? say("{first} + {second}", { first, second }) : second), ""),
    streams: /** @type {Record<string, string>} */ ({ text: say("text encoder"), clip: "CLIP", t5: "T5", "": say("no tokens") }),
    controls: {
      prompt: { label: say("Prompt"), hint: say("What to draw. Try “a dog next to a cat”, “a red apple above a blue car”."), placeholder: say("nothing: the model draws what it likes") },
      negative: { label: say("Negative prompt"), hint: say("What guidance pushes away from. Its words can be looked at, too."), placeholder: say("nothing") },
      noNegative: say("This pipeline has its guidance built in and reads no negative prompt."),
      seed: { label: say("Seed"), hint: say("The number that decides the starting noise. The same seed gives the same noise."), dice: say("Roll another seed") },
      sampler: { label: say("Sampler"), hint: say("How the predicted noise is used to get from one noise level to the next.") },
      steps: { label: say("Steps"), hint: say("How many times the network is asked.") },
      guidance: { label: say("Guidance"), hint: say("Guidance scale: how strongly the sentence pulls.") },
    },
    state: {
      running: (/** @type {number} */ done, /** @type {number} */ count) => (count ? say("step {done} of {count}", { done, count }) : say("reading the sentence")),
      decoding: say("decoding the pictures"),
      apart: (/** @type {number} */ done, /** @type {number} */ count) => (count ? say("layers: {done} of {count} steps", { done, count }) : say("running again for the layers")),
    },
    sentence: {
      label: say("The sentence, and how much attention each word gets"),
      /** @param {"cond" | "uncond"} half @param {boolean} negative */
      half: (half, negative) => {
        if (half === "cond") return { name: say("Prompt"), note: say("the pass with it"), hint: say("Look at the words of the prompt") };
        if (negative) return { name: say("Negative prompt"), note: say("the pass with it"), hint: say("Look at the words of the negative prompt") };
        return { name: say("Without the prompt"), note: say("the other pass of guidance"), hint: say("Look at the marks of the empty sentence") };
      },
      ofStep: say("Bars: share of the picture's attention at this step. Select a word to see where; with Ctrl or Shift, several together."),
      ofRun: say("Bars: share of the picture's attention, the mean over all steps. Select a word to see where; with Ctrl or Shift, several together."),
      cut: say("A bar with a gap is cut short."),
      ofPatch: say("Bars: how this one patch divides its attention."),
      alone: (/** @type {number} */ scale) =>
        scale <= 1
          ? say("At a guidance scale of {scale} the network is asked once a step, with the prompt: there is no second pass to look at.", { scale })
          : say("This model's guidance is built in: it is asked once a step, with the prompt, and there is no second pass to look at."),
    },
    stage: {
      finished: say("The finished picture"),
      expected: (/** @type {number} */ index, /** @type {number} */ count) => say("Predicted picture at step {step}", { step: ofCount(index + 1, count) }),
      mean: (/** @type {number} */ layers) => plural("of the one layer that reads the text, the mean over its heads", "the mean over {count} layers that read the text, and over their heads", layers),
      toMean: say("Back to the mean over all layers and heads"),
      nothing: say("The maps have not come yet."),
      patch: (/** @type {number} */ row, /** @type {number} */ column) => say("Patch in row {row}, column {column}", { row, column }),
      whole: say("The whole picture"),
      listened: say("the words it listened to"),
      hint: say("Point at a patch, or use the arrow keys on the picture."),
      itself: say("the picture itself"),
      others: (/** @type {number} */ count) => plural("one more", "{count} more", count),
      every: say("Every word at once"),
      plain: say("the picture"),
      padding: say("padding"),
      own: say("each map in colours of its own, from its least to its most"),
      same: (/** @type {string} */ most) => say("one scale for all: 0 to {most}", { most }),
    },
    /** What the shares are of. */
    among: {
      all: {
        note: "",
        unit: say("share of a patch's attention"),
        share: (/** @type {string} */ name, /** @type {string} */ share) => say("{name}: {share} of the attention", { name, share }),
        patchWords: (/** @type {number} */ row, /** @type {number} */ column, /** @type {string} */ word, /** @type {string} */ share) =>
          say("Patch in row {row}, column {column}: most of its attention, {share}, is on {word}. Arrow keys go to another patch, Escape leaves it.", { row, column, share, word }),
        pictureWords: (/** @type {string} */ names, /** @type {string} */ share, /** @type {string} */ peak) =>
          say("Where the network looked for {names}: {share} of the picture's attention, at most {peak} of a patch's. Arrow keys go from patch to patch.", { names, share, peak }),
        picture: (/** @type {string} */ names, /** @type {string} */ share) => say("The picture gives {names} {share} of its attention.", { names, share }),
        source: (/** @type {string} */ source, /** @type {string} */ names, /** @type {string} */ share) => say("In {source}, the picture gives {names} {share} of its attention.", { source, names, share }),
        marks: (/** @type {string} */ marks, /** @type {string} */ share) => say("Start, end and padding, which stand for no word, get {marks}; all words together {share}.", { marks, share }),
      },
      words: {
        note: say("Marks and padding are left out: all shares are of what the words get."),
        unit: say("share of what a patch gives to words"),
        share: (/** @type {string} */ name, /** @type {string} */ share) => say("{name}: {share} of what the words get", { name, share }),
        patchWords: (/** @type {number} */ row, /** @type {number} */ column, /** @type {string} */ word, /** @type {string} */ share) =>
          say("Patch in row {row}, column {column}: of what it gives to words, most, {share}, is on {word}. Arrow keys go to another patch, Escape leaves it.", { row, column, share, word }),
        pictureWords: (/** @type {string} */ names, /** @type {string} */ share, /** @type {string} */ peak) =>
          say("Where the network looked for {names}: {share} of what the words get, at most {peak} of what a patch gives to words. Arrow keys go from patch to patch.", { names, share, peak }),
        picture: (/** @type {string} */ names, /** @type {string} */ share) => say("Of what the words get, {names} has {share}.", { names, share }),
        source: (/** @type {string} */ source, /** @type {string} */ names, /** @type {string} */ share) => say("In {source}, {names} has {share} of what the words get.", { source, names, share }),
        marks: (/** @type {string} */ marks, /** @type {string} */ share) => say("Start, end and padding, which stand for no word, are left out. Of everything they get {marks}, all words together {share}.", { marks, share }),
      },
    },
    look: {
      label: say("Shares of"),
      hint: say("The marks get most of the attention: without them, the words can be compared."),
      all: { label: say("everything"), hint: say("Of all that a patch reads: words, marks and padding.") },
      words: { label: say("words only"), hint: say("Leaves out marks and padding: each patch's shares of what it gives to words.") },
      over: { label: say("Maps of"), hint: say("Of which steps the maps are.") },
      step: { label: say("this step"), hint: say("The selected step, over the picture that the model expects there.") },
      run: { label: say("all steps"), hint: say("The mean over all steps, over the finished picture, as DAAM shows it.") },
      drawn: { label: say("Drawn"), hint: say("The network knows one number a patch; what lies between is drawn in.") },
      smooth: { label: say("smooth"), hint: say("A smooth curve through the middles of the patches.") },
      patches: { label: say("patches"), hint: say("One colour a patch, as the network has it.") },
      scale: { label: say("Colours"), hint: say("What the darkest and the lightest colour stand for.") },
      own: { label: say("own scale"), hint: say("From the least to the most of each map: shows where, not how much.") },
      same: { label: say("same scale"), hint: say("From nothing to the most of any word: shows how much, too.") },
      strength: { label: say("Strength"), hint: say("How much the map covers the picture.") },
    },
    timeline: {
      picture: { label: say("Predicted picture"), note: say("what would be left") },
      map: { label: say("Attention"), note: say("one scale for all steps"), some: (/** @type {number} */ count) => say("maps of {count} steps are here", { count }) },
      scrub: say("Step"),
      stepWords: (/** @type {number} */ index, /** @type {number} */ count) => say("step {step}", { step: ofCount(index + 1, count) }),
      pictureWords: (/** @type {number} */ count) => say("The predicted picture at each of {count} steps, from noise to picture", { count }),
      mapWords: (/** @type {string} */ names, /** @type {number} */ count) => say("Where the network looked for {names} at each of {count} steps", { names, count }),
    },
    layers: {
      title: say("Layers and heads"),
      mean: { label: say("mean"), hint: say("The mean over all layers and heads.") },
      apart: { label: say("apart"), hint: say("Runs the same once more and keeps each layer and each head.") },
      ask: say("So far, everything here is the mean over all layers and heads. Taken apart, each of them can be seen: the same run is done once more for that."),
      coming: (/** @type {number} */ done, /** @type {number} */ count) => (count ? say("Coming in: {done} of {count} steps.", { done, count }) : say("The same run is done once more, with layers and heads apart.")),
      short: part,
      allHeads: say("mean"),
      head: (/** @type {number} */ number) => say("head {number}", { number }),
      /** @param {Layer} layer @param {number} head  -1 for all */
      source: (layer, head) => (head < 0 ? say("layer {layer}, mean of its heads", { layer: part(layer) }) : say("layer {layer}, head {head}", { layer: part(layer), head: head + 1 })),
      spread: (/** @type {string} */ names, /** @type {{ name: string, share: string }} */ first, /** @type {{ name: string, share: string }} */ last) =>
        say("In {first}, {names} gets the most attention, {most}; in {last} the least, {least}. Select a map to see it large.", { names, first: first.name, most: first.share, last: last.name, least: last.share }),
      what: say("Columns are layers, from the network's entrance to its exit. Each of them asks several times side by side, with queries and keys of its own each time: these are its heads."),
      some: (/** @type {number} */ steps, /** @type {number} */ count) => plural("Of {all} steps, one is kept apart, so that it fits.", "Of {all} steps, {count} evenly spread ones are kept apart, so that they fit.", steps, { all: count }),
      nearest: (/** @type {number} */ index, /** @type {number} */ count) => say("These are of step {step}.", { step: ofCount(index + 1, count) }),
      smaller: say("Large layers are drawn with fewer patches than they have."),
      cell: (/** @type {string} */ source, /** @type {string} */ names, /** @type {string} */ share, /** @type {string} */ peak) => say("{source}: {share} on {names}, at most {peak} of a patch's", { source, names, share, peak }),
      gridWords: (/** @type {number} */ layers, /** @type {number} */ heads) => say("Small maps of {layers} layers with up to {heads} heads. Arrow keys select one.", { layers, heads }),
    },
    facts: { share: say("share"), peak: say("at its best patch"), holding: say("half of it on"), centre: say("middle of these"), timestep: say("timestep"), signal: say("signal"), all: say("all") },
    formulas: {
      share: (/** @type {number} */ layers) => say("softmax(q·kᵀ / √d), summed over the word's tokens, mean over all patches and heads of {layers} layers", { layers }),
      ofWords: (/** @type {string} */ formula) => say("{formula}, divided by the same of all words", { formula }),
      peak: say("the largest share that one patch gives"),
      holding: say("the fewest patches that together have half of the word's attention"),
      centre: say("the mean place of those patches: from the left, from the top"),
      timestep: say("The clock that the network is told, on the scale it was trained with: high is noisy, 0 is clean."),
    },
    careful: say("Attention shows where the network reads a word. It is no proof of what the word causes."),
    say: {
      step: (/** @type {number} */ index, /** @type {number} */ count) => say("Step {step}.", { step: ofCount(index + 1, count) }),
      run: (/** @type {number} */ count) => plural("The only step with maps.", "The mean over {count} steps.", count),
      nearest: (/** @type {number} */ index) => say("(Step {step} has no maps here; this is the nearest that has.)", { step: index + 1 }),
      half: (/** @type {number} */ holding, /** @type {number} */ patches, /** @type {{ x: number, y: number }} */ centre) =>
        say("Half of that lies on {holding} of {patches} patches, {across} {down}.", { holding, patches, across: across(centre.x), down: down(centre.y) }),
      even: (/** @type {number} */ holding, /** @type {number} */ patches) => say("It is spread almost evenly: half of it takes {holding} of {patches} patches.", { holding, patches }),
      likeFirst: (/** @type {number} */ alike) => say("The map of the first step correlates with it by {alike}.", { alike: alike.toFixed(2).replace("-", "−") }),
      likeLast: (/** @type {number} */ alike) => say("The map of the last step correlates with it by {alike}.", { alike: alike.toFixed(2).replace("-", "−") }),
      itself: (/** @type {string} */ rest) => say("{rest} stays within the picture itself.", { rest }),
      patch: (/** @type {number} */ row, /** @type {number} */ column, /** @type {string} */ word, /** @type {string} */ share) =>
        say("The patch in row {row}, column {column} listens most, of all words, to {word}: {share}.", { row, column, word, share }),
    },
  };
};
