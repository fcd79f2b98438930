// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/guidance/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface GuidanceRequest {
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
  /** 2 to 12 scales that are drawn side by side, 0 to 100; 0 is the half without the text. */
  scales: number[];
  /** Between which two shares of the way one variant guides, 0 to 1. */
  interval: number[];
  /** How far one variant brings the spread back to that of the half with the text, 0 to 1. */
  rescale: number;
  /** How much one variant keeps of the part that makes colours stronger and changes nothing else, 0 to 1. */
  parallel: number;
  /** 2 to 16 scales from the first step of one variant to its last, straight between, 0 to 100. */
  schedule: number[];
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

/** Comes with the first step. */
export interface Begin {
  /** what this run was asked. */
  request: GuidanceRequest;
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
  /** whether a CLIP says how well pictures agree with the text; without, none that knows the pipeline's pictures is at hand. */
  measured: boolean;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** The two halves of a step: what the network expects the picture to be, with the text and without it. */
export interface Step {
  /** 0 for the first. */
  index: number;
  /** as the scheduler counts, high is noisy. */
  timestep: number;
  /** share of the original in x. */
  a: number;
  /** share of the noise in x. */
  b: number;
  /** that the halves were mixed with, read back; null where it can't be read. */
  scale: number | null;
  /** whether they were mixed with it and nothing else was done. */
  plain: boolean;
  /** (4,) root mean square of the half without the text, of that with it, of their difference, and of the guided original. */
  lengths: Tensor;
  /** between the two halves, in degrees. */
  angle: number;
  /** (h, w) of the arrays in a page; (0, 0): none; null: as they are. */
  preview_shape: [number, number] | null;
  /** (C, h, w) the noisy latent that both halves were predicted from. */
  x: Tensor | null;
  /** (C, h, w) the half without the text. */
  uncond: Tensor | null;
  /** (C, h, w) the half with the text less that without. */
  change: Tensor | null;
  /** (C, h, w) what was made of them; null where uncond + scale * change is that. */
  guided: Tensor | null;
}

export interface StepMessage { kind: "step"; run: number; number: number; data: Step }

/** The predicted originals of a step through the VAE's decoder. */
export interface Decoded {
  /** of the step. */
  index: number;
  /** without the text, with it, guided; JPEG, at most 256 pixels a side. */
  images: Picture[];
  /** (3,) share of the red, green and blue values that stand at the end of what a screen can show, 0 or 255. */
  clipped: Tensor;
}

export interface DecodedMessage { kind: "decoded"; run: number; number: number; data: Decoded }

/** The finished picture of the run. What follows draws others beside it. */
export interface End {
  /** as the pipeline returned it, PNG; in a page a JPEG where that is heavy. */
  image: Picture;
  /** how long the run took, up to the picture. */
  seconds: number;
  /** see `Decoded`. */
  clipped: number;
}

export interface EndMessage { kind: "end"; run: number; number: number; data: End }

/** How far pictures are that are drawn beside each other. */
export interface Drawing {
  /** which panel they are for. */
  what: "scales" | "ways";
  /** steps taken by all of them. */
  done: number;
  /** of so many. */
  total: number;
  /** what each expects, through the linear map, PNG, one pixel a latent pixel; null for one that has not begun. */
  images: (Picture | null)[];
}

export interface DrawingMessage { kind: "drawing"; run: number; number: number; data: Drawing }

/** One noise and one prompt at several scales. */
export interface Scales {
  /** in the order of the request's scales, JPEG. */
  pictures: Picture[];
  /** (k,) see `Decoded`. */
  clipped: Tensor;
  /** (k,) cosine of each picture with the prompt in a CLIP's space; null without one. */
  agreement: Tensor | null;
  /** its name. */
  clip: string;
  /** which picture is the first, by scale, whose agreement has come 95 % of the way from the least to the most; null without agreement. */
  enough: number | null;
}

export interface ScalesMessage { kind: "scales"; run: number; number: number; data: Scales }

/** Other ways to guide, from the same noise. */
export interface Ways {
  /** which, the first plain guidance. */
  names: ("plain" | "interval" | "rescale" | "parallel" | "schedule" | "negative")[];
  /** one each, JPEG. */
  pictures: Picture[];
  /** (k,) see `Decoded`. */
  clipped: Tensor;
  /** (k,) see `Scales`. */
  agreement: Tensor | null;
  /** (k,) root mean square difference of each picture to that of plain guidance, 0 to 1. */
  apart: Tensor;
  /** (k, steps) with which scale each step was mixed. */
  scales: Tensor;
  /** (k, steps) root mean square of the guided predicted originals. */
  lengths: Tensor;
}

export interface WaysMessage { kind: "ways"; run: number; number: number; data: Ways }

export type GuidanceMessage = BeginMessage | StepMessage | DecodedMessage | EndMessage | DrawingMessage | ScalesMessage | WaysMessage;
