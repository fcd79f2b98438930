// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/workbench/messages.py. Do not edit.

import type { Spoken } from "../../kit/protocol.js";

/** An explorer that can be opened. */
export interface Tile {
  /** as the registry has it. */
  name: string;
  /** of the explorer. */
  title: Spoken;
  /** what it shows, in one sentence. */
  about: Spoken;
  /** which of the questions it answers, from 0. */
  question: number;
  /** fields that it takes from the bar. */
  follows: string[];
  /** why it can't be shown; empty where it can. */
  lacking: Spoken;
}

/** What all explorers are asked, each as far as it has a field for it. */
export interface CommonRequest {
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
  /** In pixels; None for the model's own. */
  height: number | null;
  /** In pixels; None for the model's own. */
  width: number | null;
}

/** Which explorers there are. */
export interface Offered {
  /** the questions that they answer. */
  questions: Spoken[];
  /** all explorers, in the order of the questions. */
  tiles: Tile[];
  /** class name of the pipeline. */
  model: string;
}

export interface OfferedMessage { kind: "offered"; run: number; number: number; data: Offered }

/** What the open explorers are asked. */
export interface Asked {
  /** as the bar has it. */
  request: CommonRequest;
}

export interface AskedMessage { kind: "asked"; run: number; number: number; data: Asked }

export type WorkbenchMessage = OfferedMessage | AskedMessage;
