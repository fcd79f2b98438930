/** Every word that the denoising explorer shows. */

import { percent } from "../../kit/format.js";

const FULL = 'detail="full"'; // of Explorer.to_html

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => {
  const alike = (/** @type {number | null} */ share) => (share === null ? "" : say("It is {share} like the one at the end.", { share: percent(Math.max(0, share)) }));
  const before = (/** @type {string} */ word) => (/\p{Script=Han}$/u.test(word) ? word : `${word} `); // Chinese has no spaces
  const ofCount = (/** @type {number} */ index, /** @type {number} */ count) => say("{index} of {count}", { index: index + 1, count });
  return {
    title: say("Denoising explorer"),
    controls: {
      prompt: { label: say("Prompt"), hint: say("What to draw. Try “a fox”, “a green apple next to a red apple”, “一只狐狸”."), placeholder: say("nothing: the model draws what it likes") },
      negative: { label: say("Negative prompt"), hint: say("What guidance pushes away from. Empty for most uses."), placeholder: say("nothing") },
      seed: { label: say("Seed"), hint: say("The number that decides the starting noise. The same seed gives the same noise."), dice: say("Roll another seed") },
      sampler: { label: say("Sampler"), hint: say("How the predicted noise is used to get from one noise level to the next.") },
      steps: { label: say("Steps"), hint: say("How many times the U-Net is asked.") },
      guidance: { label: say("Guidance"), hint: say("Guidance scale: how strongly the sentence pulls. 1 asks the U-Net only once a step, with the text alone.") },
    },
    state: {
      running: (/** @type {number} */ done, /** @type {number} */ count) => (count ? say("step {done} of {count}", { done, count }) : say("reading the sentence")),
      decoding: say("decoding the pictures"),
      done: (/** @type {number} */ seconds) => say("{seconds} s", { seconds: seconds < 10 ? seconds.toFixed(2) : Math.round(seconds) }),
      empty: say("Waiting for the first step…"),
    },
    loop: (/** @type {number} */ count, /** @type {number} */ index) => ({ before: `${plural("repeated once", "repeated {count} times", count)} · ${before(say("now step"))}`, now: ofCount(index, count) }),
    places: {
      sentence: { name: say("Sentence"), hint: say("The words, cut into tokens. Select to open.") },
      encoder: { name: say("Text encoder"), hint: say("Each token becomes a row of numbers. Select to open.") },
      noise: { name: say("Starting noise"), hint: say("What the seed decides. Select to open.") },
      latent: { name: say("Noisy latent"), hint: say("What the U-Net is given. Select to see its channels.") },
      unet: { name: say("U-Net"), hint: say("Asked without and with the text, then mixed by guidance. Select to open.") },
      prediction: { name: say("Predicted noise"), hint: say("Taken away, it leaves the predicted picture. Select for the sum in pictures.") },
      sampler: { name: say("Sampler"), hint: say("Takes some of the noise away. Select to see how far it goes.") },
      decoder: { name: say("VAE decoder"), hint: say("Turns the latent into a picture. Select to open.") },
    },
    startWord: say("start"),
    endWord: say("end"),
    tokenWord: (/** @type {number} */ id) => say("token {id}", { id }),
    signalWord: say("signal"),
    noiseWord: say("noise"),
    tokens: (/** @type {number} */ count, /** @type {number} */ width) => plural("{count} token, {width} numbers each", "{count} tokens, {width} numbers each", count, { width }),
    seedNote: (/** @type {number} */ seed) => say("seed {seed}", { seed }),
    withoutText: say("without text"),
    withNegative: say("with “not”"),
    withText: say("with text"),
    onlyText: say("asked once: no guidance"),
    mixed: say("mixed by guidance"),
    takenAway: say("to be taken away"),
    samplerTakes: (/** @type {string} */ label) => say("{label} takes some of it away", { label }),
    ifStopped: say("If it stopped here: the picture that the model expects"),
    finished: say("The finished picture"),
    films: { x: { name: say("Noisy latent"), note: say("what the U-Net sees") }, noise: { name: say("Predicted noise"), note: say("what it says is noise") }, x0: { name: say("Predicted picture"), note: say("what would be left") } },
    curve: { name: say("Signal to noise"), note: say("log-SNR at each step"), above: say("more signal than noise"), below: say("more noise than signal") },
    beside: {
      keep: { label: say("Keep this one"), hint: say("Keeps this run: the next one appears beside it, step by step.") },
      letGo: { label: say("Let go"), hint: say("Forgets the kept run and ends the comparison.") },
      kept: say("This run is kept. Change the prompt, the seed, the sampler, the steps or the guidance: the next run appears beside it."),
      title: say("Two runs side by side"),
      same: say("Both were asked the same."),
      nothing: say("nothing"),
      size: say("Size"),
      before: { name: say("A, kept"), note: say("its predicted picture") },
      after: { name: say("B, this run"), note: say("its predicted picture") },
      difference: { name: say("Difference, B − A"), note: say("mid-grey: none") },
      finished: { before: say("A, finished"), after: say("B, finished") },
      level: (/** @type {string} */ level) => say("log-SNR {level}", { level }),
      share: (/** @type {string} */ share) => say("{share} root mean square", { share }),
      aligned: say("Lined up by noise level, not by the number of the step: beside each step of B stands the step of A whose log-SNR is nearest."),
      apart: (/** @type {string} */ share) => say("Here the two predicted pictures are {share} apart: root mean square over all pixels and colours, 100 % from black to white.", { share }),
      sizes: say("The two pictures have different sizes, so no difference is drawn."),
    },
    scrub: say("Step"),
    stepWords: (/** @type {number} */ index, /** @type {number} */ count, /** @type {number | null} */ share) =>
      share === null ? say("step {step}", { step: ofCount(index, count) }) : say("step {step}, {share} signal", { step: ofCount(index, count), share: percent(share) }),
    stepLine: (/** @type {number} */ index, /** @type {number} */ count, /** @type {string} */ line) => sentences([say("Step {step}.", { step: ofCount(index, count) }), line]),
    predictedLatent: say("the predicted latent"),
    filmWords: (/** @type {string} */ name, /** @type {number} */ count) => say("{name} at each of {count} steps, from noise to picture", { name, count }),
    facts: { timestep: say("timestep"), sigma: say("sigma"), signal: say("signal"), logSnr: say("log-SNR"), moved: say("prediction moved") },
    formulas: { timestep: say("The clock that the U-Net is told, on the scale it was trained with: high is noisy, 0 is clean."), moved: say("‖x₀ now − x₀ before‖ / ‖x₀ before‖") },
    detail: {
      small: say("Drawn from small copies. A running notebook shows all numbers, and so does an export with {code}.", { code: FULL }),
      none: say("This page has no arrays of this step. A running notebook shows them, and so does an export with {code}.", { code: FULL }),
    },
    panels: {
      sentence: {
        line: (/** @type {number} */ pieces, /** @type {number} */ limit) =>
          sentences([
            plural(
              "The sentence is cut into one piece that the model knows; the number under it is its place in the vocabulary.",
              "The sentence is cut into {count} pieces that the model knows; the number under each is its place in the vocabulary.",
              pieces,
            ),
            say("Start and end marks are added, and the rest of the {limit} places is filled with end marks.", { limit }),
          ]),
      },
      encoder: {
        line: say("The text encoder turns each token into a row of numbers, in which the words before it have left their mark. The U-Net reads all rows at every step."),
        missing: say("This pipeline gives its U-Net no text states that can be shown by token."),
        row: (/** @type {string} */ token, /** @type {number} */ width) => say("{width} numbers for the token {token}", { width, token }),
      },
      noise: {
        line: (/** @type {number[]} */ shape, /** @type {string} */ mean, /** @type {string} */ deviation) =>
          say("{shape} random numbers, mean {mean}, standard deviation {deviation}. The seed decides them and nothing else: another prompt with the same seed starts from the very same noise.", { shape: shape.join(" × "), mean, deviation }),
      },
      latent: {
        line: say("The model works on these channels, not on red, green and blue. All pictures here have one colour scale; the noisy latent is drawn at unit scale, as the U-Net is given it."),
        channel: (/** @type {number} */ channel) => say("channel {channel}", { channel }),
      },
      unet: {
        difference: say("what the text changes"),
        outcome: say("what would be left"),
        slider: say("guidance"),
        share: (/** @type {string} */ share) => say("drawn double; {share} of the prediction", { share }),
        line: say("The U-Net predicts the noise twice, without and with the text. Guidance goes from the first through the second, and beyond it. Move it: what if this one step had been guided otherwise?"),
        whatIf: (/** @type {string} */ now, /** @type {string} */ was) => say("Guidance {now} at this step alone, where the run had {was}: mixed here from the two stored halves, without a new run.", { now, was }),
        alone: say("At a guidance scale of 1 the U-Net is asked once, with the text: there is no second prediction to compare with."),
        processed: say("This pipeline changes the guided prediction further, so that it can't be mixed anew from its two halves."),
      },
      prediction: { line: say("Every noisy latent is a sum of picture and noise. Knowing the noise, the picture can be solved for.") },
      sampler: {
        before: say("noisy latent now"),
        straight: say("straight to the next level"),
        beside: say("what this sampler adds"),
        after: say("next noisy latent"),
        pending: say("The next latent has not come yet."),
        direct: (/** @type {string} */ label) => say("{label} mixes the predicted picture and the predicted noise again, with less noise: nothing else is added at this step.", { label }),
        more: (/** @type {string} */ label, /** @type {string} */ share) =>
          say("{label} does more than mix picture and noise at the next level: fresh noise, or a correction from the steps before. Here that is {share} of the next latent.", { label, share }),
      },
      decoder: {
        input: say("predicted latent"),
        output: say("decoded picture"),
        line: (/** @type {number} */ few, /** @type {number} */ many, /** @type {number} */ times, /** @type {string} */ fit) =>
          say("{few} numbers become {many}: {times} times as many. The small pixelated pictures are a linear map from latent to colour, fitted to this decoder (it explains {fit} of the colours).", {
            few: number(few),
            many: number(many),
            times,
            fit,
          }),
      },
    },
    say: {
      again: say("The sampler looks a second time at this noise level before it moves on."),
      pureNoise: (/** @type {number} */ noise) => say("{share} of what the U-Net sees is noise.", { share: percent(noise) }),
      mostlyNoise: (/** @type {number} */ signal) => say("Noise still outweighs the picture: {share} is signal.", { share: percent(signal) }),
      mostlySignal: (/** @type {number} */ signal) => say("The picture now outweighs the noise: {share} is signal.", { share: percent(signal) }),
      nearlyClean: (/** @type {number} */ noise) => say("Almost no noise is left: {share}.", { share: percent(noise) }),
      firstGuess: say("Out of it the model makes a first guess: a blur of all that the sentence could mean."),
      changing: (/** @type {number} */ moved, /** @type {number | null} */ like) => sentences([say("The model is still changing its mind: its predicted picture moved by {share}.", { share: percent(moved) }), alike(like)]),
      settling: (/** @type {number} */ moved, /** @type {number | null} */ like) => sentences([say("The predicted picture is settling: it moved by {share}.", { share: percent(moved) }), alike(like)]),
      settled: (/** @type {number} */ moved, /** @type {number | null} */ like) => sentences([say("The predicted picture hardly moves any more ({share}): what changes is texture.", { share: percent(moved) }), alike(like)]),
      noneLeft: say("After this step no noise is left."),
      littleChange: (/** @type {number} */ changed) => say("The step itself is small: the latent changes by {share}.", { share: percent(changed) }),
    },
    sentences,
  };
};
