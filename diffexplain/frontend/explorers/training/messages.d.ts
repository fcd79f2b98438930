// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/training/messages.py. Do not edit.

import type { Tensor } from "../../kit/protocol.js";

/** What a session begins with. */
export interface TrainingRequest {
  /** What to learn: pictures of 16 pixels a side, or points on moons, roll, rings or in clusters. */
  data: string;
  /** How many pictures or points are in the training set, 1 to 5000. */
  count: number;
  /** What the network has to say: noise, original or velocity. */
  predicts: string;
  /** How many examples lead to one update, 1 to 256. */
  batch: number;
  /** Channels of the network's first level, a multiple of 8 from 8 to 64; of points four times as many units. */
  width: number;
  /** Decides the training set, the first weights and all noise, 0 to 2**53 - 1. */
  seed: number;
}

/** Nothing is learned yet. A point is a picture of one pixel with two channels. */
export interface Begin {
  /** what was asked. */
  request: TrainingRequest;
  /** how many numbers the network has. */
  parameters: number;
  /** (n, C, h, w) some of the training set; of points all. */
  train: Tensor;
  /** (T,) share of the picture at each timestep. */
  a: Tensor;
  /** (T,) share of the noise. */
  b: Tensor;
  /** the fixed noise levels at which the network is looked at, the least noise first. */
  timesteps: number[];
  /** (C, h, w) the held-out picture that it is asked about again and again. */
  original: Tensor;
  /** (C, h, w) the noise in it, at all levels the same. */
  noise: Tensor;
  /** (k, 2) positions at which `Probe.field` says the predicted noise; None for pictures. */
  grid: Tensor | null;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** What some updates cost. */
export interface Losses {
  /** which updates, from 0. */
  at: Tensor;
  /** mean square error of the batch that led to each, its noise at random strengths. */
  loss: Tensor;
}

export interface LossesMessage { kind: "losses"; run: number; number: number; data: Losses }

/** Some of the batch that led to the newest update, as the network was shown them. */
export interface Examples {
  /** which, from 1. */
  update: number;
  /** of each. */
  timesteps: number[];
  /** (n, C, h, w) */
  original: Tensor;
  /** (n, C, h, w) */
  noise: Tensor;
  /** (n, C, h, w) what the network said of the sum, before it was corrected. */
  said: Tensor;
  /** mean square error of each. */
  loss: number[];
}

export interface ExamplesMessage { kind: "examples"; run: number; number: number; data: Examples }

/** The network looked at from outside: always the same pictures, the same noise, the same levels. */
export interface Probe {
  /** which look, from 0. */
  at: number;
  /** how many updates had been made. */
  update: number;
  /** mean square error at each level, of held-out pictures. */
  held: number[];
  /** the same of as many pictures of the training set. */
  train: number[];
  /** (L, C, h, w) the noise that it sees in `Begin.original` with `Begin.noise`, at each level. */
  noise: Tensor;
  /** (L, C, h, w) the picture that it expects there. */
  original: Tensor;
  /** (L, k, 2) the noise that it sees at the positions of `Begin.grid`; None for pictures. */
  field: Tensor | null;
}

export interface ProbeMessage { kind: "probe"; run: number; number: number; data: Probe }

/** Samples, always from the same noise. */
export interface Sheet {
  /** which sheet, from 0. */
  at: number;
  /** how many updates had been made. */
  update: number;
  /** (n, C, h, w) */
  samples: Tensor;
  /** (n, C, h, w) the picture of the training set that is nearest to each; empty (0, C, h, w) for points. */
  nearest: Tensor;
  /** how far that is: root mean square of the differences. */
  distances: number[];
  /** the same distance of pictures that were never trained on, in the mean: as far is another picture of the kind. */
  held: number;
}

export interface SheetMessage { kind: "sheet"; run: number; number: number; data: Sheet }

/** Training left all bounds. The weights were set back, and the session waits. */
export interface Diverged {
  /** which time, from 0. */
  at: number;
  /** after which it was seen. */
  update: number;
  /** the weights are those after so many. */
  back: number;
  /** the learning rate that did it. */
  rate: number;
  /** what was seen; null where it was no number. */
  loss: number | null;
}

export interface DivergedMessage { kind: "diverged"; run: number; number: number; data: Diverged }

export type TrainingMessage = BeginMessage | LossesMessage | ExamplesMessage | ProbeMessage | SheetMessage | DivergedMessage;
