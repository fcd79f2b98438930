// Made by `python -m diffexplain.live.declarations` from diffexplain/explorers/text/messages.py. Do not edit.

import type { Tensor } from "../../kit/protocol.js";

/** What a run was asked. */
export interface TextRequest {
  /** The sentence to read, up to 10,000 characters; the text encoder reads the beginning. */
  prompt: string;
  /** A second sentence to read beside it; empty for none. None of its own accord where prompt is given. */
  other_prompt: string;
  /** Sentences to add and take away, signs between spaces; empty for none. */
  arithmetic: string;
}

/** A token. */
export interface Piece {
  /** the characters of the sentence that it covers; empty for marks and padding. */
  text: string;
  /** "start", "word" or "end", see `diffexplain.core.text.Token`; "padding": the first of the places behind the end. */
  kind: string;
  /** its number in the vocabulary. */
  id: number;
  /** what stands in the vocabulary, or the bytes of it in hexadecimal where these are no whole characters. */
  name: string;
  /** whether they are. */
  whole: boolean;
  /** number of the word that it belongs to. */
  group: number;
  /** where it begins in the sentence, in characters. */
  start: number;
  /** where it ends, exclusive. */
  end: number;
}

/** The part of a prompt that the text encoder never sees. */
export interface Truncated {
  /** Position of the first word token that is dropped. */
  first_token_index: number;
  /** How many characters of the prompt are read. */
  text_kept_characters: number;
  /** The beginning of the rest, at most `DROPPED_CHARACTERS`. */
  dropped_text: string;
}

/** One text encoder of the pipeline, and what it read. */
export interface Encoder {
  /** in the pipeline. */
  name: string;
  /** "CLIP" or "T5". */
  kind: string;
  /** how many it has. */
  parameters: number;
  /** how many. */
  layers: number;
  /** of each layer. */
  heads: number;
  /** of a token's vector. */
  width: number;
  /** how many places it was given, padding among them. */
  length: number;
  /** how many tokens it reads at most, marks included; 0 where it is unknown. */
  limit: number;
  /** width of its one vector for the whole sentence; 0 where it makes none. */
  pooled: number;
  /** the layer that the pipeline hands on to the denoiser, 0 for the embedded tokens; null for none. */
  use_layer: number | null;
  /** whether that is after the closing normalisation. */
  use_normalised: boolean;
  /** whether the one vector is handed on. */
  use_pooled: boolean;
  /** the largest weight that any of its heads gives to a later token; 0 where it is causal. */
  ahead: number;
  /** what the words give to all padding together, the mean over layers and heads. */
  on_padding: number;
  /** those that are shown, in order; fewer than there are of a very long sentence. */
  tokens: Piece[];
  /** how many places of padding there are. */
  padding: number;
  /** what it does not read. */
  truncated: Truncated | null;
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

/** A caption that was found. */
export interface Caption {
  /** the caption. */
  text: string;
  /** with what was looked for, the mean of all captions taken away from both. */
  cosine: number;
}

/** A term of a sum. */
export interface SumTerm {
  /** 1 or -1. */
  sign: number;
  /** what is added or taken away. */
  text: string;
  /** how many of the captions nearest to the first term alone have it in them; of the first term itself, what stays of it. */
  before: number;
  /** the same of the captions nearest to the sum. */
  after: number;
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

/** The sentence is read. */
export interface Begin {
  /** what this run was asked. */
  request: TextRequest;
  /** class name of the pipeline. */
  model: string;
  /** in their order in the pipeline. */
  encoders: Encoder[];
  /** words of all texts that the bundled model never learned; empty for another pipeline, of which that is not known. */
  unlearned: Unlearned[];
}

export interface BeginMessage { kind: "begin"; run: number; number: number; data: Begin }

/** The vectors of one encoder, of the tokens that are shown. */
export interface Vectors {
  /** which. */
  encoder: number;
  /** (layers + 1, tokens, numbers) some numbers of each vector, evenly spread, by what is large in the layer: -1 to 1. */
  strips: Tensor;
  /** (layers + 1, tokens) */
  lengths: Tensor;
  /** (layers, tokens) of each vector with that of the layer before. */
  cosines: Tensor;
}

export interface VectorsMessage { kind: "vectors"; run: number; number: number; data: Vectors }

/** Who reads whom in one layer: a row for the token that reads, a column for the one that is read. */
export interface Layer {
  /** which. */
  encoder: number;
  /** from 1 on. */
  layer: number;
  /** (tokens, tokens) over all heads. */
  mean: Tensor;
  /** (tokens, tokens) of all layers up to this one together, see `diffexplain.core.text.rollout`. */
  rolled: Tensor;
  /** (heads, tokens, tokens); null in what a page is sent at first of a large one. */
  heads: Tensor | null;
}

export interface LayerMessage { kind: "layer"; run: number; number: number; data: Layer }

/** Both sentences side by side, in one encoder. */
export interface Compared {
  /** which. */
  encoder: number;
  /** of the second sentence. */
  tokens: Piece[];
  /** (pairs,) positions in the first sentence, -1 where it has none, see `diffexplain.core.text.comparison`. */
  first: Tensor;
  /** (pairs,) likewise. */
  second: Tensor;
  /** (pairs,) 1 where both are one token of the vocabulary. */
  same: Tensor;
  /** (layers + 1, pairs) 1 minus the cosine of both vectors; NaN where one has no partner. */
  apart: Tensor;
  /** (layers + 1, pairs) 1 where both are equal to the bit. */
  equal: Tensor;
  /** cosine of the vectors of both whole sentences; null where the encoder makes none. */
  sentences: number | null;
}

export interface ComparedMessage { kind: "compared"; run: number; number: number; data: Compared }

/** The captions that an encoder takes for most alike. */
export interface Nearest {
  /** which: the one that speaks for whole sentences. */
  encoder: number;
  /** among so many. */
  count: number;
  /** mean cosine of two of them before their mean is taken away. */
  plain: number;
  /** for the sentence, the nearest first. */
  captions: Caption[];
  /** for the second sentence; empty where there is none. */
  other: Caption[];
}

export interface NearestMessage { kind: "nearest"; run: number; number: number; data: Nearest }

/** A sum of sentences. */
export interface Summed {
  /** in order. */
  terms: SumTerm[];
  /** the pieces of the first term that are not taken away; empty where all of it is. */
  stays: string[];
  /** captions nearest to the first term alone. */
  before: Caption[];
  /** captions nearest to the sum. */
  after: Caption[];
  /** among so many. */
  count: number;
  /** of the nearest that has in it all that stays and is added, and nothing that is taken away: 1 for the nearest of all, where the sum has arrived; 0 where there is none. */
  place: number;
  /** that caption; null where there is none. */
  first: Caption | null;
}

export interface SummedMessage { kind: "summed"; run: number; number: number; data: Summed }

export type TextMessage = ProgressMessage | BeginMessage | VectorsMessage | LayerMessage | ComparedMessage | NearestMessage | SummedMessage;
