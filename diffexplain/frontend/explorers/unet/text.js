/** Every word that the U-Net explorer shows. */

import { percent } from "../../kit/format.js";
import { spoken } from "../../kit/words.js";

/** @typedef {ReturnType<typeof words>} Text */
/** @typedef {import("./messages").Block} Block */

/** A large number in three digits: 11.0 M. @param {number | null} value */
export function large(value) {
  if (value === null) return "–";
  const [unit, size] = value >= 1e12 ? ["T", 1e12] : value >= 1e9 ? ["G", 1e9] : value >= 1e6 ? ["M", 1e6] : value >= 1e3 ? ["K", 1e3] : ["", 1];
  const scaled = value / Number(size);
  return unit ? `${scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0)}\u00a0${unit}` : String(value);
}

/** A share; a very small one is not none. @param {number} value  0 to 1 */
export const share = (value) => (value > 0 && value < 0.0005 ? `< ${percent(0.001)}` : percent(value));

/** @param {import("../../kit/words.js").Translator} translator */
export const words = ({ say, plural, sentences, language }) => {
  const ofCount = (/** @type {number} */ index, /** @type {number} */ count) => say("{index} of {count}", { index, count });
  const label = (/** @type {Block | null} */ block) => (block ? spoken(block.label, language) : say("all of them"));
  const size = (/** @type {{ height: number, width: number }} */ { height, width }) => `${height} × ${width}`;
  return {
    title: say("U-Net explorer"),
    language,
    sentences,
    label,
    /** The same where a sentence begins. @param {Block | null} block */
    Label: (block) => label(block).replace(/^[a-z]/, (letter) => letter.toUpperCase()),
    size,
    controls: {
      prompt: { label: say("Prompt"), hint: say("What to draw. Try “a fox”, “a red apple”, “a blue car next to a tree”."), placeholder: say("nothing: the model draws what it likes") },
      negative: { label: say("Negative prompt"), hint: say("What guidance pushes away from."), placeholder: say("nothing") },
      noNegative: say("This pipeline has its guidance built in and reads no negative prompt."),
      seed: { label: say("Seed"), hint: say("The number that decides the starting noise. The same seed gives the same noise."), dice: say("Roll another seed") },
      sampler: { label: say("Sampler"), hint: say("How the predicted noise is used to get from one noise level to the next.") },
      steps: { label: say("Steps"), hint: say("How many times the network is asked.") },
      guidance: { label: say("Guidance"), hint: say("Guidance scale: how strongly the sentence pulls.") },
    },
    state: {
      running: (/** @type {number} */ done, /** @type {number} */ count) => (count ? say("step {done} of {count}", { done, count }) : say("reading the sentence")),
      maps: say("reading the feature maps"),
      redraw: (/** @type {number} */ done, /** @type {number} */ total) => say("drawing again: {done} of {total}", { done, total }),
    },
    network: {
      label: say("The network, block by block"),
      unet: (/** @type {number} */ skips) =>
        plural(
          "The picture goes down through smaller and smaller maps and up again. One skip connection takes details across.",
          "The picture goes down through smaller and smaller maps, where each place sees more of it, and up again. {count} skip connections take details across.",
          skips,
        ),
      row: (/** @type {number} */ count) =>
        plural(
          "The picture goes through one transformer block. There are no skip connections: nothing goes past a block.",
          "The picture goes through {count} transformer blocks, all at one size. There are no skip connections: nothing goes past a block.",
          count,
        ),
      skips: (/** @type {number} */ count) => plural("1 skip", "{count} skips", count),
      skipFrom: (/** @type {string} */ source, /** @type {string} */ target, /** @type {number} */ count) =>
        plural("one skip connection from {source} to {target}", "{count} skip connections from {source} to {target}", count, { source, target }),
      text: say("text"),
      textHint: say("The text comes in here"),
      legend: (/** @type {number} */ texts, /** @type {number} */ times, /** @type {number} */ blocks) =>
        sentences([
          plural("The text comes in at the one block that is marked.", "The text comes in at the {count} blocks that are marked.", texts),
          times === blocks ? say("The timestep comes in at every block.") : plural("The timestep comes in at one block.", "The timestep comes in at {count} blocks.", times),
        ]),
      colours: say("Colours: the three directions in which a block's maps vary most, the same for all steps."),
      unheard: say("The maps of this block are not kept: of a long row of blocks, evenly spread ones are."),
      /** @param {Block} block */
      block: (block) => [label(block), block.channels ? say("{channels} channels of {size}", { channels: block.channels, size: size(block) }) : "", block.reads_text ? say("The text comes in here") : ""].filter(Boolean).join(" · "),
      expected: (/** @type {number} */ index, /** @type {number} */ count) => say("Predicted picture at step {step}", { step: ofCount(index + 1, count) }),
      finished: say("The finished picture"),
    },
    timeline: {
      picture: { label: say("Predicted picture"), note: say("what would be left") },
      map: { label: say("Feature maps"), note: say("the same colours for all steps") },
      scrub: say("Step"),
      stepWords: (/** @type {number} */ index, /** @type {number} */ count) => say("step {step}", { step: ofCount(index + 1, count) }),
      pictureWords: (/** @type {number} */ count) => say("The predicted picture at each of {count} steps, from noise to picture", { count }),
      mapWords: (/** @type {string} */ block, /** @type {number} */ count) => say("What {block} hands on at each of {count} steps", { block, count }),
    },
    panels: {
      label: say("Look closer"),
      maps: { label: say("Inside a block"), hint: say("What the selected block hands on at this step") },
      weaken: { label: say("Without a part"), hint: say("The picture drawn again with a part of the network weakened") },
      sizes: { label: say("Sizes and costs"), hint: say("Parameters and multiply-adds, block by block") },
    },
    maps: {
      waiting: say("The feature maps come when the picture is finished."),
      lead: (/** @type {string} */ block, /** @type {number} */ channels, /** @type {string} */ size, /** @type {string} */ numbers) =>
        say("{block} hands on {channels} numbers at each of {size} places, {numbers} in all: not a picture, but what the network has found out about each place.", { block, channels, size, numbers }),
      shares: (/** @type {string} */ share) => say("Red, green and blue are the three directions in which they vary most: {share} of all that varies, over all places and steps.", { share }),
      smaller: (/** @type {string} */ size) => say("Drawn smaller than they are: {size}.", { size }),
      title: (/** @type {string} */ block, /** @type {string} */ step) => say("{block}, {step}", { block, step }),
      large: (/** @type {string} */ block, /** @type {string} */ step) => say("What {block} hands on at {step}, in the colours of its three leading components", { block, step }),
      answering: say("The channels that answer most to the prompt"),
      varying: say("The channels that vary most"),
      channel: (/** @type {number} */ number) => say("channel {number}", { number }),
      answer: (/** @type {number} */ times) => say("{times} × its spread", { times: times.toFixed(times < 0.95 ? 2 : 1) }),
      answerHint: say("How much the prompt changes it, beside how much it varies over all places and steps"),
      withPrompt: { label: say("with the prompt"), note: say("brown above its mean, blue below") },
      change: { label: say("what the prompt changes"), note: say("the same without it taken away") },
      before: say("The prompt changes nothing here: it comes in only at a later block."),
      unguided: (/** @type {number} */ scale) =>
        scale <= 1
          ? say("At a guidance scale of {scale} the network is asked once a step, with the prompt: there is nothing to compare it with.", { scale })
          : say("This model's guidance is built in: it is asked once a step, with the prompt, and there is nothing to compare it with."),
      pulls: say("How much the prompt changes of what each block hands on, step by step"),
      pullWords: (/** @type {string} */ block, /** @type {string} */ share, /** @type {string} */ step) => say("At {step} the prompt changes {share} of what {block} hands on.", { block, share, step }),
    },
    weaken: {
      part: {
        label: say("What is weakened"),
        block: { label: say("a block"), hint: say("What the block adds. Left out, it hands on what it was given.") },
        skip: { label: say("skip connections"), hint: say("What they bring into a block on the way up.") },
        backbone: { label: say("backbone"), hint: say("What comes into a block from below, beside what skip connections bring.") },
        text: { label: say("the text"), hint: say("What a block reads of the text.") },
        nothing: { label: say("nothing"), hint: say("Draws the picture once, as it is.") },
      },
      where: { label: say("Where"), turn: say("each in turn"), hint: say("In each block one after the other, or in the selected one alone.") },
      strength: { label: say("How much is left"), hint: say("0 leaves the part out, 1 leaves it as it is, more makes it stronger.") },
      /** @param {string} part @param {number} strength */
      lead(part, strength) {
        const left = strength === 0;
        const times = `${strength}`;
        if (part === "block")
          return left
            ? say("Each picture is drawn from the same noise without what one block adds. How far it is off says what that block is needed for.")
            : say("Each picture is drawn from the same noise, with what one block adds counting {times} times.", { times });
        if (part === "skip")
          return left
            ? say("Each picture is drawn from the same noise without the skip connections into one block: details have no way around the bottom.")
            : say("Each picture is drawn from the same noise, with the skip connections into one block counting {times} times: one of the two factors of FreeU (Si et al. 2023).", { times });
        if (part === "backbone")
          return left
            ? say("Each picture is drawn from the same noise with the skip connections alone in one block: what comes from below is left out.")
            : say("Each picture is drawn from the same noise, with what comes from below counting {times} times in one block: one of the two factors of FreeU (Si et al. 2023).", { times });
        if (part === "text")
          return left
            ? say("Each picture is drawn from the same noise, and one block reads nothing of the text. Where the picture stays, others have read it, too.")
            : say("Each picture is drawn from the same noise, with what one block reads of the text counting {times} times.", { times });
        return say("Nothing is weakened. Choose a part, and the picture is drawn again without it.");
      },
      untouched: say("as it is"),
      unit: say("Bars: how far the picture is off, root mean square of all pixels; 100 % would be black against white."),
      same: say("the same to the bit"),
      coming: say("to come"),
      lacking: (/** @type {string} */ block) => say("{block} has no such part. Choose another block, or each in turn.", { block }),
      picture: (/** @type {string} */ block, /** @type {string} */ distance) => say("The picture with {block} weakened, {distance} off", { block, distance }),
      extremes: (/** @type {string} */ most, /** @type {string} */ far, /** @type {string} */ least, /** @type {string} */ near) =>
        say("{most} is needed most: without it the picture is {far} off. {least} is missed least, {near}.", { most, far, least, near }),
      weaker: (/** @type {string} */ most, /** @type {string} */ far, /** @type {string} */ least, /** @type {string} */ near) => say("{most} changes the picture most: {far}. {least} changes it least: {near}.", { most, far, least, near }),
    },
    sizes: {
      heads: { block: say("Block"), size: say("Maps"), layers: say("Layers"), parameters: say("Parameters"), costs: say("Multiply-adds") },
      layers: (/** @type {number} */ resnets, /** @type {number} */ transformers) =>
        [resnets ? plural("1 convolutional", "{count} convolutional", resnets) : "", transformers ? plural("1 transformer", "{count} transformer", transformers) : ""].filter(Boolean).reduce(
          (first, second) => (first ? say("{first} + {second}", { first, second }) : second),
          "",
        ),
      lead: (/** @type {string} */ parameters, /** @type {string} */ costs, /** @type {string} */ all, /** @type {number} */ passes, /** @type {number} */ steps) =>
        say("{parameters} learned numbers do {costs} multiplications with an addition each in one pass. {passes} passes a step, {steps} steps: {all} for this picture.", { parameters, costs, passes, steps, all }),
      single: (/** @type {string} */ parameters, /** @type {string} */ costs, /** @type {string} */ all, /** @type {number} */ steps) =>
        say("{parameters} learned numbers do {costs} multiplications with an addition each in one pass. One pass a step, {steps} steps: {all} for this picture.", { parameters, costs, steps, all }),
      where: (/** @type {string} */ most, /** @type {string} */ parameters, /** @type {string} */ dear, /** @type {string} */ costs) =>
        say("Most of the numbers are in {most} ({parameters}), most of the work is in {dear} ({costs}).", { most, parameters, dear, costs }),
      uncounted: (/** @type {string} */ why) => say("The multiply-adds could not be counted: {why}", { why }),
      note: say("Counted: convolutions, linear layers and attention, for one picture in one pass."),
    },
    foot: {
      waiting: say("The network is drawn when the first step has come."),
      block: (/** @type {string} */ block, /** @type {number} */ channels, /** @type {string} */ size) => say("{block} hands on {channels} numbers at each of {size} places.", { block, channels, size }),
      pull: (/** @type {string} */ block, /** @type {string} */ share) => say("At this step the prompt changes {share} of what {block} hands on.", { block, share }),
      strongest: (/** @type {string} */ block, /** @type {string} */ share) => say("It changes most in {block}: {share}.", { block, share }),
      isStrongest: say("That is more than in any other block."),
    },
    facts: { timestep: say("timestep"), maps: say("maps"), channels: say("channels"), parameters: say("parameters"), costs: say("multiply-adds"), pull: say("changed by the prompt") },
    formulas: {
      timestep: say("the step of training that has as much noise; high is noisy"),
      maps: say("rows and columns of the block's maps"),
      channels: say("numbers at each place"),
      parameters: (/** @type {string} */ share) => say("{share} of the whole network", { share }),
      pull: say("‖with the prompt − without‖ / ‖with the prompt‖, over all channels and places"),
    },
  };
};
