/** Every word that the text explorer shows. */

import { fixed, percent } from "../../kit/format.js";

/** @typedef {ReturnType<typeof words>} Text */
/** @import { Piece, Encoder } from "./messages" */
/** @typedef {{ caption: string, place: number, count: number }} Found  the nearest caption with all that was asked, its place among so many */

/** @param {import("../../kit/words.js").Translator} language */
export const words = ({ say, plural, number, sentences }) => {
  const quote = (/** @type {string} */ word) => say("“{word}”", { word });
  const marks = /** @type {Record<string, string>} */ ({ start: say("start"), end: say("end"), padding: say("padding") });
  /** What a token is called. @param {Piece} piece */
  const name = ({ kind, text, name: own, whole }) => (kind === "word" ? (whole && text.trim()) || own.trim() || "␣" : marks[kind]);
  /** The same in a sentence. @param {Piece} piece */
  const called = (piece) => (piece.kind === "word" ? quote(name(piece)) : name(piece));
  const layer = (/** @type {number} */ at) => (at === 0 ? say("words in") : say("layer {number}", { number: at }));
  const inLayer = (/** @type {number} */ at) => (at === 0 ? say("as it comes in") : say("in layer {number}", { number: at }));
  const counted = (/** @type {number} */ count) => plural("{count} token", "{count} tokens", count);
  const list = (/** @type {string[]} */ items) => items.reduce((first, second) => (first ? say("{first}, {second}", { first, second }) : second), "");
  const uses = (/** @type {Encoder} */ encoder) =>
    list([
      encoder.use_layer === null
        ? ""
        : encoder.use_normalised
        ? say("its last layer, normalised: token by token, for attention")
        : encoder.use_layer === encoder.layers - 1
        ? say("its last layer but one: token by token, for attention")
        : say("its layer {number}: token by token, for attention", { number: encoder.use_layer }),
      encoder.use_pooled ? say("its one vector for the whole sentence, beside the time step") : "",
    ].filter(Boolean)) || say("nothing that could be found in what the denoiser is given");
  return {
    title: say("Text explorer"),
    sentences,
    list,
    name,
    called,
    layer,
    inLayer,
    quote,
    percent,
    cosine: fixed,
    controls: {
      prompt: { label: say("Sentence"), hint: say("What the text encoder reads. Try a word that nobody knows, or an emoji."), placeholder: say("nothing: only the marks are read") },
      other_prompt: { label: say("Second sentence"), hint: say("A second sentence: with one word exchanged, said in another way, in another language."), placeholder: say("nothing") },
      arithmetic: { label: say("Sum of sentences"), hint: say("Plus and minus between spaces, as in “a fox - white + red”."), placeholder: say("a fox - white + red") },
      spoken: { label: say("English and Chinese"), hint: say("The same sentence in both languages, one beside the other.") },
      exchange: (/** @type {string} */ word) => ({
        label: say("Instead of {word}", { word }),
        hint: say("The sentence beside it becomes this one with another word in its place. Select another token first to exchange that."),
        placeholder: say("another word"),
      }),
    },
    tokens: {
      label: say("The sentence in tokens"),
      line: (/** @type {Encoder} */ { tokens, padding, length }, /** @type {number} */ words) =>
        sentences([
          plural("{count} word became {tokens}:", "{count} words became {tokens}:", words, { tokens: counted(tokens.filter(({ kind }) => kind === "word").length) }),
          padding
            ? say("with the marks and {padding} places of padding the encoder gets {length} numbers, and nothing else of the sentence.", { padding, length })
            : say("with the marks the encoder gets {length} numbers, and nothing else of the sentence.", { length }),
        ]),
      padding: (/** @type {number} */ places) => say("padding × {places}", { places }),
      cut: (/** @type {string} */ rest) => say("not read: “{rest}”", { rest }),
      title: (/** @type {Piece} */ piece) => say("{token}, number {id} of the vocabulary", { token: called(piece), id: piece.id }),
      bytes: (/** @type {string} */ bytes) => say("bytes {bytes}", { bytes }),
      strange: say("A token of bytes is a part of a character: the vocabulary has none for it."),
      encoder: { label: say("Text encoder"), hint: say("This pipeline has several; each reads the same sentence.") },
    },
    panels: {
      label: say("A closer look"),
      layers: { label: say("Layer by layer"), hint: say("What becomes of each token's vector") },
      reading: { label: say("Who reads whom"), hint: say("Self-attention, by layer and head") },
      swap: { label: say("Two sentences"), hint: say("What another word changes, and where") },
      sum: { label: say("Arithmetic"), hint: say("Add and take away what sentences mean") },
      encoders: { label: say("Encoders"), hint: say("All text encoders of this pipeline, and what each is used for") },
    },
    layers: {
      show: {
        label: say("Cells show"),
        vector: { label: say("vectors"), hint: say("Some of the vector's numbers, as colours") },
        change: { label: say("turn"), hint: say("1 minus the cosine with the layer before") },
        length: { label: say("length"), hint: say("How long the vector is") },
      },
      line: (/** @type {Encoder} */ { width, layers }, /** @type {number} */ drawn) =>
        say("Each token goes through {layers} layers and stays a list of {width} numbers; a cell shows {drawn} of them, evenly spread. A column read downwards is a word on its way to what it means here.", { layers, width, drawn }),
      most: (/** @type {string} */ token, /** @type {string} */ where, /** @type {string} */ cosine) => say("{token} turns most {where}: its cosine with the layer before is {cosine}.", { token, where, cosine }),
      scale: say("Blue below zero, red-brown above; each layer has its own scale."),
      grid: (/** @type {number} */ tokens, /** @type {number} */ layers) => say("{tokens} tokens by {layers} layers", { tokens, layers }),
      cell: (
        /** @type {string} */ token,
        /** @type {string} */ where,
        /** @type {string} */ length,
        /** @type {string | null} */ cosine,
      ) => (cosine === null ? say("{token} {where}: length {length}.", { token, where, length }) : say("{token} {where}: length {length}, cosine with the layer before {cosine}.", { token, where, length, cosine })),
    },
    reading: {
      what: {
        label: say("Reading"),
        one: { label: say("in this layer"), hint: say("What the layer's own attention reads") },
        rolled: { label: say("rolled up"), hint: say("All layers up to this one together: how much of each token has come to each") },
      },
      most: (/** @type {string} */ where, /** @type {string} */ token, /** @type {string} */ read) => say("{where} {token} reads {read}.", { where: where.replace(/^./, (first) => first.toUpperCase()), token, read }),
      mostRolled: (/** @type {number} */ at, /** @type {string} */ token, /** @type {string} */ read) => say("Up to layer {number} there have come to {token}: {read}.", { number: at, token, read }),
      share: (/** @type {string} */ token, /** @type {number} */ share) => say("{token} to {share}", { token, share: percent(share) }),
      causal: (/** @type {Encoder} */ { layers, heads }) =>
        say("Above the diagonal there is nothing: in all {layers} layers and {heads} heads no token reads a later one. Each word knows only what stands before it, and the end knows all.", { layers, heads }),
      bothWays: (/** @type {number} */ most) => say("This encoder reads both ways: a head gives up to {most} to a later token.", { most: percent(most) }),
      padding: (/** @type {number} */ share) => say("Of what is read, {share} is padding.", { share: percent(share) }),
      grid: (/** @type {string} */ where) => say("Who reads whom {where}: a row reads the columns", { where }),
      cell: (/** @type {string} */ token, /** @type {string} */ read, /** @type {number} */ share) => say("{token} reads {read} to {share}.", { token, read, share: percent(share) }),
      heads: say("All layers and heads: select one"),
      headsGrid: (/** @type {number} */ layers, /** @type {number} */ heads) => say("{layers} layers by {heads} heads, the mean over all heads in the first row", { layers, heads }),
      mean: say("mean"),
      head: (/** @type {number} */ at) => say("head {number}", { number: at + 1 }),
      headWhere: (/** @type {string} */ where, /** @type {number} */ at) => say("{where}, head {number}", { where, number: at + 1 }),
      coming: say("The single heads of this layer are on their way."),
    },
    swap: {
      none: say("Write a second sentence beside the first, or exchange a word: then you see which tokens' vectors change, by how much, and in which layer."),
      same: say("Both sentences are the same tokens: nothing can differ."),
      exchanged: (/** @type {string} */ first, /** @type {string} */ second) => say("{first} became {second}.", { first, second }),
      added: (/** @type {string} */ token) => say("{token} was added.", { token }),
      more: (/** @type {number} */ count) => plural("Beside it one more token differs.", "Beside it {count} more tokens differ.", count),
      removed: (/** @type {string} */ token) => say("{token} was left out.", { token }),
      untouched: (/** @type {number} */ count) =>
        plural("The token before it is equal to the bit in every layer: what follows can't reach back.", "The {count} tokens before it are equal to the bit in every layer: what follows can't reach back.", count),
      touched: (/** @type {number} */ count) => plural("The token before it changed, too: this encoder reads both ways.", "{count} of the tokens before it changed, too: this encoder reads both ways.", count),
      behind: (/** @type {number} */ changed, /** @type {number} */ behind) => say("Same tokens behind it: {behind}, of which {changed} changed.", { changed, behind }),
      most: (/** @type {string} */ token, /** @type {string} */ where, /** @type {string} */ apart) => say("Most of all {token}, by {apart} {where}, though the token itself is the same.", { token, where, apart }),
      sentences: (/** @type {string} */ cosine) => say("The vectors of both whole sentences have a cosine of {cosine}.", { cosine }),
      grid: (/** @type {number} */ pairs, /** @type {number} */ layers) => say("How far both vectors are apart: {pairs} pairs of tokens by {layers} layers", { pairs, layers }),
      key: say("1 minus the cosine; “=” is equal to the bit"),
      pair: (/** @type {string} */ first, /** @type {string} */ second) => `${first} → ${second}`,
      cell: (/** @type {string} */ token, /** @type {string} */ where, /** @type {string} */ apart) => say("{token} {where}: apart by {apart}.", { token, where, apart }),
      equal: (/** @type {string} */ token, /** @type {string} */ where) => say("{token} {where}: equal to the bit.", { token, where }),
      alone: (/** @type {string} */ token) => say("{token} has no partner in the other sentence.", { token }),
      nearest: (/** @type {number} */ count) => say("Of {count} captions the encoder takes these for most like it:", { count }),
    },
    sum: {
      line: say("A sentence is a place in the encoder's space, so sentences can be added. From each the mean of all captions is taken away first; what is left is what makes it different."),
      empty: say("Write a sum of sentences, with plus and minus between spaces."),
      before: (/** @type {string} */ first) => say("Nearest to {first}", { first: quote(first) }),
      after: say("Nearest to the sum"),
      term: (
        /** @type {number} */ sign,
        /** @type {string} */ text,
        /** @type {number} */ before,
        /** @type {number} */ after,
        /** @type {number} */ count,
      ) => (sign > 0
        ? say("{text}, added: in {after} of the {count} captions nearest to the sum, before in {before}.", { text, before, after, count })
        : say("{text}, taken away: in {after} of the {count} captions nearest to the sum, before in {before}.", { text, before, after, count })),
      stays: (/** @type {string} */ text, /** @type {number} */ before, /** @type {number} */ after, /** @type {number} */ count) =>
        say("{text}, meant to stay: in {after} of the {count} captions nearest to the sum, before in {before}.", { text, before, after, count }),
      arrived: (/** @type {Found} */ _) => say("The sum arrived: the caption nearest to it has all that was asked."),
      failed: (/** @type {Found} */ { caption, place, count }) => say("The sum fails: {caption}, the nearest caption with all that was asked, comes only at place {place} of {count}.", { caption, place, count }),
      unseen: (/** @type {Found} */ { count }) => say("Whether the sum arrived can't be seen: none of the {count} captions has all that was asked. They are in English, most of them of one thing and the colour behind it.", { count }),
      why: say("What a word adds depends on the words around it: the bare word, taken away or added, is another direction. Try a whole phrase, such as “- white background + red background”."),
      alone: say("There is nothing to add or to take away yet: put a plus or a minus between spaces."),
      one: (/** @type {string} */ caption, /** @type {string} */ cosine) => say("{caption}, cosine {cosine}", { caption, cosine }),
    },
    encoders: {
      line: (/** @type {number} */ count, /** @type {string} */ model) =>
        plural(
          "{model} has one text encoder. What is used of it was found by looking for its vectors in what the denoiser is given.",
          "{model} has {count} text encoders, which read the same sentence. What is used of each was found by looking for its vectors in what the denoiser is given.",
          count,
          { model },
        ),
      columns: { name: say("Encoder"), kind: say("Kind"), parameters: say("Parameters"), layers: say("Layers"), heads: say("Heads"), width: say("Width"), reads: say("Reads"), direction: say("Direction"), use: say("What is used") },
      reads: (/** @type {Encoder} */ { tokens, length }) => say("{count} of {length} places", { count: tokens.filter(({ kind }) => kind !== "padding").length, length }),
      direction: (/** @type {Encoder} */ { ahead }) => (ahead === 0 ? say("backwards only") : say("both ways")),
      uses,
      number,
    },
    foot: {
      facts: { id: say("number"), length: say("length"), turn: say("cosine with the layer before"), reads: say("reads most") },
      line: (/** @type {string} */ token, /** @type {number} */ place, /** @type {Encoder} */ { length }, /** @type {string} */ where) =>
        say("{token} is token {place} of {length}, looked at {where}.", { token, place: place + 1, length, where }),
      pieces: (/** @type {number} */ count) => say("It is one of {count} pieces of its word.", { count }),
      start: (/** @type {number} */ share) => say("Every sentence begins with this mark; here the other tokens give it {share} of their attention, the mean over all.", { share: percent(share) }),
      end: say("Of its vector the encoder makes the one that stands for the whole sentence."),
      padding: say("Behind the end all places are filled up; the encoder makes vectors of them, too."),
      formulas: {
        id: say("its place in the vocabulary; this is all that the encoder is told of it"),
        length: say("the square root of the sum of its squared numbers"),
        turn: say("1 is the same direction, 0 a right angle"),
        reads: say("the largest weight in its row, the mean over all heads unless one is chosen"),
      },
    },
    progress: {
      captions: (/** @type {number} */ done, /** @type {number} */ total) => say("reading captions, {done} of {total}", { done, total }),
    },
  };
};
