// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/unet/messages.py. Do not edit.

import type { Picture, Spoken, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface UNetRequest {
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
  /** What is weakened: block (what a block adds), skip (what skip connections bring), backbone (what comes from below), text (what a block reads of it), or nothing. */
  weaken: string;
  /** How much is left of it, 0 (left out) to 2; 1 leaves it as it is. */
  strength: number;
  /** Name of the one block where it is weakened; empty for each block in turn. */
  only: string;
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

/** A part of the network; see `diffexplain.core.anatomy.Block`. */
export interface Block {
  /** In the network, such as ``down_blocks.1``, or its role. */
  name: string;
  /** As people say it. */
  label: Spoken;
  /** "down", "middle", "up", "block", "joint", "single", "in", "out", "time", "text" or "other". */
  role: string;
  /** How many numbers it has learned. */
  parameters: number;
  /** For one picture in one pass; null where they can't be counted. */
  multiply_adds: number | null;
  /** Of its feature map; 0 where it has none. */
  channels: number;
  /** Of its feature map. */
  height: number;
  /** Of its feature map. */
  width: number;
  /** How many convolutional layers of two convolutions each. */
  resnets: number;
  /** How many transformer layers. */
  transformers: number;
  /** Whether the text comes in here. */
  reads_text: boolean;
  /** Whether the timestep comes in here. */
  reads_time: boolean;
  /** What of it can be weakened: "block", "skip", "backbone", "text". */
  weakenable: string[];
}

/** A skip connection. */
export interface Skip {
  /** Name of the block that it comes from. */
  source: string;
  /** Name of the block that takes it in. */
  target: string;
  /** Of what it brings. */
  channels: number;
  /** Of what it brings. */
  height: number;
  /** Of what it brings. */
  width: number;
}

/** Comes with the first step: what the network is built of, seen in its first call. */
export interface Begin {
  /** what this run was asked. */
  request: UNetRequest;
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
  /** Class name of the network. */
  network: string;
  /** Whether it goes down and up again; else it is a row of transformer blocks. */
  unet: boolean;
  /** All its parts, which together are the whole. */
  blocks: Block[];
  /** Its skip connections. */
  skips: Skip[];
  /** Whether it is asked twice a step, with the prompt and without it. */
  guided: boolean;
  /** Why sizes or costs could not be had; empty where they could. */
  uncounted: Spoken;
  /** Names of the blocks that are weakened, one after the other; an empty name is all of them at once. */
  lanes: string[];
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** One call of the sampler. */
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
  /** (h, w) of x0 in a page, which only draws it; null: all of it. */
  preview_shape: [number, number] | null;
}

export interface StepMessage { kind: "step"; run: number; number: number; data: Step }

/** The finished picture. What follows looks into it: feature maps, and the same run with parts of the network weakened. */
export interface End {
  /** as the pipeline returned it, PNG; in a page a JPEG where that is heavy. */
  image: Picture;
  /** how long the run took, up to the picture. */
  seconds: number;
}

export interface EndMessage { kind: "end"; run: number; number: number; data: End }

/** The feature maps of one block, of all steps that are shown, in the same colours for all of them. */
export interface Maps {
  /** Its name. */
  block: string;
  /** Of which steps. */
  steps: number[];
  /** (h, w) of its own maps; here larger ones are means of their places. */
  own_grid: [number, number];
  /** (steps, 3, h, w) bytes: the three leading principal components as red, green and blue. */
  colours: Tensor;
  /** (3,) of the variance over all places and steps that each has. */
  shares: Tensor;
  /** Which channels are shown alone: those that the prompt changes most, or where it changes none those that vary most. */
  channels: number[];
  /** (steps, channels, h, w) bytes with the prompt: 128 is the channel's mean over the run, 1 and 255 lie equally far from it. */
  levels: Tensor;
  /** The same of the difference that the prompt makes, 128 for none; null without guidance. */
  changes: Tensor | null;
  /** Whether the prompt changes anything here: not where it comes in only later, and not without guidance. */
  answering: boolean;
  /** (channels,) how large that difference is beside what the channel varies, the mean over the steps; null without guidance. */
  answers: Tensor | null;
  /** (steps,) how much of what the block hands on the prompt changes, 0 to 1 and more; null without guidance. */
  pulls: Tensor | null;
}

export interface MapsMessage { kind: "maps"; run: number; number: number; data: Maps }

/** The latents of a step through the VAE's decoder. */
export interface Decoded {
  /** of the step. */
  index: number;
  /** JPEG, at most 256 pixels a side. */
  image: Picture;
}

export interface DecodedMessage { kind: "decoded"; run: number; number: number; data: Decoded }

/** The same run from the same noise, with a part of the network weakened. */
export interface Redrawn {
  /** Name of the block; empty where all that have the part are weakened at once. */
  block: string;
  /** Its picture; null where the network's numbers ran over. */
  image: Picture | null;
  /** From the untouched picture: root mean square of all pixels, 0 to 1; null without a picture. 0 is the same to the bit. */
  distance: number | null;
  /** Why there is no picture; else empty. */
  why: Spoken;
}

export interface RedrawnMessage { kind: "redrawn"; run: number; number: number; data: Redrawn }

/** How far something long is. */
export interface Progress {
  /** what is done; the page has words for each. */
  task: string;
  /** how much. */
  done: number;
  /** of how much. */
  total: number;
}

export interface ProgressMessage { kind: "progress"; run: number; number: number; data: Progress }

export type UnetMessage = BeginMessage | StepMessage | EndMessage | MapsMessage | DecodedMessage | RedrawnMessage | ProgressMessage;
