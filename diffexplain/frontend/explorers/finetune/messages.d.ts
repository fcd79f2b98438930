// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/finetune/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a session begins with. */
export interface FineTuneRequest {
  /** A thing that the bundled model was never shown: dragon, robot or unicorn. */
  thing: string;
  /** Pictures of your own instead, up to 20, 3 or more are better: PIL images or paths. None for the thing's. */
  pictures: string[];
  /** What they show: one for all of them, or one each. The first is what is drawn. None for what the thing is called. */
  captions: string[];
  /** How many pictures of the thing to learn from, 1 to 20. */
  count: number;
  /** 1 to 3 prompts of what it shall not forget; None for a fox, an owl and a rocket. */
  old: string[];
  /** What learns: lora, two small matrices beside a layer, or full, all weights. */
  method: string;
  /** Rank of LoRA's matrices, 1 to 64: fewer can hold less. */
  rank: number;
  /** Where LoRA goes: text (where the text is read), attention or all. */
  layers: string;
  /** Share of old captioned pictures in what it is shown, 0 to 0.9. */
  replay: number;
  /** Weight decay: draws all that is trained towards zero, 0 to 100. */
  decay: number;
  /** How many pictures lead to one update, 1 to 32. */
  batch: number;
  /** How many steps a sample takes, 1 to 100. */
  steps: number;
  /** How strongly the prompt pulls in samples, 0 to 100. */
  guidance_scale: number;
  /** Decides what is drawn from the pictures, the first matrices and all noise, 0 to 2**53 - 1. */
  seed: number;
}

/** Nothing is learned yet. */
export interface Begin {
  /** what was asked. */
  request: FineTuneRequest;
  /** what is drawn of the new thing. */
  prompt: string;
  /** what is drawn of old things. */
  olds: string[];
  /** how many numbers learn. */
  parameters: number;
  /** how many the denoiser has. */
  of: number;
  /** the pictures that it learns from, row by row. */
  sheet: Picture;
  /** of the sheet. */
  columns: number;
  /** side of a picture on it, in pixels. */
  tile: number;
  /** of these pictures. */
  captions: string[];
  /** share of noise at each of the fixed levels, the least first. */
  shares: number[];
  /** agreement of held-out pictures of the new thing with each other; null where there are fewer than two. */
  real_new: number | null;
  /** the same of old things; null where there are no pictures of them but drawn ones. */
  real_old: number | null;
  /** how many old pictures there are to repeat; 0 where none is repeated. */
  replayed: number;
  /** which share of the old agreement may be lost at a moment that is good to stop at. */
  allowed: number;
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

/** The network looked at from outside: always the same noise, the same prompts, the same pictures. */
export interface Look {
  /** which look, from 0. */
  at: number;
  /** how many updates had been made. */
  update: number;
  /** mean square error at each level, of pictures that it learns from. */
  seen: number[];
  /** of pictures of the new thing that it was never shown; empty where there are none. */
  held: number[];
  /** of old pictures that it is not shown again. */
  old: number[];
  /** of each sample of the new thing: mean cosine in CLIP with pictures of it that were held out. */
  new_agreement: number[];
  /** of each sample of an old thing, with pictures of that thing; where there are none, with what was drawn first. */
  old_agreement: number[];
  /** samples of the new thing. */
  news: Picture[];
  /** samples of old things. */
  olds: Picture[];
}

export interface LookMessage { kind: "look"; run: number; number: number; data: Look }

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

/** Samples with more and less of what was learned, always from the same noise. */
export interface Weighed {
  /** how many updates had been made. */
  update: number;
  /** 0 is the model as it was, 1 what it has learned. */
  weights: number[];
  /** whose weight: empty for that of this session, else of a LoRA that was loaded. */
  names: string[];
  /** what was drawn. */
  prompts: string[];
  /** in the order of names, prompts, weights. */
  pictures: Picture[];
}

export interface WeighedMessage { kind: "weighed"; run: number; number: number; data: Weighed }

export type FinetuneMessage = BeginMessage | LossesMessage | LookMessage | DivergedMessage | WeighedMessage;
