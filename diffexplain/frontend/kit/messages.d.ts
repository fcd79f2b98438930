// Made by `python -m diffexplain.live.declarations` from diffexplain/live/status.py. Do not edit.

import type { Spoken, Tensor } from "./protocol.js";

/** Where a run stands. */
export interface Status {
  /** queued, then running, then done, failed or cancelled. A session may be paused, and is queued again when it goes on. */
  state: "queued" | "running" | "done" | "failed" | "cancelled" | "paused";
  /** what went wrong, one line; empty unless failed. */
  message: Spoken;
  /** what to do about it, one line; empty where there is nothing to say. */
  advice: Spoken;
}

export interface StatusMessage { kind: "status"; run: number; number: number; data: Status }

/** A page set a value that is not allowed; the value before stays. It belongs to no run and is never replayed. */
export interface Refused {
  /** name of the trait. */
  field: string;
  /** what was set, as Python writes it, shortened. */
  value: string;
  /** what was wrong, what is allowed and what to do, one line; ``{field}`` in it stands for what the page calls the field. */
  message: Spoken;
}

export interface RefusedMessage { kind: "refused"; run: number; number: number; data: Refused }

/** Which run is kept beside the newest one. It belongs to no run, and is said anew when another is kept, and before each replay. */
export interface Kept {
  /** its number; 0 for none. */
  of_run: number;
}

export interface KeptMessage { kind: "kept"; run: number; number: number; data: Kept }

/** What a session goes on with from an update on: at its beginning each field of `Explorer.Live`, then each change of one. */
export interface Changed {
  /** which change, from 0; two changes of a field before the same update are one. */
  at: number;
  /** name of the trait. */
  field: string;
  /** its new value as JSON. */
  value: string;
  /** how many updates were made before. */
  update: number;
}

export interface ChangedMessage { kind: "changed"; run: number; number: number; data: Changed }

/** All that matters follows once more, for a view that may have come in the middle of a run. It belongs to no run. */
export interface Replaying {
  /** as the view called itself when it asked. */
  view: string;
}

export interface ReplayingMessage { kind: "replaying"; run: number; number: number; data: Replaying }

/** A page asked for a message that is not kept any more, as those of older runs. It belongs to no run and is never replayed. */
export interface Gone {
  /** of the message that was asked for. */
  of_run: number;
  /** likewise. */
  of_number: number;
}

export interface GoneMessage { kind: "gone"; run: number; number: number; data: Gone }

/** A file that a view asked for. It belongs to no run and is never replayed. */
export interface Saved {
  /** as the view called itself when it asked. */
  view: string;
  /** of the file; empty where there is none. */
  name: string;
  /** for example ``image/png``. */
  mime: string;
  /** uint8, the file's bytes. */
  content: Tensor;
  /** why there is none, one line; empty where there is one. */
  message: Spoken;
}

export interface SavedMessage { kind: "saved"; run: number; number: number; data: Saved }
