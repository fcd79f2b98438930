/** A run of the denoising explorer, said in the same messages as Python says it (explorers/denoise/explorer.py). */
import { laneOf, picture, prepared } from "../lanes.js";
import { atUnitScale, correlation, deviation, mean, move, relativeChange } from "../measures.js";
import { latentOpening } from "../opening.js";
import { coarseToFine } from "../order.js";
import { png } from "../png.js";
import { read } from "../reading.js";
import { solved } from "../samplers.js";

/**
 * @param {any} request
 * @param {import("../engine.js").Kit} kit
 * @param {import("../engine.js").Emit} emit
 */
export async function denoise(request, kit, emit) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const tensor = (/** @type {Float32Array | null} */ data) => data && { data, shape: kit.facts.latents };
  const run = await prepared(laneOf(request), kit);
  const originals = /** @type {Float32Array[]} */ ([]);
  let before = /** @type {any} */ (null);
  for await (const step of run.steps()) {
    const now = { ...step, ...solved(step.row, { x: step.x, prediction: step.prediction }) };
    if (!before) await emit("begin", beginning(request, kit, run.states, now, run.table.rows.length));
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
  const last = originals[originals.length - 1];
  await emit("end", { image: await png(await picture(before.next, kit)), seconds: seconds(), latents: tensor(before.next),
    preview_shape: null, move: move(before),
    like_final: { data: Float32Array.from(originals, (original) => correlation(original, last)), shape: [originals.length] } });
  for (const index of coarseToFine(originals.length))
    await emit("decoded", { index, image: await png(await picture(originals[index], kit)) });
}

/**
 * @param {any} request
 * @param {import("../engine.js").Kit} kit
 * @param {import("../run.js").States} states
 * @param {import("../run.js").Step} first
 * @param {number} count
 */
function beginning(request, kit, { prompt }, first, count) {
  const { tokens } = read(request.prompt, kit.tokenizer);
  const start = atUnitScale(first.x, first.row.level);
  const width = prompt.length / kit.tokenizer.length;
  return { ...latentOpening(request, kit, count), tokens,
    embedding: { data: prompt.slice(0, tokens.length * width), shape: [tokens.length, width] }, start_mean: mean(start),
    start_deviation: deviation(start), preview_shape: null };
}
