// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/contrastive/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a session begins with. */
export interface ContrastiveRequest {
  /** How many captioned pictures to learn from, 2 to 4000. */
  pictures: number;
  /** How many numbers an embedding has, 2 to 128; 2 can be drawn as they are. */
  dimensions: number;
  /** Language of the captions to learn from: en or zh. */
  captions: string;
  /** Decides the pictures, the first weights and all batches, 0 to 2**53 - 1. */
  seed: number;
}

/** How well the pairs of a set find each other. */
export interface Measures {
  /** contrastive; ln N is chance. */
  loss: number;
  /** share of the pictures whose own text is the nearest of all. */
  texts: number;
  /** share of the texts whose own picture is the nearest of all. */
  pictures: number;
}

/** Nothing is learned yet. The held-out pairs, each of another thing, stand in the order of their grounds. */
export interface Begin {
  /** what was asked. */
  request: ContrastiveRequest;
  /** the held-out pictures, row by row. */
  sheet: Picture;
  /** of the sheet. */
  columns: number;
  /** side of one on it in pixels. */
  tile: number;
  /** of a picture in pixels, as the network sees it. */
  side: number;
  /** of the held-out pictures. */
  captions: string[];
  /** the same captions with one word wrong. */
  misses: string[];
  /** the ground of each held-out picture as ``#rrggbb``. */
  colours: string[];
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** What some updates cost. */
export interface Losses {
  /** which updates, from 0. */
  at: Tensor;
  /** contrastive loss of the batch that led to each; NaN where it was no number. */
  loss: Tensor;
  /** before each. */
  temperature: Tensor;
}

export interface LossesMessage { kind: "losses"; run: number; number: number; data: Losses }

/** Where the network stood after some updates. */
export interface Moment {
  /** which moment, from 0. */
  at: number;
  /** how many updates it had made. */
  update: number;
  /** (N, N) of the held-out pictures, rows, with their texts. */
  cosines: Tensor;
  /** what they are multiplied by. */
  temperature: number;
  /** measures of the held-out pairs. */
  held: Measures;
  /** of as many pairs that it learns from; fewer where there are fewer. */
  seen: Measures;
  /** share of the held-out pictures that are nearer to their caption than to the same with one word wrong; 0.5 is chance. */
  noticed: number;
  /** (2N, 2) the first two numbers of the embeddings, pictures then texts. */
  points: Tensor;
}

export interface MomentMessage { kind: "moment"; run: number; number: number; data: Moment }

/** One update taken apart: some pairs of its batch, in the midst of all. */
export interface Apart {
  /** which, counted from 1. */
  update: number;
  /** how many pairs the update compared. */
  batch: number;
  /** how many wrong captions were among its texts. */
  wrong: number;
  /** the pictures shown, in one row. */
  sheet: Picture;
  /** side of one on it in pixels. */
  tile: number;
  /** of the pictures shown. */
  captions: string[];
  /** what cosines were multiplied by. */
  temperature: number;
  /** (n, n) cosines before the update. */
  before: Tensor;
  /** after it. */
  after: Tensor;
  /** softmax over all texts of the batch. */
  by_picture: Tensor;
  /** softmax over all pictures of the batch. */
  by_text: Tensor;
  /** see `diffexplain.core.similarity.pulls`. */
  pulls: Tensor;
}

export interface ApartMessage { kind: "apart"; run: number; number: number; data: Apart }

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

/** The far end: what the CLIP that ships, trained for long on many more pictures, makes of the same held-out pairs. */
export interface Shipped {
  /** (N, N), pictures as rows. */
  cosines: Tensor;
  /** its own. */
  temperature: number;
  /** its measures. */
  held: Measures;
  /** as in `Moment`. */
  noticed: number;
  /** what to call it. */
  name: string;
  /** how many numbers its embeddings have. */
  width: number;
  /** how many numbers were learned. */
  parameters: number;
}

export interface ShippedMessage { kind: "shipped"; run: number; number: number; data: Shipped }

export type ContrastiveMessage = BeginMessage | LossesMessage | MomentMessage | ApartMessage | DivergedMessage | ShippedMessage;
