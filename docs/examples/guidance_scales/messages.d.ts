// Made by `python -m diffexplain.live.declarations` from docs/examples/guidance_scales/messages.py. Do not edit.

import type { Picture } from "../../../diffexplain/frontend/kit/protocol.js";

/** What a run was asked. */
export interface ScalesRequest {
  /** What to draw. */
  prompt: string;
  /** Decides the starting noise of all pictures, 0 to 2**53 - 1. */
  seed: number;
  /** How many steps each picture takes, 1 to 100. */
  steps: number;
  /** 2 to 8 guidance scales, 0 to 100. */
  scales: number[];
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

/** All pictures are there, one a scale. */
export interface Drawn {
  request: ScalesRequest;
  pictures: Picture[];
}

export interface DrawnMessage { kind: "drawn"; run: number; number: number; data: Drawn }

export type GuidanceScalesMessage = ProgressMessage | DrawnMessage;
