/** Every word that the noise explorer shows. */

import { figure, percent } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => {
  const like = (/** @type {number} */ correlation) => say("correlation {correlation}", { correlation: figure(correlation) });
  return {
    title: say("Noise explorer"),
    controls: {
      picture: { label: say("Picture"), hint: say("Which picture drowns in noise: from the gallery, your own, a sketch, or one that the model draws.") },
      schedule: { label: say("Schedule"), hint: say("How much noise each step adds.") },
      steps: { label: say("Steps"), hint: say("How often noise is added on the way. Fewer steps are larger ones: the end is as noisy as with 1000.") },
      beta_start: { label: say("First β"), hint: say("Share of the variance that the first of 1000 steps replaces by noise. Empty for the usual one.") },
      beta_end: { label: say("Last β"), hint: say("Share of the variance that the last of 1000 steps replaces by noise. Empty for the usual one.") },
      seed: { label: say("Seed"), hint: say("The number that decides all noises."), dice: say("Roll another seed") },
      space: {
        label: say("Noise in"),
        hint: say("Where noise is added. Stable Diffusion adds it to latents, the first diffusion models to pixels."),
        pixels: { label: say("pixels"), hint: say("Red, green and blue of each pixel.") },
        latents: { label: say("latents"), hint: say("The numbers into which the model's VAE encodes the picture; what you see is decoded from them.") },
      },
      compare: { label: say("Beside it"), hint: say("Which other schedules are drawn, each with its usual range of β.") },
      noRange: say("This schedule has no range of β."),
    },
    schedules: /** @type {Record<string, { name: string, hint: string }>} */ ({
      linear: { name: say("linear"), hint: say("β rises in a straight line (DDPM, 2020).") },
      scaled_linear: { name: say("scaled linear"), hint: say("The square root of β rises in a straight line (Stable Diffusion, 2022).") },
      cosine: { name: say("cosine"), hint: say("The signal falls like a squared cosine, slowly at both ends (Nichol and Dhariwal, 2021).") },
      sigmoid: { name: say("sigmoid"), hint: say("β rises along an S.") },
      flow: { name: say("flow"), hint: say("A straight line from picture to noise, a = 1 − t and b = t (rectified flow; Stable Diffusion 3, Flux).") },
    }),
    state: { drawing: (/** @type {number} */ done, /** @type {number} */ count) => say("the model draws: step {done} of {count}", { done, count }) },
    signalWord: say("picture"),
    noiseWord: say("noise"),
    stage: {
      original: say("The picture"),
      after: (
        /** @type {number} */ step,
        /** @type {number} */ steps,
      ) => (step === 0 ? say("before the first step") : plural("after {count} step of {steps}", "after {count} steps of {steps}", step, { count: number(step), steps: number(steps) })),
      mixed: (/** @type {number} */ low, /** @type {number} */ high) => say("noise interpolated between steps {low} and {high}", { low: number(low), high: number(high) }),
      nearest: (/** @type {number} */ step) => say("decoded: step {step}, the nearest one", { step: number(step) }),
      latents: say("its latents"),
      words: (/** @type {string} */ after, /** @type {string} */ share) => say("The picture {after}: {share} of what is seen is noise.", { after, share }),
    },
    histogram: {
      title: (/** @type {number} */ count, /** @type {boolean} */ latent) => (latent ? say("How its {count} latent values are spread", { count: number(count) }) : say("How its {count} pixel values are spread", { count: number(count) })),
      now: say("now"),
      before: say("the picture"),
      exact: say("exact Gaussian, mean 0, deviation 1"),
      band: say("what a screen can show"),
      words: (/** @type {string} */ mean, /** @type {string} */ deviation, /** @type {string} */ gap) => say("Histogram of all values: mean {mean}, standard deviation {deviation}, {gap} away from a Gaussian.", { mean, deviation, gap }),
    },
    film: {
      name: say("The chain"),
      note: say("each from the one before"),
      words: (/** @type {number} */ steps) => plural("The picture and {count} step into noise", "The picture and {count} steps into noise", steps, { count: number(steps) }),
    },
    curve: {
      name: say("Noise level"),
      note: say("log-SNR over time"),
      above: say("more picture than noise"),
      below: say("more noise than picture"),
      level: (/** @type {string} */ level) => say("the same noise level: {level}", { level }),
      words: (/** @type {string} */ name, /** @type {string} */ level) => say("log-SNR of each schedule over its steps. {name} is now at {level}.", { name, level }),
    },
    scrub: say("Step"),
    panels: {
      label: say("Look closer"),
      schedules: { label: say("Schedules side by side"), hint: say("The same step, and the same noise level, under each schedule.") },
      jump: { label: say("Step by step, or in one jump"), hint: say("The Markov step beside the closed form, and their difference.") },
      last: { label: say("What the last step leaves"), hint: say("How much of the picture is still in what should be noise.") },
    },
    same: {
      step: say("the same step"),
      stepNote: (/** @type {number} */ step) => say("step {step} for all", { step: number(step) }),
      level: say("the same noise level"),
      levelNote: (/** @type {string} */ level) => say("log-SNR {level} for all", { level }),
      at: (/** @type {string} */ level) => say("log-SNR {level}", { level }),
      when: (/** @type {string} */ step) => say("at step {step}", { step }),
      never: (/** @type {string} */ level) => say("never: it ends at {level}", { level }),
      line: say("At the same step the schedules differ; at the same noise level they show the same picture, only at another time. A schedule is nothing but a choice of when."),
      scale: {
        pixels: say("All have the same noise and are drawn at one scale, that of the large picture, which only shows each pixel larger."),
        latents: say("All have the same noise and are latents drawn at one scale, by a linear map to colours; the large picture is decoded."),
      },
    },
    jump: {
      before: (/** @type {number} */ step) => (step === 0 ? say("the picture") : say("step {step}", { step: number(step) })),
      step: (/** @type {number} */ step) => say("step {step}", { step: number(step) }),
      fresh: say("fresh noise"),
      picture: say("the picture"),
      gathered: (/** @type {number} */ count) => plural("its fresh noise", "all {count} noises in one", count, { count: number(count) }),
      chain: say("Step by step"),
      closed: say("In one jump"),
      difference: say("difference"),
      largest: (/** @type {string} */ value) => say("at most {value}", { value }),
      none: say("none at all"),
      line: (/** @type {number} */ steps, /** @type {string} */ value, /** @type {string} */ precision) =>
        say(
          "Gaussian noises add up to one Gaussian noise, so any step can be reached at once: training never walks the chain. Over all {steps} steps both ways differ by {value} at most; the numbers themselves are rounded to about {precision}.",
          { steps: number(steps), value, precision },
        ),
      start: say("At step 0 there is nothing to compare yet: go forward."),
      nearest: (/** @type {number} */ step) => say("Shown for step {step}, the nearest one that Python told exactly.", { step: number(step) }),
    },
    last: {
      picture: say("after the last step"),
      left: (/** @type {string} */ share) => say("{share} of it is still in there", { share }),
      bell: say("how far the mean of pure noise strays"),
      channel: (/** @type {number} */ channel, /** @type {boolean} */ latent) => (latent ? say("latent {number}", { number: channel + 1 }) : [say("red"), say("green"), say("blue")][channel]),
      words: (/** @type {string} */ channel, /** @type {string} */ shift, /** @type {string} */ stray) =>
        say("The picture shifts the mean of its values of {channel} by {shift}; by itself the mean of so many noises strays by ±{stray}.", { channel, shift, stray }),
      clean: (/** @type {string} */ share) => say("The last step keeps {share} of the picture: too little to tell it from pure noise. A run may start from pure noise, as every sampler does.", { share }),
      mean: (/** @type {string} */ share, /** @type {string} */ channel, /** @type {string} */ shift, /** @type {string} */ stray, /** @type {string} */ times) =>
        say("The last step keeps {share} of the picture. That shifts the mean of {channel} by {shift}, {times} times as far as the mean of pure noise strays (±{stray}): brightness and colour can still be read off.", {
          share,
          channel,
          shift,
          stray,
          times,
        }),
      dim: (/** @type {string} */ share, /** @type {string} */ shift, /** @type {string} */ stray) =>
        say(
          "The last step keeps {share} of the picture. This one is of medium brightness and colour, so no mean moves by more than {shift}, hardly farther than the mean of pure noise strays by itself (±{stray}); a darker or brighter one would give itself away.",
          { share, shift, stray },
        ),
      run: say(
        "So in training the model never sees pure noise, and learns to read the brightness from the last step. A run does start from pure noise, whose mean is 0: it tells the model “medium brightness”, and very dark or very bright pictures come out rarely (Lin et al. 2023).",
      ),
    },
    warning: (/** @type {string} */ name, /** @type {string} */ share) =>
      say(
        "The last step of this schedule ({name}) is not quite noise: {share} of the picture's amplitude is left in it. A run that starts from pure noise starts where training never was; “What the last step leaves” shows what that does.",
        {
          name,
          share,
        },
      ),
    facts: { mean: say("mean"), deviation: say("standard deviation"), correlation: say("correlation with the picture"), logSnr: say("log-SNR"), signal: say("picture's share"), beta: say("this step adds") },
    formulas: {
      signal: (/** @type {string} */ a, /** @type {string} */ b) => say("a² / (a² + b²), x = a·picture + b·noise, a = {a}, b = {b}", { a, b }),
      beta: (/** @type {string} */ keep, /** @type {string} */ add) => say("x now = {keep} · x before + {add} · fresh noise; the variance of the noise added is {add}²", { keep, add }),
      start: say("The picture: no step yet."),
      mean: say("the sum of all values, divided by their number"),
      deviation: say("the square root of the mean squared distance from the mean; pure noise has 1"),
      correlation: say("1: like the picture but for contrast and brightness; 0: nothing in common"),
    },
    stepLine: (/** @type {number} */ step, /** @type {number} */ steps, /** @type {string} */ line) => sentences([say("Step {step} of {steps}.", { step: number(step), steps: number(steps) }), line]),
    stepWords: (/** @type {number} */ step, /** @type {number} */ steps, /** @type {string} */ level) => say("step {step} of {steps}, log-SNR {level}", { step: number(step), steps: number(steps), level }),
    say: {
      untouched: say("No noise yet: this is the picture, and the histogram is its own."),
      hardly: (/** @type {number} */ correlation) => say("The noise is hardly to be seen ({like} with the picture).", { like: like(correlation) }),
      easily: (/** @type {number} */ correlation) => say("The picture is easily seen through the noise ({like}).", { like: like(correlation) }),
      outline: (/** @type {number} */ correlation) => say("Fine detail has drowned; the outline still shows ({like}).", { like: like(correlation) }),
      patches: (/** @type {number} */ correlation) => say("Only large patches still show, if one knows where to look ({like}).", { like: like(correlation) }),
      drowned: (/** @type {number} */ correlation) => say("Nothing of the picture can be seen ({like}).", { like: like(correlation) }),
      plain: (/** @type {number} */ share) => say("The picture has one colour only; {share} of what is seen is noise.", { share: percent(share) }),
      own: say("The histogram still has the shape that the picture gives it."),
      shifted: (/** @type {string} */ mean, /** @type {string} */ deviation) => say("The histogram is bell-shaped already, but not yet the exact one: mean {mean} instead of 0, deviation {deviation} instead of 1.", { mean, deviation }),
      bell: say("The values can't be told from a Gaussian any more."),
    },
    sentences,
  };
};
