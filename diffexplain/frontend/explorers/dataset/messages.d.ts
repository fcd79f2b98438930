// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/dataset/messages.py. Do not edit.

import type { Picture, Spoken, Tensor } from "../../kit/protocol.js";

/** How large a data set is said to be. */
export interface Figure {
  /** the number. */
  count: number;
  /** of what. */
  unit: "pairs" | "captions" | "pictures" | "videos";
  /** which of them, or who counts so; empty where the unit says it all. */
  what: Spoken;
  /** where it is from. */
  source: string;
}

/** What is said of a data set. */
export interface Claim {
  /** a sentence or two. */
  text: Spoken;
  /** where it is from. */
  source: string;
}

/** A data set of the field. */
export interface DataSet {
  /** what it is called. */
  name: string;
  /** of its first release. */
  year: number;
  /** its sizes; the first is what it is usually said to have. */
  figures: Figure[];
  /** in short, for a table. */
  licence: Spoken;
  /** who may do what with it. */
  terms: Claim;
  /** how. */
  made: Claim;
  /** what is wrong with it, or known to be missing. */
  wrong: Claim[];
}

/** What a run was asked. */
export interface DatasetRequest {
  /** A caption of your own for `picture`, scored beside all pairs; empty for none. */
  caption: string;
  /** The picture it is for: a PIL image, a path, or gallery:12; empty for none. */
  picture: string;
  /** How many pairs to filter, 4 to 2000; the first so many of your own. */
  count: number;
  /** Share of pairs that are made wrong on purpose, 0 to 0.9: another picture's caption; of scenes also one wrong detail, or alt-text that says nothing. */
  wrong: number;
  /** Share of the right captions of scenes that stand among words of a shop or a file, 0 to 1. */
  noisy: number;
  /** Share of scenes with things that the bundled CLIP was never shown, 0 to 1. */
  unseen: number;
  /** Share of scenes whose caption is Chinese, 0 to 1. */
  chinese: number;
  /** Decides scenes, and what is made wrong, 0 to 2**53 - 1. */
  seed: number;
  /** Least cosine of the pairs that a small CLIP learns from, -1 to 1, beside one that learns from all; None trains none. Of the scene world alone: of its own pairs nobody knows which held-out ones are right. */
  learn: number | null;
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

/** The data sets of the field. They hold for all runs, so they are sent once. */
export interface Sets {
  /** from the oldest kind to the newest: written by hand, from photographs, from the web. */
  sets: DataSet[];
}

export interface SetsMessage { kind: "sets"; run: number; number: number; data: Sets }

/** A run begins. */
export interface Begin {
  /** what it was asked. */
  request: DatasetRequest;
  /** where the pairs come from; empty for the scene world. */
  own: string;
  /** name of the model. */
  clip: string;
  /** it is the bundled one, which was never shown some things of the scene world. */
  bundled: boolean;
  /** what it multiplies cosines by before a softmax. */
  temperature: number;
  /** words of the caption that the bundled CLIP never learned; empty for another one, of which that is not known. */
  unlearned: Unlearned[];
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** The reader's own pair. */
export interface Mine {
  /** cosine of its picture and caption. */
  score: number;
  /** JPEG, at most 128 pixels a side. */
  image: Picture;
  /** how many characters of the caption were read; null for all. */
  read: number | null;
}

export interface MineMessage { kind: "mine"; run: number; number: number; data: Mine }

/** Some pairs and their scores. */
export interface Batch {
  /** of the batch, from 0. */
  index: number;
  /** (n,) cosines of picture and caption, -1 to 1. */
  scores: Tensor;
  /** (n,) uint8, which of right, noisy, detail, mismatched, filler; see `diffexplain.explorers.dataset.pairs.KINDS`. */
  kinds: Tensor;
  /** (n,) uint8, 1 where the caption has Chinese letters. */
  chinese: Tensor;
  /** (n,) uint8, 1 where the picture shows what the bundled CLIP was never shown. */
  unseen: Tensor;
  /** of each. */
  captions: string[];
  /** the pictures, row by row without gaps. */
  sheet: Picture;
  /** of the sheet. */
  columns: number;
  /** side of a picture on the sheet, in pixels. */
  tile: number;
}

export interface BatchMessage { kind: "batch"; run: number; number: number; data: Batch }

/** All pairs have a score. */
export interface Scored {
  /** how many there are. */
  count: number;
  /** the threshold with the highest F1; null where nothing is right. */
  best: number | null;
}

export interface ScoredMessage { kind: "scored"; run: number; number: number; data: Scored }

/** Two small CLIPs begin to learn: one from all pairs of a little web of its own, one from those that the filter keeps. */
export interface Learning {
  /** the least cosine that is kept. */
  threshold: number;
  /** how many pairs each learns from. */
  counts: number[];
  /** how many of them are wrong. */
  wrong: number[];
  /** how many each will make, of as many pairs. */
  updates: number;
  /** how many right pairs are held out. */
  held: number;
  /** among how many texts, each of another thing, a held-out picture looks for its own: 1 of them by chance. */
  among: number;
}

export interface LearningMessage { kind: "learning"; run: number; number: number; data: Learning }

/** What the two know after some updates. */
export interface Learned {
  /** how many each has made. */
  update: number;
  /** share of the held-out pictures that find their own text, and of the texts that find their picture, in the mean: of the one that learns from all, and of the one that learns from what is kept. */
  found: number[];
}

export interface LearnedMessage { kind: "learned"; run: number; number: number; data: Learned }

export type DatasetMessage = ProgressMessage | SetsMessage | BeginMessage | MineMessage | BatchMessage | ScoredMessage | LearningMessage | LearnedMessage;
