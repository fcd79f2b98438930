// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/attention/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface AttentionRequest {
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
  /** mean, or layers to have layers and heads apart too, which takes a second run of the same. */
  detail: string;
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

/** What the page shows as one thing to look at: a word with all its tokens, a mark, or all the padding. */
export interface Word {
  /** as it stands in the prompt; empty for marks, padding and what is not known. */
  text: string;
  /** "word"; "start" or "end": the tokenizer's own marks; "padding": the places behind the end mark; "unknown": places of which no tokens are known, such as those of a prompt that the model reads as zeros. */
  kind: string;
  /** which maps are its own; their sum is its share. */
  rows: number[];
  /** the texts of its tokens, in order; empty for padding and unknown. */
  pieces: string[];
  /** where it begins in the prompt, in characters. */
  start: number;
  /** where it ends, exclusive. */
  end: number;
  /** how many of the denoiser's text places it has. */
  places: number;
}

/** What one text encoder read for one half of guidance. */
export interface Sentence {
  /** "cond": the pass with the prompt; "uncond": the one without, or with the negative prompt. */
  half: string;
  /** "text" where there is one encoder; "clip" and "t5" in Stable Diffusion 3; empty where no tokens are known. */
  stream: string;
  /** what was read. */
  prompt: string;
  /** in order, marks among them. */
  words: Word[];
  /** how many tokens the encoder reads, marks included; 0 where it is unknown. */
  limit: number;
  /** what it does not read. */
  truncated: Truncated | null;
}

/** An attention layer that reads the text. */
export interface Layer {
  /** in the network, such as ``down_blocks.1.attentions.0.transformer_blocks.0.attn2``. */
  name: string;
  /** "down", "middle", "up" of a U-Net; "joint", "single" or "block" of a transformer; "other". */
  part: string;
  /** within its part, from 1. */
  number: number;
  /** how many it has. */
  heads: number;
  /** (h, w) of its places. */
  own_grid: [number, number];
  /** (h, w) of its maps here: at most 16 on a side, brought there by area. */
  grid: [number, number];
}

/** Comes with the first step, when the scheduler has chosen its timesteps and the text is in tokens. */
export interface Begin {
  /** what this run was asked. */
  request: AttentionRequest;
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
  /** of the prompt, then, under guidance, of the negative one. */
  sentences: Sentence[];
  /** "cond", and "uncond" where the network is asked without the prompt, too. */
  halves: string[];
  /** the picture attends to itself in the same softmax: shares on the text don't sum to 1, the rest is the picture's. */
  joint: boolean;
  /** how many layers the mean is of. */
  layer_count: number;
  /** (h, w) of the maps of the mean. */
  grid: [number, number];
  /** the steps that have maps: all, or evenly spread ones of a long run. */
  map_steps: number[];
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** One call of the sampler, and how the picture's places divided their attention among the text in it. */
export interface Step {
  /** 0 for the first. */
  index: number;
  /** as the scheduler counts, high is noisy. */
  timestep: number;
  /** share of the original in x. */
  a: number;
  /** share of the noise in x. */
  b: number;
  /** (C, h, w) predicted original, unpacked, half precision. */
  x0: Tensor;
  /** (rows, h, w) shares of 0 to 1, half precision, the mean over layers and heads; null where the step's maps are left out. */
  cond: Tensor | null;
  /** the same of the other half; null without it too. */
  uncond: Tensor | null;
  /** (h, w) of x0 in a page, which only draws it; null: all of it. */
  preview_shape: [number, number] | null;
  /** whether a page has the maps before it asks for the step. */
  preview_maps: boolean;
}

export interface StepMessage { kind: "step"; run: number; number: number; data: Step }

/** The finished picture. What follows only makes the pictures of the way there exact, or takes layers and heads apart. */
export interface End {
  /** as the pipeline returned it, PNG; in a page a JPEG where that is heavy. */
  image: Picture;
  /** how long the run took, up to the picture. */
  seconds: number;
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

/** Layers and heads apart: comes with the first of its steps. */
export interface Apart {
  /** in the order in which the network has them. */
  layers: Layer[];
  /** the steps that have them: all, or evenly spread ones. */
  steps: number[];
}

export interface ApartMessage { kind: "apart"; run: number; number: number; data: Apart }

/** The maps of each layer and head at one step. A map is ``peak / 255`` times its bytes, off by ``peak / 510`` at most. */
export interface ApartStep {
  /** of the step. */
  index: number;
  /** bytes of 0 to 255, by layer, head, row, place: (heads, rows, h, w) of the first layer, then the next. */
  cond: Tensor;
  /** (layers*heads*rows) the largest share of each of those maps, float32. */
  cond_peaks: Tensor;
  /** the same of the other half; null without it. */
  uncond: Tensor | null;
  /** likewise. */
  uncond_peaks: Tensor | null;
}

export interface ApartStepMessage { kind: "apart_step"; run: number; number: number; data: ApartStep }

export type AttentionMessage = BeginMessage | StepMessage | EndMessage | DecodedMessage | ApartMessage | ApartStepMessage;
