/**
 * A run of the pipeline: from a sentence and a seed to latents, a step at a time, as Python's takes them.
 *
 * @typedef {object} Networks  rows lie one after the other
 * @property {(tokens: Int32Array, rows: number) => Promise<Float32Array>} text  states of sentences
 * @property {(x: Float32Array, timestep: number, states: Float32Array, rows: number) => Promise<Float32Array>} unet  predictions
 * @property {(latents: Float32Array) => Promise<Float32Array>} decoder  the picture, (3, height, width), -1 to 1
 * @property {(tokens: Int32Array, rows: number) => Promise<Float32Array>} said  sentences in CLIP's space, not yet of unit length
 * @property {(pixels: Float32Array, rows: number) => Promise<Float32Array>} seen  pictures likewise; of (3, 64, 64) each, 0 to 1
 *
 * @typedef {object} Request
 * @property {string} prompt
 * @property {string} negative  what the half without the prompt is given
 * @property {number} seed
 * @property {number} guidance  up to 1 there is none, and the network is asked once a step instead of twice
 * @property {import("./mixing.js").Mixing} [mixing]  how the halves are mixed; none for plain guidance
 * @property {Float32Array} [noise]  to begin with, of unit variance, in the place of the generator's
 * @property {import("./samplers.js").StepTable} table  of the sampler and its steps
 *
 * @typedef {object} Step
 * @property {number} index
 * @property {import("./samplers.js").TableRow} row
 * @property {Float32Array} x  latents before the step
 * @property {Float32Array | null} uncond
 * @property {Float32Array | null} cond
 * @property {Float32Array} prediction  after guidance
 * @property {Float32Array} next  latents after it
 */
import { guided } from "./mixing.js";
import { scaled, stepped } from "./samplers.js";

/** Several rows as one. @param {Float32Array[]} rows */
function stacked(rows) {
  const whole = new Float32Array(rows.reduce((count, row) => count + row.length, 0));
  let at = 0;
  for (const row of rows) {
    whole.set(row, at);
    at += row.length;
  }
  return whole;
}

/**
 * @typedef {{ all: Float32Array, rows: number, prompt: Float32Array }} States  of the sentences, as the network is given them; of the prompt
 *
 * @param {{ prompt: string, negative: string, guidance: number }} request
 * @param {Networks} networks
 * @param {import("./tokenizer.js").Tokenizer} tokenizer
 * @returns {Promise<States>}
 */
export async function encoded({ prompt, negative, guidance }, networks, tokenizer) {
  const sentences = guidance > 1 ? [negative, prompt] : [prompt];
  const rows = sentences.length;
  const tokens = Int32Array.from(sentences.flatMap((sentence) => [...tokenizer.padded(sentence)]));
  const all = await networks.text(tokens, rows);
  return { all, rows, prompt: all.slice(all.length - all.length / rows) };
}

/**
 * Every step, as it is done; whoever stops asking has cancelled the run.
 * @param {Request} request
 * @param {Networks} networks
 * @param {States} states
 * @param {import("./random.js").Generator} generator  of the request's seed, from which nothing has been drawn
 * @param {number} size  how many numbers the latents have
 * @returns {AsyncGenerator<Step, void>}
 */
export async function* steps({ guidance, mixing = {}, noise, table }, networks, { all: states, rows }, generator, size) {
  let x = scaled(noise ?? generator.randn(size), table.start);
  /** @type {import("./samplers.js").Call | null} */
  let before = null;
  for (const [index, row] of table.rows.entries()) {
    const input = stacked(Array(rows).fill(scaled(x, row.scale)));
    const predicted = await networks.unet(input, row.timestep, states, rows);
    const [uncond, cond] = rows === 2 ? [predicted.slice(0, size), predicted.slice(size)] : [null, null];
    const prediction = uncond && cond
      ? guided({ uncond, cond, x, row }, mixing, guidance, index, table.rows.length)
      : predicted;
    const now = { x, prediction };
    const next = stepped(row, now, before, row.draws ? generator.randn(size) : null);
    yield { index, row, x, uncond, cond, prediction, next };
    [x, before] = [next, now];
  }
}
