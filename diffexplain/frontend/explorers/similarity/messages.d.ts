// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/similarity/messages.py. Do not edit.

import type { Picture, Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface SimilarityRequest {
  /** 1 to 64: paths, PIL images, gallery:12 for a picture of dx.scenes.gallery, drawn:7:a fox for one that the pipeline draws (seed 7, prompt a fox). None for eight of the gallery. */
  pictures: string[];
  /** 1 to 64, each up to 10,000 characters; the text encoder reads the beginning. None for the captions of the gallery's pictures, in the language in force where the bundled CLIP reads them. */
  texts: string[];
  /** A text to sort the gallery by; empty for none. */
  search: string;
  /** Draws 16 pictures without guidance, lets CLIP choose, and sets guided ones of the same cost beside them; empty for none. */
  older_prompt: string;
  /** 1 to 1000, of each picture of the older way. */
  older_steps: number;
  /** Of the first picture of the older way; each next one has the next. */
  older_seed: number;
  /** Guidance scale of the guided pictures beside it, above 1. */
  older_guidance: number;
}

/** A text that was not read to its end. */
export interface CutText {
  /** which one. */
  text: number;
  /** how many it has, both marks included. */
  tokens: number;
  /** how many of them are read. */
  read: number;
  /** how many of its characters are read. */
  characters: number;
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

/** Pictures that a page can't have yet: all but those on the sheet of the gallery. The newest such message has all of them. */
export interface Thumbnails {
  /** of which. */
  references: string[];
  /** JPEG, at most 96 pixels a side, about 2 KB. */
  pictures: Picture[];
}

export interface ThumbnailsMessage { kind: "thumbnails"; run: number; number: number; data: Thumbnails }

/** All pairs. What follows belongs to the sections below it. */
export interface Matrix {
  /** what this run was asked. */
  request: SimilarityRequest;
  /** (pictures, texts) -1 to 1. */
  cosines: Tensor;
  /** what they are multiplied by before a softmax. */
  temperature: number;
  /** name of the model. */
  clip: string;
  /** how many numbers an embedding has. */
  width: number;
  /** the texts that were cut off. */
  cut: CutText[];
  /** words of the texts and of the search that the bundled CLIP never learned; empty for another one, of which that is not known. */
  unlearned: Unlearned[];
}

export interface MatrixMessage { kind: "matrix"; run: number; number: number; data: Matrix }

/** The pictures of the gallery that are nearest to a text. */
export interface Found {
  /** the text. */
  search: string;
  /** the nearest first. */
  references: string[];
  /** (count,) */
  cosines: Tensor;
  /** (gallery,) of all pictures, from the highest down. */
  all_cosines: Tensor;
}

export interface FoundMessage { kind: "found"; run: number; number: number; data: Found }

/** One picture of the older or the newer way. */
export interface Candidate {
  /** without guidance, to be chosen from; or guided. */
  way: "unguided" | "guided";
  /** its own. */
  seed: number;
  /** JPEG, at most 128 pixels a side. */
  image: Picture;
  /** with the prompt. */
  cosine: number;
}

export interface CandidateMessage { kind: "candidate"; run: number; number: number; data: Candidate }

/** Both ways are done, and what they cost. */
export interface Spent {
  /** evaluations of the network, counted at the network: calls times rows of the batch. */
  unguided: number;
  /** the same. */
  guided: number;
}

export interface SpentMessage { kind: "spent"; run: number; number: number; data: Spent }

export type SimilarityMessage = ProgressMessage | ThumbnailsMessage | MatrixMessage | FoundMessage | CandidateMessage | SpentMessage;
