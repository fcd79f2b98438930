/**
 * The wire between Python and a page: `{kind, run, number, data}` beside raw buffers (diffexplain/live/messages.py).
 * @typedef {{ kind: string, run: number, number: number, data: Record<string, any>, detail?: boolean }} Message  `detail`: all of a
 *   message of which a page had a preview, because it asked for it
 * @typedef {{ data: Float32Array | Uint8Array | Int32Array, shape: number[] }} Tensor  row-major
 * @typedef {{ url: string, width: number, height: number }} Picture  url is a data: address
 * @typedef {string | Record<string, string>} Spoken  words, or the same words by language
 * @typedef {{ kind: string, run: number, number: number, data: any, detail?: boolean }} Content  as it comes, with references to buffers
 */

/**
 * Bytes of whatever a host hands over: Jupyter gives DataViews, a page that knows only JSON gives base64.
 * @param {DataView | ArrayBuffer | Uint8Array | string} value
 * @returns {Uint8Array}
 */
export function asBytes(value) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof DataView) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function toBase64(bytes) {
  let binary = "";
  const chunk = 0x8000; // a call takes only so many arguments
  for (let at = 0; at < bytes.length; at += chunk) binary += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(binary);
}

/** One half-precision number (IEEE 754 binary16) from its bits. @param {number} bits */
export function halfToFloat(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024);
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/**
 * @param {Uint8Array} bytes  little-endian
 * @param {"float16" | "float32" | "uint8" | "int32"} dtype
 */
function numbers(bytes, dtype) {
  if (dtype === "uint8") return bytes.slice();
  const aligned = bytes.slice().buffer; // a DataView of the socket's buffer may start anywhere
  if (dtype === "float32") return new Float32Array(aligned);
  if (dtype === "int32") return new Int32Array(aligned);
  return Float32Array.from(new Uint16Array(aligned), halfToFloat);
}

/** Numbers that came in 256 levels. @param {Uint8Array} levels @param {number} scale @param {number} offset */
const fromLevels = (levels, scale, offset) => Float32Array.from(levels, (level) => offset + scale * level);

/**
 * @param {any} value
 * @param {(DataView | ArrayBuffer | Uint8Array | string)[]} buffers
 * @returns {any}
 */
function resolve(value, buffers) {
  if (Array.isArray(value)) return value.map((item) => resolve(item, buffers));
  if (value === null || typeof value !== "object") return value;
  if (typeof value.buffer === "number") {
    const bytes = asBytes(buffers[value.buffer]);
    if (value.mime) return { url: `data:${value.mime};base64,${toBase64(bytes)}`, width: value.width, height: value.height };
    const data = "scale" in value ? fromLevels(bytes, value.scale, value.offset) : numbers(bytes, value.dtype);
    return { data, shape: value.shape };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, buffers)]));
}

/**
 * A message as explorers read it: arrays are `Tensor`, pictures are `Picture`.
 * @param {Content} content
 * @param {(DataView | ArrayBuffer | Uint8Array | string)[]} buffers
 * @returns {Message}
 */
export function readMessage(content, buffers) {
  return { ...content, data: resolve(content.data, buffers) };
}
