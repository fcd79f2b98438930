// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/noise/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface NoiseRequest {
  /** A PIL image, bytes or path of a picture file, "gallery:0" to "gallery:1999", or "prompt:..." to have one drawn. */
  picture: string;
  /** linear, scaled_linear, cosine, sigmoid or flow. */
  schedule: string;
  /** Other schedules to draw beside it, with their usual beta ranges. */
  compare: string[];
  /** 1 to 1000, always from the clean picture to the schedule's last level. */
  steps: number;
  /** First beta of 1000 steps, above 0 and below 1; None for the schedule's usual one. */
  beta_start: number | null;
  /** Last beta of 1000 steps; None for the schedule's usual one. */
  beta_end: number | null;
  /** Decides all noises, 0 to 2**53 - 1. */
  seed: number;
  /** Where noise is added: pixels, or the latents of the pipeline's VAE. */
  space: "pixels" | "latents";
}

/** A schedule as two numbers a step, x = a*x0 + b*noise. */
export interface Curve {
  /** of the schedule. */
  name: string;
  /** (steps + 1,) share of the picture after each step; entry 0 is the clean picture. */
  a: Tensor;
  /** (steps + 1,) share of the noise. */
  b: Tensor;
}

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

/** The picture is there, and the levels are known. */
export interface Begin {
  /** what this run was asked. */
  request: NoiseRequest;
  /** the picture as it is used, square. */
  original: Picture;
  /** (C, h, w) the same as numbers: colours from -1 to 1, or latents. */
  x0: Tensor;
  /** the chosen schedule, then those to compare with. */
  curves: Curve[];
  /** the steps that will be told exactly, the last one among them. */
  frames: number[];
  /** (C + 1, 3) from latents, a one behind them, to red, green, blue of 0 to 1; null in pixels. */
  preview_matrix: Tensor | null;
  /** class name of the pipeline whose latents these are; empty in pixels. */
  model: string;
  /** (h, w) of x0 and of the noises in a page, of large latents, in 256 levels; null: all of them. */
  preview_shape: [number, number] | null;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** One picture of the chain, x = a*x0 + b*noise. */
export interface Frame {
  /** 1 for the first. */
  step: number;
  /** (C, h, w) all fresh noises so far, gathered into the one that the closed form needs. */
  noise: Tensor;
  /** (C, h, w) the noise that this one step brought, for drawing: 128 is 0, 1 and 255 are -4 and 4. */
  fresh: Tensor;
  /** (h, w) chain minus closed form where it is largest of the channels; 128 is none, 1 and 255 the largest anywhere. */
  difference: Tensor;
  /** that largest one. */
  largest_difference: number;
  /** as that of `Begin`; `fresh` and `difference`, which are only drawn, have at most `DRAWN_SIDE` a side then. */
  preview_shape: [number, number] | null;
}

export interface FrameMessage { kind: "frame"; run: number; number: number; data: Frame }

/** The end of the chain. What follows only makes the pictures of latents exact. */
export interface End {
  /** between chain and closed form, at any of all steps. */
  largest_difference: number;
  /** the smallest difference from 1 that the numbers of the chain can hold. */
  precision: number;
  /** how long the run took. */
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

export type NoiseMessage = ProgressMessage | BeginMessage | FrameMessage | EndMessage | DecodedMessage;
