/**
 * The page's second thread, in which the network computes. It is told `open` once, then `ask` and `cancel`; it says `said` (a message of a
 * run), `loading` (bytes, of how many) and `ready`.
 */
import catalogues from "catalogues:network";
import * as ort from "onnxruntime";
import { LANGUAGES, translator } from "../kit/words.js";
import { Atlas, tensors } from "./atlas.js";
import { createEngine } from "./engine.js";
import { denoise } from "./explorers/denoise.js";
import { embedding } from "./explorers/embedding.js";
import { guidance } from "./explorers/guidance.js";
import { sampler } from "./explorers/sampler.js";
import { seed } from "./explorers/seed.js";
import { similarity } from "./explorers/similarity.js";
import { FileError, Files } from "./files.js";
import { Memory } from "./memory.js";
import { opened } from "./onnx.js";
import { scriptAddress } from "./script.js";
import { words } from "./text.js";
import { Tokenizer } from "./tokenizer.js";

const MOST_THREADS = 4;
/** How many of a machine's cores the network takes. @param {number} cores */
const threadsOf = (cores) => Math.min(cores, MOST_THREADS, Math.max(2, cores >> 1));
const PATIENCE = 100; // ms between two words on how far loading is

/** In all languages. @param {(text: ReturnType<typeof words>) => string} pick */
const spoken = (pick) =>
  Object.fromEntries(Object.keys(LANGUAGES).map((language) => [language, pick(words(translator(catalogues, language)))]));

/** @param {any} error */
function explain(error) {
  const advice = spoken(({ errors }) => errors.anew);
  if (error instanceof FileError && error.why === "missing")
    return { message: spoken(({ errors }) => errors.missing(error.file, error.reason)), advice };
  if (error instanceof FileError) return { message: spoken(({ errors }) => errors.damaged(error.file)), advice };
  if (error instanceof RangeError || /memory/i.test(String(error?.message)))
    return { message: spoken(({ errors }) => errors.stopped), advice: spoken(({ errors }) =>
      errors.close
    ) };
  return { message: `${error?.name ?? "Error"}: ${error?.message ?? error}`.split("\n")[0], advice: "" };
}

/** @param {Uint8Array} bytes */
const textOf = (bytes) => new TextDecoder().decode(bytes);

/** @param {Files} files @param {Record<string, string>} labels @param {boolean} inside  whether the page has all in itself */
const loader = (files, labels, inside) => async (/** @type {AbortSignal} */ signal) => {
  let last = -Infinity;
  const content = await files.load((done, total) => {
    if (performance.now() - last < PATIENCE && done < total) return;
    last = performance.now();
    postMessage({ kind: "loading", done, total });
  }, signal);
  const { env } = /** @type {any} */ (ort);
  env.wasm.numThreads = self.crossOriginIsolated ? threadsOf(navigator.hardwareConcurrency) : 1;
  env.wasm.wasmPaths = { mjs: scriptAddress(content.glue, inside) };
  env.wasm.wasmBinary = content.runtime;
  const facts = /** @type {import("./facts.js").Facts} */ (JSON.parse(textOf(content.facts)));
  const names = Object.keys(content).filter((name) => `${name}-graph` in content);
  const weighted = Object.fromEntries(names.map((name) => [name, { graph: content[`${name}-graph`], weights: content[name] }]));
  const networks = await opened(ort, weighted, { side: facts.latents?.[1] ?? 0, length: facts.length });
  env.wasm.wasmBinary = undefined;
  postMessage({ kind: "ready" });
  return { facts, networks, labels, tokenizer: new Tokenizer(JSON.parse(textOf(content.tokenizer)), facts.length),
    learned: new Set(facts.learned), memory: new Memory(), atlas: content.map && new Atlas(tensors(content.map)) };
};

/** @type {ReturnType<typeof createEngine>} */
let engine;
self.onmessage = ({ data }) => {
  if (data.kind === "open") {
    engine = createEngine({ load: loader(new Files(data.files, data.there), data.labels, data.inside),
      explorers: { denoise, embedding, guidance, sampler, seed, similarity }, results: { similarity: "matrix" }, explain,
      say: (message) => postMessage({ kind: "said", ...message }) });
  } else if (data.kind === "ask") engine.ask(data);
  else engine.cancel();
};
