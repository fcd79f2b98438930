/** What the beginning of a run says, as explorers/pipeline_explorer.py has it. */
import { previewMatrix } from "./facts.js";
import { read } from "./reading.js";
import { unlearned } from "./words.js";

/**
 * Words of a sentence that the model never learned.
 * @param {string} text @param {import("./engine.js").Kit} kit
 */
export const missing = (text, { tokenizer, learned }) => unlearned(text, read(text, tokenizer).tokens, learned);

/** Of a run of a pipeline. @param {any} request @param {import("./engine.js").Kit} kit */
export function opening(request, kit) {
  const { facts, labels, tokenizer } = kit;
  return { request, model: facts.model, sampler_label: request.sampler ? labels[request.sampler] ?? request.sampler : "",
    token_limit: facts.length, truncated: read(request.prompt, tokenizer).truncated, unlearned: missing(request.prompt, kit),
    negative_unlearned: request.guidance_scale > 1 ? missing(request.negative_prompt, kit) : [] };
}

/** Of a run whose latents a page draws. @param {any} request @param {import("./engine.js").Kit} kit @param {number} count  of its steps */
export function latentOpening(request, kit, count) {
  const { facts } = kit;
  const [, rows, columns] = facts.latents;
  return { ...opening(request, kit), step_count: count, preview_matrix: previewMatrix(facts), preview_r2: facts.preview_r2,
    latent_shape: facts.latents, picture_size: [rows * facts.side, columns * facts.side] };
}
