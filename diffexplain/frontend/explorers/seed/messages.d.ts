// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/seed/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface SeedRequest {
  /** What to draw, up to 10,000 characters; the text encoder reads the beginning. */
  prompt: string;
  /** What guidance pushes away from; empty for none. */
  negative_prompt: string;
  /** The first seed, 0 to 2**53 - 64. */
  seed: number;
  /** How many steps of the sampler, 1 to 1000. Some ask the denoiser more often. */
  steps: number;
  /** How strongly the prompt pulls, 0 to 100; up to 1 there is no guidance. */
  guidance_scale: number;
  /** Name from `diffexplain.core.samplers`; None for the pipeline's own, where that is among them. */
  sampler: string;
  /** How many seeds, 4 to 64: seed, seed + 1 and so on. */
  count: number;
  /** Another sentence to draw from the same seeds; empty for none. */
  other_prompt: string;
  /** Two seeds of the wall to walk between; None for no walk. It is given up when one of them leaves the wall. */
  walk: number[] | null;
  /** Stops of the walk, its ends among them, 3 to 17. */
  frames: number;
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

/** Comes with the first step, when the scheduler has chosen its timesteps. */
export interface Begin {
  /** what this run was asked. */
  request: SeedRequest;
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
  /** of the wall, in order. */
  seeds: number[];
  /** how many steps each picture has. */
  step_count: number;
  /** the steps that are told, 0 for the first, rising, the last one always among them; all of a run of up to 50. What other messages call `place` is a place in this list. */
  told: number[];
  /** (told,) as the scheduler counts, high is noisy. */
  timesteps: Tensor;
  /** how many values a starting noise has. */
  numbers: number;
  /** what the text encoder does not read of the other prompt; null where it reads all. */
  other_truncated: Truncated | null;
  /** words of the other prompt that the bundled model never learned. */
  other_unlearned: Unlearned[];
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** Predicted originals of a step at once, one colour for each latent pixel: a linear map instead of the VAE's decoder. */
export interface Preview {
  /** of which pictures. */
  which: "first" | "other" | "walk";
  /** of the step in `told`. */
  place: number;
  /** (m,) which pictures; all of a step, or one where the pipeline draws them one after the other. */
  lanes: Tensor;
  /** of the sheet. */
  columns: number;
  /** those pictures row by row without gaps, without loss, at most 32 pixels a side each. */
  sheet: Picture;
}

export interface PreviewMessage { kind: "preview"; run: number; number: number; data: Preview }

/** The same through the VAE's decoder. At the last place stand the finished pictures. */
export interface Pictures {
  /** of which pictures. Of a walk, the stops on the sphere come first, then those on the straight line. */
  which: "first" | "other" | "walk";
  /** of the step in `told`. */
  place: number;
  /** of the sheet. */
  columns: number;
  /** all pictures row by row without gaps, at most 128 pixels a side each; without loss at the last place. */
  sheet: Picture;
}

export interface PicturesMessage { kind: "pictures"; run: number; number: number; data: Pictures }

/** What the pictures of a wall have in common at a step, and how far they part. Values of pixels run from 0 to 1. */
export interface Spread {
  /** of which wall. */
  which: "first" | "other" | "walk";
  /** of the step in `told`; the finished pictures at the last. */
  place: number;
  /** measured on decoded pictures; else on their previews. */
  exact: boolean;
  /** of each pixel over the seeds; a JPEG where decoded, without loss at the last place. */
  mean: Picture;
  /** (height, width) standard deviation of each pixel over the seeds, the root mean square of red, green and blue; 255 stands for 0.5, and more is not possible. */
  deviation: Tensor;
  /** variance of the mean picture over its pixels: what is the same for all seeds. */
  fixed: number;
  /** mean variance of a pixel over the seeds. Together they are the variance of all values of all pictures. */
  chance: number;
  /** standard deviation over the seeds of the noisy latents that the step was given, at unit scale and drawn as colours by the linear map: the same measure before the noise is taken away. */
  noisy: number;
}

export interface SpreadMessage { kind: "spread"; run: number; number: number; data: Spread }

/** The two ways from one seed's noise to another's, on the sphere and on the straight line, before anything is drawn. */
export interface Way {
  /** from which to which. */
  seeds: [number, number];
  /** (frames,) how far along, 0 to 1. */
  shares: Tensor;
  /** between the two noises, in degrees. */
  angle: number;
  /** (2, frames) length of the noise at each stop, |z| / sqrt(n): first on the sphere, then on the line. */
  lengths: Tensor;
}

export interface WayMessage { kind: "way"; run: number; number: number; data: Way }

/** What came of both ways; the pictures themselves come as `Pictures`. */
export interface Walk {
  /** (2, frames) fine detail of each picture: root mean square difference of neighbouring pixels, whose values are 0 to 1; first on the sphere, then on the line. */
  details: Tensor;
  /** largest difference of a pixel of the two ends from the wall's pictures of the same seeds, 0 to 1: more than next to nothing where the sampler adds noise of its own. */
  ends: number;
}

export interface WalkMessage { kind: "walk"; run: number; number: number; data: Walk }

/** How far the finished pictures of the two prompts are apart. */
export interface Pairs {
  /** (n, n) root mean square difference of pixels, 0 to 1: the prompt's pictures by row, the other prompt's by column. */
  distances: Tensor;
}

export interface PairsMessage { kind: "pairs"; run: number; number: number; data: Pairs }

/** All that was asked for is drawn. What follows only makes the pictures of the way there exact. */
export interface End {
  /** since the run began. */
  seconds: number;
  /** how many pictures this run drew; what an earlier one had drawn is taken over. */
  drawn: number;
}

export interface EndMessage { kind: "end"; run: number; number: number; data: End }

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

export type SeedMessage = BeginMessage | PreviewMessage | PicturesMessage | SpreadMessage | WayMessage | WalkMessage | PairsMessage | EndMessage | ProgressMessage;
