// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/latent/messages.py. Do not edit.

import type { Picture, Spoken, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface LatentRequest {
  /** A PIL image, bytes or path of a picture file, "gallery:0" to "gallery:1999", or "prompt:..." to have one drawn. */
  picture: string;
  /** Another picture, to blend with and to borrow a channel from; as `picture`. */
  other: string;
  /** Decides all noise and all draws, 0 to 2**53 - 1. */
  seed: number;
  /** What is done to a channel: poke, shift, scale, wipe, swap or borrow. */
  operation: "poke" | "shift" | "scale" | "wipe" | "swap" | "borrow";
  /** Which channel, 0 for the first one. */
  channel: number;
  /** What is added (poke, shift), 0 for nothing, or multiplied by (scale), 1; -20 to 20. */
  amount: number;
  /** Row and column of the number that is poked; None for the one in the middle. */
  cell: number[] | null;
  /** The channel that is swapped with; None for the next one. */
  partner: number | null;
}

/** The numbers of one channel. */
export interface Channel {
  /** the smallest. */
  low: number;
  /** the largest. */
  high: number;
  /** of all. */
  mean: number;
  /** standard, of all. */
  deviation: number;
}

/** By how much two pictures differ, pixel by pixel, in the colour that differs most. */
export interface Off {
  /** (h, w) uint8; 255 is `largest`. Of large pictures fewer, each the largest of those it stands for. */
  levels: Tensor;
  /** of white less black. */
  largest: number;
  /** of the pixels that differ by more than 2 of the 255 steps of a screen. */
  share: number;
  /** in dB; null where they don't differ. */
  psnr: number | null;
}

/** How many pixels a side become how many. */
export interface Size {
  /** of the picture. */
  given: number;
  /** of its latents. */
  cells: number;
  /** of what is decoded from them. */
  back: number;
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

/** The picture is encoded. */
export interface Begin {
  /** what this run was asked. */
  request: LatentRequest;
  /** class name of the pipeline whose VAE it is. */
  model: string;
  /** the picture as it is used, square. */
  original: Picture;
  /** of it, in pixels. */
  side: number;
  /** channels, rows and columns of the latents. */
  shape: number[];
  /** (C, h, w) uint8, each channel from its smallest number to its largest; of large latents evenly spread ones. */
  grey: Tensor;
  /** what those numbers are. */
  channels: Channel[];
  /** row and column of what is poked. */
  cell: number[];
  /** the channel that is swapped with. */
  partner: number;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** The latents are decoded again. */
export interface Restored {
  /** what comes back. */
  picture: Picture;
  /** by how much it is another. */
  off: Off;
  /** row and column of the cell under which it is farthest off. */
  worst: number[];
}

export interface RestoredMessage { kind: "restored"; run: number; number: number; data: Restored }

/** The latents are changed as the request says, and decoded. */
export interface Changed {
  /** what comes of them. */
  picture: Picture;
  /** (h, w) uint8, the changed channel on its scale before; what lies beyond is cut off. */
  grey: Tensor;
  /** by how much the picture is another than without the change. */
  off: Off;
  /** the number that is poked, as it was. */
  before: number;
  /** what it has become. */
  after: number;
  /** side in pixels of the square around a poked cell that holds nine tenths of the squared differences; 0 for none. */
  reach: number;
}

export interface ChangedMessage { kind: "changed"; run: number; number: number; data: Changed }

/** From the one picture to the other on three ways. */
export interface Blended {
  /** of the other one, from 0 to 1. */
  shares: number[];
  /** the colours mixed. */
  pixels: Picture[];
  /** the latents mixed. */
  line: Picture[];
  /** the latents turned from one to the other. */
  sphere: Picture[];
  /** of the latents of `line`, in deviations of noise: 1 is what noise has. */
  line_length: number[];
  /** the same of `sphere`. */
  sphere_length: number[];
  /** between both latents, in degrees. */
  angle: number;
  /** in dB, of the middle of `line` beside that of `pixels`; null where they don't differ. */
  line_psnr: number | null;
  /** the same of `sphere`. */
  sphere_psnr: number | null;
}

export interface BlendedMessage { kind: "blended"; run: number; number: number; data: Blended }

/** The same noise level in pixels and in latents. */
export interface Noised {
  /** of each. */
  log_snr: number[];
  /** with noise in the colours. */
  pixels: Picture[];
  /** with noise in the latents, decoded. */
  latents: Picture[];
  /** correlation of each with the picture. */
  pixels_like: (number | null)[];
  /** the same. */
  latents_like: (number | null)[];
}

export interface NoisedMessage { kind: "noised"; run: number; number: number; data: Noised }

/** The encoder says a distribution: what of it is not its mean, and what the factor is for. */
export interface Spread {
  /** (C, h, w) uint8 how far each number may stray, each channel from its smallest to its largest; null of an encoder that says one latent only. */
  grey: Tensor | null;
  /** what those numbers are; empty then. */
  channels: Channel[];
  /** drawn from it and decoded; empty then. */
  draws: Picture[];
  /** of each, beside the picture of the mean; null where it is the same. */
  draws_psnr: (number | null)[];
  /** what codes are multiplied by. */
  scaling: number;
  /** what is taken from them before; null where there is one for each channel. */
  shift: number | null;
  /** standard, of the codes as the encoder says them. */
  deviation_raw: number;
  /** of the latents. */
  deviation: number;
  /** latents as strong as the noise that is added, decoded. */
  half: Picture;
  /** the same with codes that were not scaled. */
  half_raw: Picture;
  /** correlation of `half` with the picture. */
  half_like: number | null;
  /** of `half_raw`. */
  half_raw_like: number | null;
  /** the latents decoded as if they were codes. */
  unscaled: Picture;
}

export interface SpreadMessage { kind: "spread"; run: number; number: number; data: Spread }

/** A picture whose sides are no multiple of the factor. */
export interface Sizes {
  /** pixels a side for a cell. */
  factor: number;
  /** small pictures of several sizes; as far as the VAE takes them. */
  table: Size[];
  /** the picture, cut to a side that is no multiple. */
  odd: Picture;
  /** that side in pixels. */
  given: number;
  /** what comes back of it; null where the VAE refuses it. */
  back: Picture | null;
  /** columns and rows that are missing. */
  lost: number;
  /** in dB of those that are there; null where they don't differ or there are none. */
  psnr: number | null;
  /** the side to which the pipeline's own preparation brings it; null where it has none. */
  prepared: number | null;
  /** what the VAE says where it doesn't take such a picture; empty where it does. */
  refused: string;
}

export interface SizesMessage { kind: "sizes"; run: number; number: number; data: Sizes }

/** Latents that no picture was encoded to. */
export interface Chance {
  /** Gaussian noise, decoded. */
  random: Picture[];
  /** the cells of the picture in another order, decoded. */
  shuffled: Picture;
  /** correlation of neighbouring cells of the picture. */
  like_own: number | null;
  /** the same of the first noise. */
  like_random: number | null;
  /** of the shuffled cells. */
  like_shuffled: number | null;
}

export interface ChanceMessage { kind: "chance"; run: number; number: number; data: Chance }

/** What it costs, in multiplications with an addition, counted. */
export interface Cost {
  /** of the picture; null where it can't be counted, as the others. */
  encode: number | null;
  /** of its latents. */
  decode: number | null;
  /** of one call of the denoiser on latents of this size, for one picture. */
  denoise: number | null;
  /** of the same network on a cell for every pixel. */
  denoise_pixels: number | null;
  /** why some are null; empty where none is. */
  reason: Spoken;
}

export interface CostMessage { kind: "cost"; run: number; number: number; data: Cost }

export type LatentMessage = ProgressMessage | BeginMessage | RestoredMessage | ChangedMessage | BlendedMessage | NoisedMessage | SpreadMessage | SizesMessage | ChanceMessage | CostMessage;
