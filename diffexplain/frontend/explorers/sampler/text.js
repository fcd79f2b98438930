/** Every word that the sampler explorer shows. */

import { figure, percent, tiny } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */

/** A share of the range from black to white. @param {number} value */
export const range = (value) => `${value === 0 ? "0" : value >= 0.0995 ? Math.round(100 * value) : value >= 0.00095 ? (100 * value).toFixed(1) : tiny(100 * value).replace(/0$/, "")} %`;

/** @param {number} value */
export const level = (value) => value.toFixed(1).replace(/^-(?=0\.0$)/, "").replace("-", "−");

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => {
  const comma = (/** @type {string} */ first, /** @type {string} */ second) => say("{first}, {second}", { first, second });
  /** Names one after the other. @param {string[]} names */
  const list = (names) => (names.length < 2 ? (names[0] ?? "") : say("{first} and {last}", { first: names.slice(0, -1).reduce((first, second) => (first ? comma(first, second) : second), ""), last: names.at(-1) }));
  return {
    title: say("Sampler explorer"),
    controls: {
      prompt: { label: say("Prompt"), hint: say("What to draw. Try “a fox”, “a green apple next to a red apple”, “一只狐狸”."), placeholder: say("nothing: the model draws what it likes") },
      negative: { label: say("Negative prompt"), hint: say("What guidance pushes away from. Empty for most uses."), placeholder: say("nothing") },
      seed: { label: say("Seed"), hint: say("The number that decides the starting noise, which all samplers share."), dice: say("Roll another seed") },
      steps: { label: say("Steps"), hint: say("How many steps each sampler takes. Some ask the network twice in each.") },
      guidance: { label: say("Guidance"), hint: say("Guidance scale: how strongly the sentence pulls. 1 asks the network only once a step, with the text alone.") },
      spacing: {
        label: say("Spacing"),
        hint: say("How the timesteps of the steps are laid out between noise and picture. Not every sampler has each."),
        usual: say("usual"),
        usualHint: say("As the model's own configuration says."),
        hints: /** @type {Record<string, string>} */ ({
          leading: say("Even in time, counted from the clean end: the first step begins a little below pure noise."),
          trailing: say("Even in time, counted from the noisy end: the first step begins at pure noise."),
          linspace: say("Even in time, with both ends."),
          karras: say("Closer together towards the clean end (Karras et al. 2022)."),
          exponential: say("Even in log-SNR."),
          beta: say("Closer together towards both ends (Lee et al. 2024)."),
        }),
      },
      eta: { label: say("DDIM noise (eta)"), hint: say("How much fresh noise DDIM adds, as a share of DDPM's: 0 none, 1 as much. Other samplers take no notice.") },
      samplers: {
        label: say("Samplers"),
        families: /** @type {Record<string, { name: string, hint: string }>} */ ({
          one: { name: say("one evaluation a step"), hint: say("Each step goes straight along one direction.") },
          two: { name: say("two evaluations a step"), hint: say("Each step tries a direction, asks the network again there, and corrects itself.") },
          memory: { name: say("remembers evaluations"), hint: say("Each step bends its way by what the network said in the steps before.") },
          noise: { name: say("fresh noise each step"), hint: say("Each step goes a little too far and adds new random noise.") },
        }),
        least: (/** @type {number} */ count) => say("At least {count} samplers are compared.", { count }),
        most: (/** @type {number} */ count) => say("At most {count} samplers are compared.", { count }),
        noSpacing: (/** @type {string} */ spacing) => say("It has no {spacing} spacing.", { spacing }),
      },
      axis: {
        label: say("Line up by"),
        hint: say("What the pictures of all samplers are lined up by."),
        log_snr: { label: say("noise level"), hint: say("Log-SNR: pictures that stand one above the other were guessed at the same noise level.") },
        evaluations: { label: say("evaluations"), hint: say("How often the network has been asked: what a picture costs.") },
      },
    },
    state: {
      running: (/** @type {number} */ done, /** @type {number} */ count) => (count ? say("evaluation {done} of {count}", { done, count }) : say("reading the sentence")),
      decoding: say("decoding the pictures"),
      long: (/** @type {number} */ done, /** @type {number} */ total) => say("long run: {done} of {total}", { done, total }),
      comparing: say("comparing with the long run"),
      clip: say("finding the places on the map"),
      done: (/** @type {number} */ seconds) => say("all of them in {seconds} s", { seconds: seconds < 10 ? seconds.toFixed(1) : Math.round(seconds) }),
    },
    heads: {
      sampler: say("Sampler"),
      noise: say("more noise"),
      picture: say("more picture"),
      log_snr: say("log-SNR"),
      evaluations: say("evaluations"),
      here: say("here"),
      end: say("finished"),
      group: say("same"),
      groupHint: say("Finished pictures with the same letter are the same but for detail."),
      cost: say("evaluations"),
      time: say("time"),
    },
    freshDdim: (/** @type {number} */ eta) => say("with fresh noise: eta {eta}", { eta }),
    row: {
      words: (/** @type {string} */ name, /** @type {number} */ count) => plural("What {name} expects on its way, one evaluation", "What {name} expects on its way, {count} evaluations", count, { name }),
      here: (/** @type {string} */ name, /** @type {number} */ index) => say("{name}: predicted original after evaluation {index}", { name, index }),
      none: (/** @type {string} */ name) => say("{name}: nothing yet", { name }),
      end: (/** @type {string} */ name) => say("{name}: finished picture", { name }),
      select: (/** @type {string} */ name) => say("Highlight {name} in the charts", { name }),
      seconds: (/** @type {number} */ seconds) => say("{seconds} s", { seconds: seconds < 9.95 ? seconds.toFixed(2) : seconds.toFixed(1) }),
    },
    long: { name: say("Long run"), note: say("fine steps, no fresh noise"), waiting: say("follows"), beyond: (/** @type {number} */ count) => say("{count} evaluations: beyond this axis", { count: number(count) }) },
    scrub: say("Place on the axis"),
    at: { log_snr: (/** @type {number} */ place) => say("log-SNR {level}", { level: level(place) }), evaluations: (/** @type {number} */ place) => say("evaluation {count}", { count: place }) },
    panels: {
      label: say("Look closer"),
      distance: { label: say("Distance to the long run"), hint: say("How far each has strayed, evaluation by evaluation.") },
      agreement: { label: say("Who agrees"), hint: say("Which finished pictures are the same.") },
      map: { label: say("On the map"), hint: say("The path of each through the space of CLIP.") },
      time: { label: say("Time"), hint: say("What the network costs and what the sampler itself.") },
    },
    distance: {
      label: say("Distance of each predicted original"),
      hint: say("Root of the mean squared difference of two pictures; 100 % is black against white."),
      along: { label: say("to the long run's, there"), hint: say("To what the long run predicts at the same noise level: how far the sampler has left its curve.") },
      toEnd: { label: say("to the long run's end"), hint: say("To the long run's finished picture.") },
      toOwn: { label: say("to its own end"), hint: say("To the sampler's own finished picture: how early it is settled.") },
      same: say("same but for detail"),
      axis: say("RMS difference, % of the range from black to white"),
      waiting: say("The long run is on its way."),
      stopped: say("There is no long run to compare with: it was cancelled. Run again to have it."),
      pending: say("This comes with the pictures."),
      words: (/** @type {string} */ values) => say("Line chart of the distances, on a log scale. Here: {values}.", { values }),
      value: (/** @type {string} */ name, /** @type {number} */ value) => say("{name} {value}", { name, value: range(value) }),
      lines: {
        along: (/** @type {string} */ names, /** @type {number} */ evaluations) =>
          say("The long run takes the same noise down in {count} evaluations, without fresh noise. What lies near it has followed its curve; those with fresh noise ({names}) left it with their first steps.", { names, count: evaluations }),
        alongAll: (/** @type {number} */ evaluations) =>
          say("The long run takes the same noise down in {count} evaluations, without fresh noise. What lies near it has followed its curve; what rises has taken steps too coarse for it.", { count: evaluations }),
        toEnd: say("All begin equally far from the finished picture, for all see the same noise. Those that solve the long run's equation come down to it; a line that stays up ends in another picture."),
        settled: (/** @type {string} */ values, /** @type {string} */ threshold) => say("Within {threshold} of its own finished picture for good: {values}.", { values, threshold }),
        settledAt: (/** @type {string} */ name, /** @type {number} */ done, /** @type {number} */ count) => say("{name} after {done} of {count} evaluations", { name, done, count }),
        later: say("What is left after that is detail."),
      },
    },
    agreement: {
      words: (/** @type {number} */ count) => say("Matrix of the distances between {count} finished pictures. Arrows move from pair to pair.", { count }),
      cell: (/** @type {string} */ one, /** @type {string} */ other, /** @type {number} */ value) => say("{one} and {other}: {value} apart", { one, other, value: range(value) }),
      self: (/** @type {string} */ name) => say("{name} with itself", { name }),
      difference: say("difference × 4"),
      unit: say("RMS difference, %"),
      ring: say("same but for detail"),
      threshold: (/** @type {number} */ threshold) =>
        say("“The same but for detail” is a difference below {threshold} of the range from black to white: on the bundled model, solvers of one equation stay below it, and those of the other lie at 14 % or more.", {
          threshold: percent(threshold),
        }),
      alike: (
        /** @type {string} */ letter,
        /** @type {string} */ names,
        /** @type {number} */ most,
      ) => (most < 5e-4 ? say("{letter}: {names}, equal to the eye and nearly to the number.", { letter, names }) : say("{letter}: {names}, at most {most} apart.", { letter, names, most: range(most) })),
      alone: (/** @type {string} */ letter, /** @type {string} */ name) => say("{letter}: {name}, alone.", { letter, name }),
    },
    map: {
      words: (/** @type {string} */ clip) => say("Map of the scene world in the space of {clip}, with the path of each sampler on it.", { clip }),
      waiting: say("The places on the map come last."),
      foreign: say("The map that ships knows the pictures of the bundled model alone, so this pipeline's paths are not drawn on it."),
      tools: { name: say("Map tools"), closer: say("Closer"), wider: say("Wider"), all: say("Show all"), around: say("Around the paths"), whole: say("Whole map") },
      line: say("Each predicted original where CLIP puts it among the pictures of the scene world. Early ones are blurs of all that the sentence could mean; neighbours on this map are alike, how long a stretch is means little."),
    },
    time: {
      network: say("network"),
      own: say("the sampler's own arithmetic"),
      row: (/** @type {number} */ count, /** @type {string} */ each, /** @type {string} */ own) => say("{count} × ({network} + {own}) ms", { count, network: each, own }),
      rowOnly: (/** @type {number} */ count, /** @type {string} */ each) => say("{count} × {network} ms", { count, network: each }),
      words: (/** @type {string} */ values) => say("Bars of the time that each sampler takes: {values}.", { values }),
      shared: (/** @type {string} */ share) => say("{share} of the time is the network's. All samplers shared its calls, and the time of a call is divided evenly among them; so what a sampler costs is how often it asks.", { share }),
      apart: (/** @type {string} */ share) => say("{share} of the time is the network's. This pipeline runs one sampler after the other; what a sampler costs is how often it asks.", { share }),
      guided: say("Guidance asks twice in each evaluation, without and with the text."),
      repeated: say("Own arithmetic is measured on the recorded predictions, without the network."),
    },
    findings: say("What this run shows"),
    foot: {
      here: (/** @type {string} */ place, /** @type {string} */ state) => say("At {place}: {state}", { place, state }),
      noise: (/** @type {string} */ share) => say("{share} of what the network sees is noise.", { share }),
      ofRow: (/** @type {string} */ name, /** @type {number} */ distance) => say("{name} expects a picture that is {distance} from the long run's.", { name, distance: range(distance) }),
      between2: (/** @type {string} */ best, /** @type {number} */ bestDistance, /** @type {string} */ worst, /** @type {number} */ worstDistance) =>
        say("Nearest to what the long run expects here is {best} ({bestDistance}), farthest {worst} ({worstDistance}).", { best, bestDistance: range(bestDistance), worst, worstDistance: range(worstDistance) }),
      same: say("All predict the same picture, for all see the same noise."),
      equal: (/** @type {string[]} */ names) => say("{names} end in the same picture to the eye.", { names: list(names) }),
      alike: (/** @type {string[]} */ names, /** @type {number} */ most) => say("{names} end in the same picture but for detail: at most {most} apart.", { names: list(names), most: range(most) }),
      equalFresh: (/** @type {string[]} */ names) => say("{names} draw the same fresh noise, for they share the seed, and end in the same picture to the eye.", { names: list(names) }),
      alikeFresh: (/** @type {string[]} */ names, /** @type {number} */ most) =>
        say("{names} draw the same fresh noise, for they share the seed, and end in the same picture but for detail: at most {most} apart.", { names: list(names), most: range(most) }),
      fresh: (/** @type {string[]} */ names, /** @type {string} */ distance) =>
        plural(
          "{names} adds fresh noise on the way and so solves another equation: it ends {distance} from the long run, and finer steps would not lead it there.",
          "{names} add fresh noise on the way and so solve another equation: they end {distance} from the long run, and finer steps would not lead them there.",
          names.length,
          { names: list(names), distance },
        ),
      freshNear: (/** @type {string[]} */ names, /** @type {string} */ distance) =>
        plural("{names} adds fresh noise on the way, yet ends only {distance} from the long run.", "{names} add fresh noise on the way, yet end only {distance} from the long run.", names.length, { names: list(names), distance }),
      between: (/** @type {number} */ least, /** @type {number} */ most) => (range(least) === range(most) ? range(most) : say("{least} to {most}", { least: range(least), most: range(most) })),
      nearest: (/** @type {string} */ best, /** @type {number} */ bestDistance, /** @type {number} */ bestCount, /** @type {string} */ worst, /** @type {number} */ worstDistance, /** @type {number} */ worstCount) =>
        say(
          "Of those without fresh noise, {best} comes nearest to the long run ({bestDistance} off, {bestCount} evaluations) and {worst} stays farthest ({worstDistance} off, {worstCount} evaluations): their steps are too coarse for the rest.",
          { best, bestDistance: range(bestDistance), bestCount, worst, worstDistance: range(worstDistance), worstCount },
        ),
      coarse: (/** @type {string} */ name, /** @type {number} */ distance, /** @type {number} */ count) =>
        say("{name}, the only one without fresh noise, ends {distance} from the long run after {count} evaluations: its steps are too coarse for the rest.", { name, distance: range(distance), count }),
      starts: (/** @type {string[]} */ names, /** @type {number} */ own, /** @type {number} */ usual, /** @type {number} */ distance) =>
        plural(
          "{names} starts at timestep {own}, not {usual}: from there even the long run ends {distance} elsewhere.",
          "{names} start at timestep {own}, not {usual}: from there even the long run ends {distance} elsewhere.",
          names.length,
          { names: list(names), own: figure(own), usual: figure(usual), distance: range(distance) },
        ),
      waiting: say("The pictures are on their way."),
    },
    facts: { logSnr: say("log-SNR"), noise: say("noise"), end: say("largest difference at the end"), long: say("long run") },
    formulas: {
      logSnr: say("Logarithm of the signal's variance over the noise's, 2·ln(a / b): 0 where both are equal."),
      noise: say("b² / (a² + b²) of x = a·x₀ + b·noise, at this place of the axis."),
      end: say("RMS difference of the two finished pictures that differ most; 100 % is black against white."),
      long: say("Evaluations of DPM-Solver++ 2M in fine steps, even in log-SNR, from the level where the samplers start. On the bundled model it lies within 0.1 % of Heun with 951 evaluations."),
    },
    list,
    sentences,
  };
};
