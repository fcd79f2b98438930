// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/sampler/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface ComparisonRequest {
  /** What to draw, up to 10,000 characters; the text encoder reads the beginning. */
  prompt: string;
  /** What guidance pushes away from; empty for none. */
  negative_prompt: string;
  /** Decides the starting noise, 0 to 2**53 - 1. */
  seed: number;
  /** Of each sampler, 1 to 200. Some ask the network more often. */
  steps: number;
  /** How strongly the prompt pulls, 0 to 100; up to 1 there is no guidance. */
  guidance_scale: number;
  /** 2 to 12 names from `diffexplain.core.samplers`, none twice; None for a telling choice of those that fit. */
  samplers: string[];
  /** How the timesteps are laid out: one of `diffexplain.core.samplers.SPACINGS`; None for the model's usual way. */
  spacing: string | null;
  /** Fresh noise of DDIM, 0 to 1, where 1 is as much as DDPM adds. Other samplers take no notice. */
  eta: number;
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

/** A sampler that takes part. */
export interface Row {
  /** from the allow-list. */
  name: string;
  /** as people write it. */
  label: string;
  /** how it gets its direction. */
  family: "one" | "two" | "memory" | "noise";
  /** whether it adds fresh noise on its way. */
  fresh: boolean;
}

/** Where a sampler came out. */
export interface Finish {
  /** as the pipeline's own run gives it: PNG up to 128 pixels a side, else JPEG of at most 256. */
  image: Picture;
  /** of the network. */
  evaluations: number;
  /** its share of the time that the network took. */
  network_seconds: number;
  /** what its own arithmetic took, measured on the recorded predictions; null where that could not be repeated. */
  own_seconds: number | null;
}

/** The same noise on its way without haste: what samplers that add no noise would reach in ever smaller steps. */
export interface LongRun {
  /** where it starts. */
  timestep: number;
  /** how many it took. */
  evaluations: number;
  /** its finished picture, as in `Finish`. */
  image: Picture;
  /** (k,) of some of its predicted originals, clipped to -12 to 12. */
  log_snr: Tensor;
  /** those, JPEG, at most 96 pixels a side. */
  images: Picture[];
}

/** Words in both languages. */
export interface Name {
  /** English. */
  en: string;
  /** Chinese. */
  zh: string;
}

/** What stands in the points, finer than colours can tell: written on the map. */
export interface Labels {
  /** of the things. */
  names: Name[];
  /** (N,) which thing each point shows; 255 for none. */
  values: Tensor;
}

/** All samplers stand at the start. */
export interface Begin {
  /** what this run was asked. */
  request: ComparisonRequest;
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
  /** in the order of the request. */
  rows: Row[];
  /** whether each evaluation asks the network twice, without and with the text. */
  guided: boolean;
  /** whether all rows share their network calls; else one runs after the other. */
  shared: boolean;
  /** (2,) log-SNR of the noisiest and of the cleanest training timestep, within -12 to 12. */
  limits: Tensor;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** The network has been evaluated once more for some rows. An evaluation with guidance asks for both halves and counts once. */
export interface Evaluated {
  /** (k) whose latents it saw. */
  rows: number[];
  /** (k) which evaluation of its row this is, 0 for the first. */
  indices: number[];
  /** (k) how many evaluations the row will have in all. */
  counts: number[];
  /** (k,) what the network was told. */
  timesteps: Tensor;
  /** (k,) of the noisy latents, clipped to -12 to 12. */
  log_snr: Tensor;
  /** that one row's share of the network call took. */
  seconds: number;
  /** which of the k have a picture; of a long run evenly spread ones. */
  pictured: number[];
  /** their predicted originals through the linear map, PNG, one pixel a latent pixel, at most 32 a side. */
  images: Picture[];
}

export interface EvaluatedMessage { kind: "evaluated"; run: number; number: number; data: Evaluated }

/** All pictures are finished. What follows only says more about the way there. */
export interface End {
  /** in the order of the request. */
  rows: Finish[];
  /** (rows, rows) RMS difference of the finished pictures, 0 to 1: 1 is black against white. */
  matrix: Tensor;
  /** rows that end in the same picture: no two in a group differ by `threshold` or more. The largest first. */
  groups: number[][];
  /** see `groups`. */
  threshold: number;
  /** how long the run took, up to the pictures. */
  seconds: number;
}

export interface EndMessage { kind: "end"; run: number; number: number; data: End }

/** Predicted originals of one row through the VAE's decoder. */
export interface Decoded {
  /** whose. */
  row: number;
  /** which evaluations. */
  indices: number[];
  /** JPEG, at most 96 pixels a side. */
  images: Picture[];
  /** (k,) RMS difference of each to the row's own finished picture, 0 to 1. */
  to_own: Tensor;
}

export interface DecodedMessage { kind: "decoded"; run: number; number: number; data: Decoded }

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

/** The long runs, one for each timestep that a sampler starts at. Those that most start at comes first. */
export interface Long {
  /** one or more. */
  runs: LongRun[];
  /** which one each row is compared with: that from its own start. */
  of_row: number[];
  /** (rows,) RMS difference of the finished picture to that of its long run, 0 to 1. */
  final: Tensor;
  /** (runs,) RMS difference of the finished pictures of the long runs to that of the first, 0 to 1. */
  apart: Tensor;
}

export interface LongMessage { kind: "long"; run: number; number: number; data: Long }

/** One row beside its long run. */
export interface Compared {
  /** whose. */
  row: number;
  /** which evaluations. */
  indices: number[];
  /** (k,) RMS difference to what the long run predicts at the same noise level, 0 to 1. */
  along: Tensor;
  /** (k,) RMS difference to the long run's finished picture, 0 to 1. */
  to_end: Tensor;
}

export interface ComparedMessage { kind: "compared"; run: number; number: number; data: Compared }

/** The map that ships, as far as it lies under the paths. It holds for all runs, so it is sent once. */
export interface Ground {
  /** name of the model whose space it maps. */
  clip: string;
  /** (N, 2) of pictures of the scene world. */
  places: Tensor;
  /** what they show. */
  labels: Labels | null;
}

export interface GroundMessage { kind: "ground"; run: number; number: number; data: Ground }

/** Predicted originals of one row on the map. */
export interface Placed {
  /** whose; one beyond the last is the first long run. */
  row: number;
  /** which evaluations; of the long run, which of its pictures. */
  indices: number[];
  /** (k, 2) where they lie. */
  places: Tensor;
}

export interface PlacedMessage { kind: "placed"; run: number; number: number; data: Placed }

export type SamplerMessage = BeginMessage | EvaluatedMessage | EndMessage | DecodedMessage | ProgressMessage | LongMessage | ComparedMessage | GroundMessage | PlacedMessage;
