/** Bytes through the browser's own compression. */

/** @param {Uint8Array} bytes @param {any} stream  that takes and gives bytes */
async function through(bytes, stream) {
  const piped = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

/**
 * What a gzip file holds; it is checked on the way. Bytes that are none are given back: some hosts unpack on the way.
 * @param {Uint8Array} bytes
 * @throws {TypeError}  where it is damaged
 */
export const unzipped = async (bytes) =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? through(bytes, new DecompressionStream("gzip")) : bytes;

/** As PNG has its pixels. @param {Uint8Array} bytes */
export const deflated = (bytes) => through(bytes, new CompressionStream("deflate"));
