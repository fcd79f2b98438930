// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/embedding/messages.py. Do not edit.

import type { Picture, Spoken, Tensor } from "../../kit/protocol.js";

/** Words in both languages. */
export interface Name {
  /** English. */
  en: string;
  /** Chinese. */
  zh: string;
}

/** How far apart pictures and texts lie. */
export interface Gap {
  /** of the line between the two kinds' mean points, 0 to 2; Liang et al. report about 0.8 for CLIP. */
  length: number;
  /** mean cosine of two different pictures; None where there is one. */
  among_pictures: number | null;
  /** mean cosine of two different texts; None where there is one. */
  among_texts: number | null;
  /** mean cosine of a picture and its own caption; None where nothing is paired. */
  pairs: number | null;
  /** mean cosine of a picture and any text. */
  strangers: number;
  /** among a point's ten nearest, the share that is of the other kind, 0 to 1. */
  mixed: number;
  /** the same after `close_gap`. */
  mixed_closed: number;
  /** what that share would be if the kinds were mixed at random. */
  chance: number;
}

/** Something to colour the points by. */
export interface Category {
  /** ``concept``, ``style``, ``ground``, ``kind``. */
  key: string;
  /** of its values. */
  names: Name[];
  /** ``#rrggbb`` of each value; empty where the page's own palette is meant. */
  colours: string[];
  /** (N,) which value each point has; 255 for none. */
  values: Tensor;
}

/** What stands in the points, finer than colours can tell: written on the map. */
export interface Labels {
  /** of the things. */
  names: Name[];
  /** (N,) which thing each point shows; 255 for none. */
  values: Tensor;
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

/** A denoising run that is followed through the map. */
export interface Lane {
  /** its prompt. */
  prompt: string;
  /** of its starting noise. */
  seed: number;
  /** (maps, 2) where the prompt itself lies on each map. */
  places: Tensor;
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

/** The map itself. It holds for all runs of the explorer, so it is sent once. */
export interface Map {
  /** name of the model. */
  clip: string;
  /** how many numbers an embedding has. */
  width: number;
  /** what is unusual about this map; empty where nothing is. */
  note: Spoken;
  /** (N,) 0 for a picture, 1 for a text. */
  kinds: Tensor;
  /** of each point; empty for a picture whose caption is its partner's. */
  captions: Name[];
  /** (N,) the caption of a picture and the first picture of a caption; -1 for none. */
  partner: Tensor;
  /** (maps, N, 2) where each point lies on each map. */
  places: Tensor;
  /** (2,) of the variance that the axes of the PCA hold. */
  shares: Tensor;
  /** (maps, 2, 2) the middle of the pictures and of the texts on each map. */
  centres: Tensor;
  /** between pictures and texts; null where one kind is missing. */
  gap: Gap | null;
  /** what to colour by. */
  categories: Category[];
  /** what to write on the map; null for nothing. */
  labels: Labels | null;
  /** (N, 2 k) of each point the nearest k pictures, then the nearest k texts; -1 for none. */
  near: Tensor;
  /** (N, 2 k) their cosines. */
  near_cosines: Tensor;
  /** the pictures, row by row without gaps; null where there are none. */
  sheet: Picture | null;
  /** of the sheet. */
  columns: number;
  /** side of a picture on the sheet, in pixels. */
  tile: number;
}

export interface MapMessage { kind: "map"; run: number; number: number; data: Map }

/** A text or picture of one's own on the map. */
export interface Placed {
  /** from where it comes: typed into the search, or a picture. */
  what: "search" | "picture";
  /** the text; empty for a picture. */
  label: string;
  /** the picture, JPEG, at most 128 pixels a side; null for a text. */
  image: Picture | null;
  /** (maps, 2) where it lies on each map. */
  places: Tensor;
  /** (k,) its nearest pictures, the nearest first. */
  pictures: Tensor;
  /** (k,) */
  picture_cosines: Tensor;
  /** (k,) its nearest texts. */
  texts: Tensor;
  /** (k,) */
  text_cosines: Tensor;
  /** how many characters of the text the encoder reads; null for all. */
  read: number | null;
  /** words of the text that the bundled CLIP never learned; empty for another one, of which that is not known. */
  unlearned: Unlearned[];
}

export interface PlacedMessage { kind: "placed"; run: number; number: number; data: Placed }

/** Denoising begins. */
export interface Begin {
  /** the runs, side by side. */
  lanes: Lane[];
  /** how many steps each has. */
  step_count: number;
  /** words of their prompts that the bundled model never learned; empty for another one, of which that is not known. */
  unlearned: Unlearned[];
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** One step of all runs: what each would be if it stopped here, seen by CLIP. */
export interface Step {
  /** 0 for the first. */
  index: number;
  /** (lanes, maps, 2) where the predicted originals lie on each map. */
  places: Tensor;
  /** (lanes,) with their prompts. */
  cosines: Tensor;
  /** the predicted originals, JPEG, at most 96 pixels a side. */
  images: Picture[];
}

export interface StepMessage { kind: "step"; run: number; number: number; data: Step }

export type EmbeddingMessage = ProgressMessage | MapMessage | PlacedMessage | BeginMessage | StepMessage;
