/**
 * The bundled networks in ONNX Runtime: graphs, and the weights that they point into.
 *
 * @typedef {typeof import("./onnx_runtime")} Runtime  what is used of onnxruntime-web
 * @typedef {{ graph: Uint8Array, weights: Uint8Array }} Files  of a network: NAME.onnx and NAME.safetensors
 */

/**
 * Networks that are ready to compute, those of which there are files. One call at a time.
 * @param {Runtime} runtime
 * @param {Record<string, Files>} files  by name
 * @param {{ side: number, length: number }} shape  of the latents, in cells; of a sentence, in tokens
 * @returns {Promise<import("./run.js").Networks>}
 */
export async function opened(runtime, files, { side, length }) {
  /** @type {Record<string, import("./onnx_runtime").Session>} */
  const sessions = {};
  for (const [name, { graph, weights }] of Object.entries(files)) {
    sessions[name] = await runtime.InferenceSession.create(graph, { executionProviders: ["wasm"], graphOptimizationLevel: "all",
      externalData: [{ path: `${name}.safetensors`, data: weights }] });
  }
  const { Tensor } = runtime;
  /** @param {string} name @param {string} output @param {Record<string, import("./onnx_runtime").Tensor>} given */
  const call = async (name, output,
    given) => /** @type {Float32Array} */ ((await sessions[name].run(given, [output]))[output].data);
  /** @param {Int32Array} tokens @param {number} rows */
  const sentences = (tokens, rows) => ({ tokens: new Tensor("int32", tokens, [rows, length]) });
  /** @param {Float32Array} latents @param {number} rows */
  const square = (latents, rows) => new Tensor("float32", latents, [rows, latents.length / (rows * side * side), side, side]);
  return { text: (tokens, rows) => call("text", "states", sentences(tokens, rows)),
    unet: (x, timestep, states, rows) =>
      call("unet", "prediction", { x: square(x, rows),
        timestep: new Tensor("float32", new Float32Array(rows).fill(timestep), [rows]),
        states: new Tensor("float32", states, [rows, length, states.length / (rows * length)]) }),
    decoder: (latents) => call("decoder", "picture", { latents: square(latents, 1) }),
    said: (tokens, rows) => call("text", "clip_embedding", sentences(tokens, rows)), seen: (pixels, rows) => {
      const across = Math.sqrt(pixels.length / (3 * rows));
      return call("seen", "clip_embedding", { pixels: new Tensor("float32", pixels, [rows, 3, across, across]) });
    } };
}
