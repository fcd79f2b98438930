/**
 * The bundled networks in ONNX Runtime: graphs, and the weights that they point into.
 *
 * @typedef {typeof import("./onnx_runtime")} Runtime  what is used of onnxruntime-web
 * @typedef {{ graph: Uint8Array, weights: Uint8Array }} Files  of a network: NAME.onnx and NAME.safetensors
 */

/** @typedef {"text" | "unet" | "decoder"} Name */

/**
 * Networks that are ready to compute. One call at a time.
 * @param {Runtime} runtime
 * @param {Record<Name, Files>} files
 * @param {{ side: number, length: number }} shape  of the latents, in cells; of a sentence, in tokens
 * @returns {Promise<import("./run.js").Networks>}
 */
export async function opened(runtime, files, { side, length }) {
  /** @param {Name} name */
  const session = (name) =>
    runtime.InferenceSession.create(files[name].graph, { executionProviders: ["wasm"], graphOptimizationLevel: "all",
      externalData: [{ path: `${name}.safetensors`, data: files[name].weights }] });
  const [text, unet, decoder] = [await session("text"), await session("unet"), await session("decoder")];
  const { Tensor } = runtime;
  /** @param {Record<string, import("./onnx_runtime").Tensor>} found @param {string} name */
  const numbers = (found, name) => /** @type {Float32Array} */ (found[name].data);
  return {
    text: async (tokens, rows) =>
      numbers(await text.run({ tokens: new Tensor("int32", tokens, [rows, length]) }, ["states"]), "states"),
    unet: async (x, timestep, states, rows) => {
      const given = { x: new Tensor("float32", x, [rows, x.length / (rows * side * side), side, side]),
        timestep: new Tensor("float32", new Float32Array(rows).fill(timestep), [rows]),
        states: new Tensor("float32", states, [rows, length, states.length / (rows * length)]) };
      return numbers(await unet.run(given), "prediction");
    },
    decoder: async (latents) => {
      const given = { latents: new Tensor("float32", latents, [1, latents.length / (side * side), side, side]) };
      return numbers(await decoder.run(given), "picture");
    },
  };
}
