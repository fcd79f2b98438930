// Made by `python -m diffexplain.live.declarations` from diffexplain/live/status.py. Do not edit.

import type { Spoken } from "./protocol.js";

/** Where a run stands. */
export interface StatusMessage {
  kind: "status";
  run: number;
  number: number;
  data: {
    /** queued, then running, then one of the other three. */
    state: "queued" | "running" | "done" | "failed" | "cancelled";
    /** what went wrong, one line; empty unless failed. */
    message: Spoken;
    /** what to do about it, one line; empty where there is nothing to say. */
    advice: Spoken;
  };
}

/** A page set a value that is not allowed; the value before stays. It belongs to no run and is never replayed. */
export interface RefusedMessage {
  kind: "refused";
  run: number;
  number: number;
  data: {
    /** name of the trait. */
    field: string;
    /** what was set, as Python writes it, shortened. */
    value: string;
    /** what was wrong, what is allowed and what to do, one line. */
    message: Spoken;
  };
}

/** A page asked for a message that is not kept any more, as those of older runs. It belongs to no run and is never replayed. */
export interface GoneMessage {
  kind: "gone";
  run: number;
  number: number;
  data: {
    /** of the message that was asked for. */
    of_run: number;
    /** likewise. */
    of_number: number;
  };
}
