// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/denoise/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface DenoiseRequest {
  /** What to draw, up to 10,000 characters; the text encoder reads the beginning. */
  prompt: string;
  /** What guidance pushes away from; empty for none. */
  negative_prompt: string;
  /** Decides the starting noise, 0 to 2**53 - 1. */
  seed: number;
  /** How many steps of the sampler, 1 to 1000. Some ask the denoiser more often. */
  steps: number;
  /** How strongly the prompt pulls, 0 to 100; up to 1 there is no guidance. */
  guidance_scale: number;
  /** Name from `diffexplain.core.samplers`; None for the pipeline's own, where that is among them. */
  sampler: string;
  /** In pixels; None for the model's own. */
  height: number | null;
  /** In pixels; None for the model's own. */
  width: number | null;
}

/** The part of a prompt that the text encoder never sees. */
export interface Truncated {
  /** Position of the first word token that is dropped. */
  first_token_index: number;
  /** How many characters of the prompt are read. */
  text_kept_characters: number;
  /** The beginning of the rest, at most `DROPPED_CHARACTERS`. */
  dropped_text: string;
}

/** A word of a text that no caption has, so that the bundled model never learned it. */
export interface Unlearned {
  /** as it stands there. */
  text: string;
  /** where it begins in the text, in characters. */
  start: number;
  /** where it ends, exclusive. */
  end: number;
}

/** A token as the text encoder reads it. */
export interface Token {
  /** The characters of the prompt that it covers; a special token's own name. */
  text: string;
  /** Number in the vocabulary. */
  id: number;
  /** Start and end are the tokenizer's own marks. */
  kind: "start" | "word" | "end";
  /** Where its text begins in the prompt, in characters (an emoji counts one). */
  start: number;
  /** Where it ends, exclusive. */
  end: number;
}

/** What came of a step. */
export interface Move {
  /** how far the latents went, as a share of their length, both at unit scale. */
  changed: number | null;
  /** how far they are from where a deterministic first-order step goes (DDIM, eq. 12; Euler), next_a*x0 + next_b*noise: fresh noise, a correction from earlier steps. As a share of their length. */
  beside: number | null;
}

/** Comes with the first step, when the scheduler has chosen its timesteps. */
export interface Begin {
  /** what this run was asked. */
  request: DenoiseRequest;
  /** class name of the pipeline. */
  model: string;
  /** name of the sampler as people write it; empty where several take part. */
  sampler_label: string;
  /** how many tokens the text encoder reads, marks included. */
  token_limit: number;
  /** what it does not read of the prompt; null where it reads all. */
  truncated: Truncated | null;
  /** words of the prompt that the bundled model never learned; empty for another pipeline, of which that is not known. */
  unlearned: Unlearned[];
  /** likewise of the negative prompt, where guidance reads it. */
  negative_unlearned: Unlearned[];
  /** how many steps this run will have. */
  step_count: number;
  /** (C+1, 3) from latents, a one behind them, to red, green, blue of 0 to 1. */
  preview_matrix: Tensor;
  /** how well it does, up to 1. */
  preview_r2: number;
  /** (C, h, w), unpacked. */
  latent_shape: [number, number, number];
  /** (height, width) in pixels. */
  picture_size: [number, number];
  /** up to and including the first end token; empty where the tokenizer tells nothing. */
  tokens: Token[];
  /** (tokens, width) text states that the denoiser is given for those tokens. */
  embedding: Tensor | null;
  /** of the starting noise at unit scale. */
  start_mean: number | null;
  /** its standard deviation. */
  start_deviation: number | null;
  /** (h, w) of the arrays that a page has of each step before it asks for all; null: it has all of them. */
  preview_shape: [number, number] | null;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** One call of the sampler: x = a*x0 + b*noise, and the network's output = p*x0 + q*noise. */
export interface Step {
  /** 0 for the first. */
  index: number;
  /** as the scheduler counts, high is noisy. */
  timestep: number;
  /** share of the original in x. */
  a: number;
  /** share of the noise in x. */
  b: number;
  /** the same after this step. */
  next_a: number;
  /** the same after this step. */
  next_b: number;
  /** share of the original in what the network says. */
  p: number;
  /** share of the noise in what the network says. */
  q: number;
  /** read back from the two halves; null without guidance or where they are equal. */
  guidance_scale: number | null;
  /** how far plain guidance is from what was used, relative; large where it was processed further. */
  guidance_residual: number | null;
  /** when the step was done, since the run began. */
  seconds: number;
  /** how far the predicted original moved since the step before, relative; null for the first. */
  moved: number | null;
  /** what the text changes, cond - uncond, as a share of uncond; null without guidance. */
  text_share: number | null;
  /** what came of the step before; null for the first. */
  before: Move | null;
  /** (h, w) of its arrays in a page that has not asked for all; (0, 0): none; null: all of them. */
  preview_shape: [number, number] | null;
  /** (C, h, w) the noisy latent that the step was given; null in a preview, which leaves the sum to the page. */
  x: Tensor | null;
  /** (C, h, w) predicted original. */
  x0: Tensor | null;
  /** (C, h, w) predicted noise. */
  noise: Tensor | null;
  /** (C, h, w) output without the text; null without guidance. */
  uncond: Tensor | null;
  /** (C, h, w) output with the text; null without guidance, and in a preview where plain guidance gives it: uncond + (p*x0 + q*noise - uncond) / guidance_scale. */
  cond: Tensor | null;
}

export interface StepMessage { kind: "step"; run: number; number: number; data: Step }

/** The finished picture. What follows only makes the pictures of the way there exact. */
export interface End {
  /** as the pipeline returned it, PNG; in a page a JPEG where that is heavy. */
  image: Picture;
  /** how long the run took, up to the picture. */
  seconds: number;
  /** (C, h, w) after the last step. */
  latents: Tensor;
  /** as that of a step. */
  preview_shape: [number, number] | null;
  /** what came of the last step. */
  move: Move;
  /** (steps,) correlation of each step's predicted original with the last one's. */
  like_final: Tensor;
}

export interface EndMessage { kind: "end"; run: number; number: number; data: End }

/** The latents of a step through the VAE's decoder. */
export interface Decoded {
  /** of the step. */
  index: number;
  /** JPEG, at most 256 pixels a side. */
  image: Picture;
}

export interface DecodedMessage { kind: "decoded"; run: number; number: number; data: Decoded }

export type DenoiseMessage = BeginMessage | StepMessage | EndMessage | DecodedMessage;
