/** Several runs side by side, a step of each at a time; what each draws is what it draws alone. */
import { tableOf } from "./facts.js";
import { pixelsOf } from "./pixels.js";
import { Generator } from "./random.js";
import { encoded, steps } from "./run.js";

/**
 * @typedef {object} Lane
 * @property {string} prompt
 * @property {string} negative
 * @property {number} seed
 * @property {number} steps
 * @property {string} sampler
 * @property {number} guidance
 * @property {import("./mixing.js").Mixing} [mixing]
 * @property {import("./samplers.js").StepTable} [table]  in the place of the sampler's
 * @property {Float32Array} [noise]  to begin with, of unit variance, in the place of the seed's
 */

/** The lane that a request asks for. @param {any} request @param {Partial<Lane>} [changes] @returns {Lane} */
export const laneOf = (request, changes) => ({ prompt: request.prompt, negative: request.negative_prompt, seed: request.seed,
  steps: request.steps, sampler: request.sampler, guidance: request.guidance_scale, ...changes });

/** How many steps a lane takes; some samplers ask the network more often than they are asked for steps. @param {Lane} lane @param {import("./engine.js").Kit} kit */
export const countOf = ({ sampler, steps }, { facts }) => facts.tables[sampler][steps][1].length;

/** The picture of latents as values of 0 to 1, (3, height, width). @param {Float32Array} latents @param {import("./engine.js").Kit} kit */
export const decodedPlanes = async (latents, { networks }) =>
  (await networks.decoder(latents)).map((value) => Math.max(0, Math.min(1, value / 2 + 0.5)));

/** The picture of latents. @param {Float32Array} latents @param {import("./engine.js").Kit} kit */
export const picture = async (latents, { networks, facts }) =>
  pixelsOf(await networks.decoder(latents), facts.latents[2] * facts.side);

/**
 * The pictures of several.
 * @param {Float32Array[]} latents @param {import("./engine.js").Kit} kit @param {() => Promise<void>} pause
 */
export async function decoded(latents, kit, pause) {
  const pictures = [];
  for (const each of latents) {
    await pause();
    pictures.push(await picture(each, kit));
  }
  return pictures;
}

/**
 * What a lane is run with.
 * @param {Lane} lane @param {import("./engine.js").Kit} kit
 */
export async function prepared(lane, { facts, networks, tokenizer }) {
  const table = lane.table ?? /** @type {import("./samplers.js").StepTable} */ (tableOf(facts, lane.sampler, lane.steps));
  const states = await encoded(lane, networks, tokenizer);
  const size = facts.latents.reduce((product, side) => product * side, 1);
  return { table, states, steps: () => steps({ ...lane, table }, networks, states, new Generator(lane.seed), size) };
}

/**
 * Each time all lanes that still go on have taken a step: which, and their steps.
 * @param {Lane[]} lanes @param {import("./engine.js").Kit} kit @param {() => Promise<void>} pause  rejects once nobody waits any more
 * @returns {AsyncGenerator<{ lane: number, step: import("./run.js").Step }[], void>}
 */
export async function* sampling(lanes, kit, pause) {
  const running = [];
  for (const lane of lanes) running.push((await prepared(lane, kit)).steps());
  for (;;) {
    const moved = [];
    for (const [lane, run] of running.entries()) {
      await pause();
      const { value } = await run.next();
      if (value) moved.push({ lane, step: value });
    }
    if (!moved.length) return;
    yield moved;
  }
}
