// Made by `python -m diffexplain.live.declarations` from docs/examples/point_cloud/messages.py. Do not edit.

import type { Tensor } from "../../../diffexplain/frontend/kit/protocol.js";

/** What a session begins with. */
export interface CloudRequest {
  /** What the points lie on: moons, roll or rings. */
  data: string;
  /** How many points to learn from, 50 to 5000. */
  points: number;
  /** How many units each layer of the network has, 8 to 512. */
  width: number;
  /** Decides the points, the weights and all noise, 0 to 2**53 - 1. */
  seed: number;
}

/** Nothing is learned yet. */
export interface Begin {
  /** what was asked. */
  request: CloudRequest;
  /** (n, 2) the points, each coordinate with mean 0 and variance 1. */
  cloud: Tensor;
  /** (m, 2) where `Field` says the predicted noise. */
  grid: Tensor;
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** What some updates cost. */
export interface Losses {
  /** which updates, from 0. */
  at: Tensor;
  /** mean square error of the predicted noise in the batch that led to each; 1 is what predicting none costs. */
  loss: Tensor;
}

export interface LossesMessage { kind: "losses"; run: number; number: number; data: Losses }

/** Samples, always from the same noise. */
export interface Sheet {
  /** which sheet, from 0. */
  at: number;
  /** how many updates the network had made. */
  update: number;
  /** (n, 2) */
  points: Tensor;
}

export interface SheetMessage { kind: "sheet"; run: number; number: number; data: Sheet }

/** The noise that the network sees at each position, as it stands. */
export interface Field {
  /** that it is given. */
  timestep: number;
  /** (m, 2) at the positions of `Begin.grid`; at a position x the step goes against it. */
  noise: Tensor;
}

export interface FieldMessage { kind: "field"; run: number; number: number; data: Field }

export type PointCloudMessage = BeginMessage | LossesMessage | SheetMessage | FieldMessage;
