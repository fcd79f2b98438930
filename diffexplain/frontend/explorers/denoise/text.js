/** Every word that the denoising explorer shows. */

import { percent } from "../../kit/format.js";

const alike = (/** @type {number | null} */ share) => (share === null ? "" : ` It is ${percent(Math.max(0, share))} like the one at the end.`);

export const text = {
  title: "Denoising explorer",
  controls: {
    prompt: { label: "Prompt", hint: "What to draw. Try “a fox”, “a green apple next to a red apple”, “一只狐狸”.", placeholder: "nothing: the model draws what it likes" },
    negative: { label: "Negative prompt", hint: "What guidance pushes away from. Empty for most uses.", placeholder: "nothing" },
    seed: { label: "Seed", hint: "The number that decides the starting noise. The same seed gives the same noise.", dice: "Roll another seed" },
    sampler: { label: "Sampler", hint: "How the predicted noise is used to get from one noise level to the next." },
    steps: { label: "Steps", hint: "How many times the U-Net is asked." },
    guidance: { label: "Guidance", hint: "Guidance scale: how strongly the sentence pulls. 1 asks the U-Net only once a step, with the text alone." },
    noKernel: "This page is a recording: moving this needs a running notebook.",
  },
  state: {
    queued: "waiting",
    running: (/** @type {number} */ done, /** @type {number} */ count) => (count ? `step ${done} of ${count}` : "reading the sentence"),
    decoding: "decoding the pictures",
    done: (/** @type {number} */ seconds) => `${seconds < 10 ? seconds.toFixed(2) : Math.round(seconds)} s`,
    failed: "This run failed.",
    advice: "Run it again, or change a control.",
    kept: "The last good picture is still here.",
    cancelled: "cancelled",
    again: "Run again",
    cancel: "Cancel",
    play: "Play",
    pause: "Pause",
    empty: "Waiting for the first step…",
    noKernel: "Nothing has come from Python. This explorer needs a running notebook: run its cell again.",
  },
  loop: (/** @type {number} */ count, /** @type {number} */ index) => ({ before: `repeated ${count} times · now step `, now: `${index + 1} of ${count}` }),
  places: {
    sentence: { name: "Sentence", hint: "The words, cut into tokens. Select to open." },
    encoder: { name: "Text encoder", hint: "Each token becomes a row of numbers. Select to open." },
    noise: { name: "Starting noise", hint: "What the seed decides. Select to open." },
    latent: { name: "Noisy latent", hint: "What the U-Net is given. Select to see its channels." },
    unet: { name: "U-Net", hint: "Asked without and with the text, then mixed by guidance. Select to open." },
    prediction: { name: "Predicted noise", hint: "Taken away, it leaves the predicted picture. Select for the sum in pictures." },
    sampler: { name: "Sampler", hint: "Takes some of the noise away. Select to see how far it goes." },
    decoder: { name: "VAE decoder", hint: "Turns the latent into a picture. Select to open." },
  },
  startWord: "start",
  endWord: "end",
  signalWord: "signal",
  noiseWord: "noise",
  tokens: (/** @type {number} */ count, /** @type {number} */ width) => `${count} tokens, ${width} numbers each`,
  seedNote: (/** @type {number} */ seed) => `seed ${seed}`,
  withoutText: "without text",
  withNegative: "with “not”",
  withText: "with text",
  onlyText: "asked once: no guidance",
  mixed: "mixed by guidance",
  takenAway: "to be taken away",
  samplerTakes: (/** @type {string} */ label) => `${label} takes some of it away`,
  ifStopped: "If it stopped here: the picture that the model expects",
  finished: "The finished picture",
  films: {
    x: { name: "Noisy latent", note: "what the U-Net sees" },
    noise: { name: "Predicted noise", note: "what it says is noise" },
    x0: { name: "Predicted picture", note: "what would be left" },
  },
  curve: { name: "Signal to noise", note: "log scale, over the timesteps of training", above: "more signal than noise", below: "more noise than signal" },
  scrub: "Step",
  close: "Close",
  stepWords: (/** @type {number} */ index, /** @type {number} */ count, /** @type {number | null} */ share) =>
    `step ${index + 1} of ${count}${share === null ? "" : `, ${percent(share)} signal`}`,
  filmWords: (/** @type {string} */ name, /** @type {number} */ count) => `${name} at each of ${count} steps, from noise to picture`,
  facts: {
    timestep: "timestep",
    sigma: "sigma",
    signal: "signal",
    logSnr: "log-SNR",
    moved: "prediction moved",
  },
  formulas: {
    timestep: "The clock that the U-Net is told, on the scale it was trained with: high is noisy, 0 is clean.",
    moved: "‖x₀ now − x₀ before‖ / ‖x₀ before‖",
  },
  truncated: (/** @type {number} */ limit, /** @type {string} */ dropped) =>
    `The text encoder reads ${limit} tokens. It never sees the rest of the prompt: “${dropped.trim()}”`,
  panels: {
    sentence: {
      line: (/** @type {number} */ pieces, /** @type {number} */ limit) =>
        `The sentence is cut into ${pieces} ${pieces === 1 ? "piece" : "pieces"} that the model knows; the number under each is its place in the vocabulary. Start and end marks are added, and the rest of the ${limit} places is filled with end marks.`,
    },
    encoder: {
      line: "The text encoder turns each token into a row of numbers, in which the words before it have left their mark. The U-Net reads all rows at every step.",
      missing: "This pipeline gives its U-Net no text states that can be shown by token.",
      row: (/** @type {string} */ token, /** @type {number} */ width) => `${width} numbers for the token ${token}`,
    },
    noise: {
      line: (/** @type {number[]} */ shape, /** @type {string} */ mean, /** @type {string} */ deviation) =>
        `${shape.join(" × ")} random numbers, mean ${mean}, standard deviation ${deviation}. The seed decides them and nothing else: another prompt with the same seed starts from the very same noise.`,
    },
    latent: {
      line: "The model works on these channels, not on red, green and blue. All pictures here have one colour scale; the noisy latent is drawn at unit scale, as the U-Net is given it.",
      channel: (/** @type {number} */ channel) => `channel ${channel}`,
    },
    unet: {
      difference: "what the text changes",
      outcome: "what would be left",
      slider: "guidance",
      share: (/** @type {string} */ share) => `drawn double; ${share} of the prediction`,
      line: "The U-Net predicts the noise twice, without and with the text. Guidance goes from the first through the second, and beyond it. Move it: what if this one step had been guided otherwise?",
      whatIf: (/** @type {string} */ now, /** @type {string} */ was) => `Guidance ${now} at this step alone, where the run had ${was}: mixed here from the two stored halves, without a new run.`,
      alone: "At a guidance scale of 1 the U-Net is asked once, with the text: there is no second prediction to compare with.",
      processed: "This pipeline changes the guided prediction further, so that it can't be mixed anew from its two halves.",
    },
    prediction: {
      line: "Every noisy latent is a sum of picture and noise. Knowing the noise, the picture can be solved for.",
    },
    sampler: {
      before: "noisy latent now",
      straight: "straight to the next level",
      beside: "what this sampler adds",
      after: "next noisy latent",
      pending: "The next latent has not come yet.",
      direct: (/** @type {string} */ label) => `${label} mixes the predicted picture and the predicted noise again, with less noise: nothing else is added at this step.`,
      more: (/** @type {string} */ label, /** @type {string} */ share) => `${label} does more than mix picture and noise at the next level: fresh noise, or a correction from the steps before. Here that is ${share} of the next latent.`,
    },
    decoder: {
      input: "predicted latent",
      output: "decoded picture",
      line: (/** @type {number} */ few, /** @type {number} */ many, /** @type {number} */ times, /** @type {string} */ fit) =>
        `${few.toLocaleString("en")} numbers become ${many.toLocaleString("en")}: ${times} times as many. The small pixelated pictures are a linear map from latent to colour, fitted to this decoder (it explains ${fit} of the colours).`,
    },
  },
  say: {
    again: "The sampler looks a second time at this noise level before it moves on.",
    pureNoise: (/** @type {number} */ noise) => `${percent(noise)} of what the U-Net sees is noise.`,
    mostlyNoise: (/** @type {number} */ signal) => `Noise still outweighs the picture: ${percent(signal)} is signal.`,
    mostlySignal: (/** @type {number} */ signal) => `The picture now outweighs the noise: ${percent(signal)} is signal.`,
    nearlyClean: (/** @type {number} */ noise) => `Almost no noise is left: ${percent(noise)}.`,
    firstGuess: "Out of it the model makes a first guess: a blur of all that the sentence could mean.",
    changing: (/** @type {number} */ moved, /** @type {number | null} */ like) => `The model is still changing its mind: its predicted picture moved by ${percent(moved)}.${alike(like)}`,
    settling: (/** @type {number} */ moved, /** @type {number | null} */ like) => `The predicted picture is settling: it moved by ${percent(moved)}.${alike(like)}`,
    settled: (/** @type {number} */ moved, /** @type {number | null} */ like) => `The predicted picture hardly moves any more (${percent(moved)}): what changes is texture.${alike(like)}`,
    noneLeft: "After this step no noise is left.",
    littleChange: (/** @type {number} */ changed) => `The step itself is small: the latent changes by ${percent(changed)}.`,
  },
};
