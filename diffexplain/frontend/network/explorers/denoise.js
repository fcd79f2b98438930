/** A run of the denoising explorer, said in the same messages as Python says it (explorers/denoise/explorer.py). */
import { previewMatrix, tableOf } from "../facts.js";
import { atUnitScale, correlation, deviation, mean, move, relativeChange } from "../measures.js";
import { coarseToFine } from "../order.js";
import { png } from "../png.js";
import { Generator } from "../random.js";
import { read } from "../reading.js";
import { encoded, steps } from "../run.js";
import { solved } from "../samplers.js";
import { unlearned } from "../words.js";

/**
 * @typedef {object} Request
 * @property {string} prompt
 * @property {string} negative_prompt
 * @property {number} seed
 * @property {number} steps
 * @property {number} guidance_scale
 * @property {string} sampler
 */

/**
 * @param {Request} request
 * @param {import("../engine.js").Kit} kit
 * @param {(kind: string, data: Record<string, any>) => Promise<void>} emit  rejects once nobody waits any more
 */
export async function denoise(request, kit, emit) {
  const { facts, networks, tokenizer } = kit;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const shape = facts.latents;
  const size = shape.reduce((product, side) => product * side, 1);
  const asked = { ...request, negative: request.negative_prompt, guidance: request.guidance_scale,
    table: /** @type {import("../samplers.js").StepTable} */ (tableOf(facts, request.sampler, request.steps)) };
  const states = await encoded(asked, networks, tokenizer);
  const tensor = (/** @type {Float32Array | null} */ data) => data && { data, shape };
  const originals = /** @type {Float32Array[]} */ ([]);
  let before = /** @type {any} */ (null);
  for await (const step of steps(asked, networks, states, new Generator(request.seed), size)) {
    const now = { ...step, ...solved(step.row, { x: step.x, prediction: step.prediction }) };
    if (!before) await emit("begin", beginning(request, kit, states, now, asked.table.rows.length));
    const { row, uncond, cond } = now;
    const guided = uncond && cond && relativeChange(uncond, cond) > 0;
    await emit("step", { index: now.index, timestep: row.timestep, a: row.level.a, b: row.level.b, next_a: row.next_level.a,
      next_b: row.next_level.b, p: row.parameterization.p, q: row.parameterization.q,
      guidance_scale: guided ? request.guidance_scale : null, guidance_residual: guided ? 0 : null, seconds: seconds(),
      moved: before && relativeChange(before.x0, now.x0), text_share: uncond && cond && relativeChange(uncond, cond),
      before: before && move(before), preview_shape: null, x: tensor(now.x), x0: tensor(now.x0), noise: tensor(now.noise),
      uncond: tensor(uncond), cond: tensor(cond) });
    originals.push(now.x0);
    before = now;
  }
  const width = shape[2] * facts.side;
  const last = originals[originals.length - 1];
  await emit("end", { image: await png(await networks.decoder(before.next), width), seconds: seconds(),
    latents: tensor(before.next), preview_shape: null, move: move(before),
    like_final: { data: Float32Array.from(originals, (original) => correlation(original, last)), shape: [originals.length] } });
  for (const index of coarseToFine(originals.length))
    await emit("decoded", { index, image: await png(await networks.decoder(originals[index]), width) });
}

/**
 * @param {Request} request
 * @param {import("../engine.js").Kit} kit
 * @param {import("../run.js").States} states
 * @param {import("../run.js").Step} first
 * @param {number} count
 */
function beginning(request, { facts, tokenizer, learned, labels }, { prompt }, first, count) {
  const { tokens, truncated } = read(request.prompt, tokenizer);
  const missing = (/** @type {string} */ text) => unlearned(text, read(text, tokenizer).tokens, learned);
  const start = atUnitScale(first.x, first.row.level);
  const width = prompt.length / tokenizer.length;
  const [, rows, columns] = facts.latents;
  return { request, model: facts.model, sampler_label: labels[request.sampler] ?? request.sampler, token_limit: facts.length,
    truncated, unlearned: missing(request.prompt),
    negative_unlearned: request.guidance_scale > 1 ? missing(request.negative_prompt) : [], step_count: count,
    preview_matrix: previewMatrix(facts), preview_r2: facts.preview_r2, latent_shape: facts.latents,
    picture_size: [rows * facts.side, columns * facts.side], tokens,
    embedding: { data: prompt.slice(0, tokens.length * width), shape: [tokens.length, width] }, start_mean: mean(start),
    start_deviation: deviation(start), preview_shape: null };
}
