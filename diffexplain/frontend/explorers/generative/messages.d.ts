// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/generative/messages.py. Do not edit.

import type { Tensor } from "../../kit/protocol.js";

/** What a session begins with. */
export interface GenerativeRequest {
  /** What to learn: pictures of 16 pixels a side, or points on moons, roll, rings or in clusters. */
  data: string;
  /** How many pictures or points are in the training set, 1 to 5000. */
  count: number;
  /** Into how few numbers a picture or point is put, and out of how many one is made, 2 to 32. */
  latent: number;
  /** How many examples each model is shown for one update, 1 to 256. */
  batch: number;
  /** How wide the networks are, a multiple of 8 from 8 to 64. */
  width: number;
  /** What it begins with: nothing, or trained, the weights that ship; these know pictures, of 2 latent numbers and a width of 16. */
  start: string;
  /** Decides the training set, the first weights and all noise, 0 to 2**53 - 1. */
  seed: number;
}

/** Where it begins. A point is a picture of one pixel with two channels. */
export interface Begin {
  /** what was asked. */
  request: GenerativeRequest;
  /** how many updates the models have behind them. */
  before: number;
  /** how many numbers each model has, of the GAN both networks'. */
  parameters: number[];
  /** (n, C, h, w) what is never trained on; of pictures those that `Look.rebuilt` shows. */
  held: Tensor;
  /** how many samples of each model `Look.quality` is measured on. */
  drawn: number;
  /** the same measure of fresh real data, several times: nothing can be told from them below the greatest. */
  real: number[];
  /** (n, 2) the first two of the numbers that the shown samples of autoencoder, VAE and GAN are made from. */
  draws: Tensor;
  /** (k, 2) the middles of the clusters; None for other data. */
  centres: Tensor | null;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** What some updates cost; not a number where a model rests. */
export interface Losses {
  /** which updates, from 0. */
  at: Tensor;
  /** mean square error of what it brings back. */
  autoencoder: Tensor;
  /** the same of the VAE. */
  vae: Tensor;
  /** of the VAE, from a standard normal, a latent number. */
  divergence: Tensor;
  /** what the generator lost by what was not taken for real: 0.69 where the discriminator can't tell. */
  generator: Tensor;
  /** what the discriminator lost by what it took wrongly: 1.39 where it can't tell. */
  discriminator: Tensor;
  /** mean square error of the original that it says, at random strengths. */
  diffusion: Tensor;
}

export interface LossesMessage { kind: "losses"; run: number; number: number; data: Losses }

/** All four looked at from outside: always the same noise, the same held-out data. */
export interface Look {
  /** which look, from 0. */
  at: number;
  /** how many updates had been made. */
  update: number;
  /** how many of them each model took part in. */
  made: number[];
  /** (4, n, C, h, w) */
  samples: Tensor;
  /** (2, n, C, h, w) what autoencoder and VAE bring back of `Begin.held`. */
  rebuilt: Tensor;
  /** mean square error of those two on all held-out data. */
  errors: number[];
  /** energy distance of samples of each from held-out data: of points by where they lie, of pictures by their embeddings in the bundled CLIP. */
  quality: number[];
  /** how many clusters the samples of each know; None for other data. */
  modes: number[] | null;
  /** which share of the samples of each is of a cluster; None for other data. */
  near: number[] | null;
}

export interface LookMessage { kind: "look"; run: number; number: number; data: Look }

/** The newest latents, and diffusion by steps. */
export interface Plane {
  /** how many updates had been made. */
  update: number;
  /** (3, k*k, C, h, w) what autoencoder, VAE and GAN make of a grid of latents, row by row from the top; all but the first two numbers are 0. */
  grids: Tensor;
  /** how far the grid of each goes, left, right, up and down. */
  reach: number[];
  /** (2, n, 2) where held-out data lie in the first two numbers of autoencoder and VAE. */
  codes: Tensor;
  /** (3, n, C, h, w) what the denoiser draws in 1, 5 and 20 steps. */
  steps: Tensor;
  /** the measure of `Look.quality` of those three. */
  distances: number[];
}

export interface PlaneMessage { kind: "plane"; run: number; number: number; data: Plane }

/** How long each model has been learning. */
export interface Spent {
  /** in updates, of each. */
  seconds: number[];
}

export interface SpentMessage { kind: "spent"; run: number; number: number; data: Spent }

/** The loss of one model left all bounds. Its weights were set back, and it rests while the others go on. */
export interface Diverged {
  /** which time, from 0. */
  at: number;
  /** which of the four. */
  model: string;
  /** after which it was seen. */
  update: number;
  /** its weights are those after so many. */
  back: number;
  /** the learning rate that did it. */
  rate: number;
  /** what was seen; null where it was no number. */
  loss: number | null;
}

export interface DivergedMessage { kind: "diverged"; run: number; number: number; data: Diverged }

export type GenerativeMessage = BeginMessage | LossesMessage | LookMessage | PlaneMessage | SpentMessage | DivergedMessage;
