/** Every word that the latent explorer shows. */

import { figure, fixed, percent } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */

/** A number of the field that may not be there. @param {number | null} value */
const decibels = (value) => (value === null ? "∞" : value.toFixed(1));

/** How often, without zeros that say nothing. @param {number} value */
const times = (value) => figure(value).replace(/\.0+$/, "");

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => {
  const channel = (/** @type {number} */ at) => say("channel {number}", { number: at + 1 });
  const range = (/** @type {{ low: number, high: number }} */ { low, high }) => say("{low} to {high}", { low: figure(low), high: figure(high) });
  const pixels = (/** @type {number} */ side) => say("{side} × {side} pixels", { side: number(side) });
  const both = (/** @type {string} */ first, /** @type {string} */ second) => say("{first}; {second}", { first, second });
  const like = (/** @type {number | null} */ value) => (value === null ? "–" : figure(value));
  const correlation = (/** @type {number | null} */ value) => (value === null ? "–" : say("correlation {correlation}", { correlation: figure(value) }));
  const psnr = (/** @type {number | null} */ value) => (value === null ? say("no difference") : say("PSNR {value} dB", { value: decibels(value) }));
  return {
    title: say("Latent explorer"),
    sentences,
    channel,
    range,
    number,
    both,
    pixels,
    psnr,
    controls: {
      picture: { label: say("Picture"), hint: say("Which picture is encoded: from the gallery, your own, a sketch, or one that the model draws.") },
      other: { label: say("Other picture"), hint: say("A second picture, to blend with and to borrow a channel from.") },
      seed: { label: say("Seed"), hint: say("The number that decides all noises."), dice: say("Roll another seed") },
      operation: {
        label: say("Do this to the latents"),
        hint: say("Which change is made before they are decoded."),
        poke: { label: say("poke a number"), hint: say("Add to one number of a channel: click it below.") },
        shift: { label: say("shift"), hint: say("Add to all numbers of a channel.") },
        scale: { label: say("scale"), hint: say("Multiply all numbers of a channel.") },
        wipe: { label: say("wipe"), hint: say("Set all numbers of a channel to zero.") },
        swap: { label: say("swap"), hint: say("Exchange a channel with another one.") },
        borrow: { label: say("borrow"), hint: say("Take the channel of the other picture.") },
      },
      channel: { label: say("Channel"), hint: say("Which channel is changed.") },
      partner: { label: say("Swap with"), hint: say("The channel that takes its place."), next: say("the next one") },
      amount: { label: say("By"), hint: say("What is added to the numbers, or what they are multiplied by.") },
    },
    state: {
      drawing: (/** @type {number} */ done, /** @type {number} */ count) => say("the model draws: step {done} of {count}", { done, count }),
      decoding: (/** @type {number} */ done, /** @type {number} */ count) => say("decoding: {done} of {count}", { done, count }),
    },
    stage: {
      line: (/** @type {number} */ numbers, /** @type {number} */ latents) =>
        say("The denoiser never sees a picture. A network, the VAE, makes {latents} numbers of its {numbers}, {times} times fewer; the denoiser works on those, and in the end they are made a picture again.", {
          numbers: number(numbers),
          latents: number(latents),
          times: times(numbers / latents),
        }),
      original: say("The picture"),
      channels: say("Its latents"),
      restored: say("What comes back"),
      off: say("What is lost"),
      shape: (/** @type {number} */ side, /** @type {number} */ depth) => say("{side} × {side} × {depth} = {count} numbers", { side: number(side), depth: number(depth), count: number(side * side * depth) }),
      grey: (/** @type {number} */ at, /** @type {{ low: number, high: number }} */ one) => sentences([say("The numbers of channel {number}, from black to white: {range}.", { number: at + 1, range: range(one) })]),
      most: (/** @type {number} */ largest) => say("up to {share} of full brightness", { share: percent(largest) }),
      worst: (/** @type {number[]} */ [row, column]) => say("most in row {row}, column {column} (framed)", { row: row + 1, column: column + 1 }),
    },
    counts: {
      head: say("How many numbers"),
      which: say("model"),
      picture: say("picture"),
      latents: say("latents"),
      fewer: say("fewer"),
      here: say("this one"),
      usual: say("Stable Diffusion, 512 pixels"),
      times: (/** @type {number} */ fewer) => say("{times} times", { times: times(fewer) }),
    },
    cost: {
      head: say("What it costs, in multiply-adds"),
      encode: say("encode once"),
      denoise: say("one call of the denoiser"),
      decode: say("decode once"),
      denoise_pixels: say("one call on a cell for every pixel"),
      amount: (
        /** @type {number} */ count,
      ) => (count >= 1e12 ? say("{count} trillion", { count: figure(count / 1e12) }) : count >= 1e9 ? say("{count} billion", { count: figure(count / 1e9) }) : say("{count} million", { count: figure(count / 1e6) })),
      line: (/** @type {number} */ times) =>
        say("Counted on this model's own networks. The same denoiser on a cell for every pixel would cost {times} times as much a call, and a run makes many calls; the VAE is needed once.", { times: figure(times) }),
      waiting: say("being counted"),
    },
    panels: {
      label: say("Look closer"),
      change: { label: say("Change it"), hint: say("Poke one number, or a whole channel, and see what it paints.") },
      blend: { label: say("Blend two"), hint: say("Pixels mixed beside latents mixed.") },
      noise: { label: say("Noise in both"), hint: say("The same noise level in pixels and in latents.") },
      spread: { label: say("Spread and factor"), hint: say("The encoder says a distribution; and what the scaling factor is for.") },
      sizes: { label: say("Odd sizes"), hint: say("Why sides come in multiples.") },
      chance: { label: say("Chance alone"), hint: say("A random latent decoded.") },
    },
    change: {
      cells: (/** @type {number} */ at, /** @type {number[]} */ [row, column], /** @type {string} */ value) =>
        say("Channel {channel}; selected: row {row}, column {column}, {value}. Arrows move.", { channel: at + 1, row: row + 1, column: column + 1, value }),
      whole: (/** @type {number} */ at) => say("Channel {channel} after the change", { channel: at + 1 }),
      click: say("click a cell, or move by arrows"),
      now: say("after the change, on its scale before"),
      without: say("Without the change"),
      painted: say("What it paints"),
      off: say("What has changed"),
      same: say("This changes nothing: the picture is the same to the bit."),
      poke: (/** @type {number} */ count, /** @type {number} */ before, /** @type {number} */ after) => say("One number of {count} goes from {before} to {after}.", { count: number(count), before: fixed(before), after: fixed(after) }),
      reach: (/** @type {number} */ reach, /** @type {number} */ factor) =>
        say("Nine tenths of what it paints lie within {reach} × {reach} pixels, though a cell stands for only {factor} × {factor}: the decoder looks at neighbours, too.", { reach: number(reach), factor: number(factor) }),
      within: (/** @type {number} */ reach, /** @type {number} */ factor) =>
        say("Nine tenths of what it paints lie within {reach} × {reach} pixels, about where its cell is ({factor} × {factor}).", { reach: number(reach), factor: number(factor) }),
      whole_channel: /** @type {Record<string, (count: string, channel: number, amount: number, partner: number) => string>} */ ({
        shift: (count, at, amount) => say("{amount} is added to all {count} numbers of channel {channel}.", { count, channel: at + 1, amount: figure(amount) }),
        scale: (count, at, amount) => say("All {count} numbers of channel {channel} are multiplied by {amount}.", { count, channel: at + 1, amount: figure(amount) }),
        wipe: (count, at) => say("All {count} numbers of channel {channel} are zero.", { count, channel: at + 1 }),
        swap: (count, at, _, partner) => say("Channels {channel} and {partner} have changed places, {count} numbers each.", { count, channel: at + 1, partner: partner + 1 }),
        borrow: (count, at) => say("The {count} numbers of channel {channel} are those of the other picture.", { count, channel: at + 1 }),
      }),
      share: (/** @type {number} */ share) => say("{share} of the pixels change visibly.", { share: percent(share) }),
    },
    blend: {
      rows: { pixels: say("Pixels mixed"), line: say("Latents, on the line"), sphere: say("Latents, on the sphere") },
      notes: { pixels: say("no model at all"), line: say("mixed, then decoded"), sphere: say("turned, then decoded") },
      share: (/** @type {number} */ share) => say("{share} of the other", { share: percent(share) }),
      length: (/** @type {number} */ length) => say("length {length}", { length: fixed(length) }),
      like: (/** @type {number | null} */ value) =>
        value === null || value > 20
          ? say("Half way, mixing latents gives nearly what mixing pixels gives (PSNR {value} dB): a latent is a picture of few numbers, not an idea, so nothing turns from the one thing into the other.", { value: decibels(value) })
          : say("Half way, mixing latents gives something else than mixing pixels (PSNR {value} dB): the decoder is not linear. But both show one thing through the other: nothing turns from one into the other.", { value: decibels(value) }),
      lengths: (/** @type {number} */ line, /** @type {number} */ sphere, /** @type {number} */ angle) =>
        line < 0.9 * sphere
          ? say("The two lie {angle}° apart; half way the line has only length {line}, the sphere keeps {sphere} (noise has 1), so contrast fades on the line.", { line: fixed(line), sphere: fixed(sphere), angle: figure(angle) })
          : say("The two lie only {angle}° apart, so both ways are nearly one: half way the line has length {line}, the sphere {sphere}.", { line: fixed(line), sphere: fixed(sphere), angle: figure(angle) }),
    },
    noise: {
      rows: { pixels: say("Noise in pixels"), latents: say("Noise in latents") },
      notes: { pixels: say("in each colour"), latents: say("decoded") },
      level: (/** @type {number} */ level) => say("log-SNR {level}", { level: figure(level).replace(/\.0+$/, "") }),
      like: correlation,
      line: (/** @type {number} */ factor) =>
        say("Noise in latents looks different: a number of a latent stands for {factor} × {factor} pixels, so the noise comes in patches, and the decoder makes shapes and colours of it.", { factor: number(factor) }),
      stays: (/** @type {number | null} */ inPixels, /** @type {number | null} */ inLatents) =>
        say("Where noise is as strong as the signal (log-SNR 0), more of the picture stays in the latents: its correlation is {latents} there and {pixels} in the pixels.", { pixels: like(inPixels), latents: like(inLatents) }),
      goes: (/** @type {number | null} */ inPixels, /** @type {number | null} */ inLatents) =>
        say("Where noise is as strong as the signal (log-SNR 0), more of the picture stays in the pixels: its correlation is {pixels} there and {latents} in the latents.", { pixels: like(inPixels), latents: like(inLatents) }),
    },
    spread: {
      spread: say("How far each number may stray"),
      draws: say("Drawn from it"),
      draw: (/** @type {number} */ at) => say("draw {number}", { number: at + 1 }),
      line: (/** @type {number} */ mean, /** @type {number} */ deviation) =>
        say("The encoder says no number but a mean and a spread for each. Here the spread is {mean} on average, where the numbers themselves deviate by {deviation}: {share} of that.", {
          mean: figure(mean),
          deviation: figure(deviation),
          share: percent(mean / deviation),
        }),
      same: (/** @type {number | null} */ value) => say("Two draws are the same picture to the eye (PSNR {value} dB): the spread keeps the latents smooth in training, it makes no variety.", { value: decibels(value) }),
      differ: (/** @type {number | null} */ value) => say("Draws differ visibly (PSNR {value} dB): this encoder is not sure of its picture.", { value: decibels(value) }),
      none: say("This encoder says one latent and no spread: there is nothing to draw from."),
      half: say("With the factor"),
      half_raw: say("Without it"),
      unscaled: say("Factor forgotten in decoding"),
      halfNote: (/** @type {number | null} */ like) => say("as much noise, {like}", { like: correlation(like) }),
      factor: (/** @type {number} */ scaling, /** @type {number} */ raw, /** @type {number} */ deviation) =>
        say("The factor {scaling} brings the encoder's numbers from a deviation of {raw} to {deviation}; noise schedules are made for 1.", { scaling: figure(scaling), raw: figure(raw), deviation: figure(deviation) }),
      each: (/** @type {number} */ raw, /** @type {number} */ deviation) =>
        say("This model scales each channel by itself: the deviation of the numbers goes from {raw} to {deviation}; noise schedules are made for 1.", { raw: figure(raw), deviation: figure(deviation) }),
      shifted: (/** @type {number} */ shift) => say("Before, {shift} is taken from each.", { shift: figure(shift) }),
      stronger: (/** @type {number} */ ratio) => say("Without it they would be {times} times as strong.", { times: times(ratio) }),
      weaker: (/** @type {number} */ ratio) => say("Without it they would be {times} times weaker.", { times: times(ratio) }),
      told: (/** @type {number | null} */ scaled, /** @type {number | null} */ raw) =>
        say("Noise that is meant to be as strong as the picture (log-SNR 0) leaves a correlation of {scaled} with it, and {raw} without the factor: the denoiser would be told a wrong noise level.", { scaled: like(scaled), raw: like(raw) }),
      nothing: say("This model's factor is 1: there is nothing to leave out."),
    },
    sizes: {
      given: say("pixels a side"),
      cells: say("cells a side"),
      back: say("pixels back"),
      lost: say("lost"),
      odd: (/** @type {number} */ side) => say("Cut to {side} × {side}", { side: number(side) }),
      edge: (/** @type {number} */ lost) => plural("the red edge, {count} pixel wide, is lost", "the red edge, {count} pixels wide, is lost", lost, { count: number(lost) }),
      returned: (/** @type {number} */ side, /** @type {number | null} */ value) => both(pixels(side), psnr(value)),
      line: (/** @type {number} */ factor) => say("One cell stands for {factor} × {factor} pixels, and there is no half a cell: what is left over at the right and at the bottom has none.", { factor: number(factor) }),
      lostLine: (/** @type {number} */ given, /** @type {number} */ back, /** @type {number} */ factor) =>
        say("Of {given} pixels a side {back} come back, the next smaller multiple of {factor}.", { given: number(given), back: number(back), factor: number(factor) }),
      kept: (/** @type {number} */ given, /** @type {number} */ back) => say("Of {given} pixels a side {back} come back: this VAE fills up what is missing.", { given: number(given), back: number(back) }),
      prepared: (/** @type {number} */ side) => say("So the pipeline's own preparation squeezes such a picture to {side} × {side} before it is encoded.", { side: number(side) }),
      refused: (/** @type {string} */ why) => say("This VAE refuses such a picture: {why}", { why }),
    },
    chance: {
      random: (/** @type {number} */ at) => say("noise {number}", { number: at + 1 }),
      shuffled: say("The picture's own cells, shuffled"),
      own: say("In their order"),
      neighbours: (/** @type {number | null} */ value) => (value === null ? "" : say("neighbours: {value}", { value: fixed(value) })),
      line: say("A VAE alone draws nothing sensible: it knows what latents look like when a picture was encoded, and not which latents belong to any picture. That is what the denoiser is for."),
      measured: (/** @type {number | null} */ own, /** @type {number | null} */ random) =>
        say("Neighbouring cells of this picture have a correlation of {own}, those of noise {random}; the same cells in another order are no picture either.", {
          own: own === null ? "–" : fixed(own),
          random: random === null ? "–" : fixed(random),
        }),
    },
    foot: {
      line: (/** @type {import("./messages").Off} */ off, /** @type {number[]} */ [row, column]) =>
        say("What comes back is not quite the picture: {share} of the pixels differ visibly, most of all under row {row}, column {column} of the latents.", { share: percent(off.share), row: row + 1, column: column + 1 }),
      same: say("What comes back can't be told from the picture: no pixel differs visibly."),
    },
    facts: { fewer: say("numbers"), factor: say("a cell"), psnr: say("PSNR"), deviation: say("standard deviation"), model: say("model") },
    formulas: {
      fewer: (/** @type {number[]} */ [channels, rows, columns], /** @type {number} */ side) =>
        say("{side} · {side} · 3 = {numbers} of the picture, {columns} · {rows} · {channels} = {latents} of its latents", {
          side: number(side),
          numbers: number(3 * side * side),
          columns: number(columns),
          rows: number(rows),
          channels,
          latents: number(channels * rows * columns),
        }),
      factor: say("pixels of the picture that one cell of the latents stands for, along each side"),
      psnr: say("10 · log₁₀(1 / mean squared error), colours from 0 to 1: 20 dB is rough, 40 dB can hardly be told apart"),
      deviation: say("of all latents of this picture; noise has 1"),
      model: say("the pipeline whose VAE this is"),
    },
  };
};
