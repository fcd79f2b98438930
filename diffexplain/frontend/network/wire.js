/** Messages as Python encodes them (live/messages.py): JSON, and beside it raw buffers. */

/**
 * @typedef {{ content: import("../kit/protocol.js").Content, buffers: Uint8Array[] }} Encoded
 * @typedef {{ bytes: Uint8Array, mime: string, width: number, height: number }} Drawing  a picture's file
 * @typedef {{ data: Float32Array | Uint8Array | Int32Array, shape: number[] }} Numbers
 */

/** @param {any} value @returns {value is Drawing} */
const isDrawing = (value) => value.bytes instanceof Uint8Array;
/** @param {any} value @returns {value is Numbers} */
const isNumbers = (value) => ArrayBuffer.isView(value.data);
const KINDS = new Map(
  /** @type {[any, string][]} */ ([[Float32Array, "float32"], [Uint8Array, "uint8"], [Int32Array, "int32"]]),
);

/** @param {any} value @param {Uint8Array[]} buffers @returns {any} */
function wired(value, buffers) {
  if (typeof value === "number") return Number.isFinite(value) ? value : null; // JSON has no other
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => wired(each, buffers));
  if (isDrawing(value)) {
    const { bytes, ...rest } = value;
    return { ...rest, buffer: buffers.push(bytes) - 1 };
  }
  if (isNumbers(value)) {
    const { data, shape } = value;
    return { shape, dtype: KINDS.get(data.constructor), buffer: buffers.push(new Uint8Array(data.slice().buffer)) - 1 };
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wired(each, buffers)]));
}

/**
 * @param {string} kind
 * @param {Record<string, any>} data
 * @param {number} run
 * @param {number} number
 * @returns {Encoded}
 */
export function encode(kind, data, run, number) {
  const buffers = /** @type {Uint8Array[]} */ ([]);
  return { content: { kind, run, number, data: wired(data, buffers) }, buffers };
}

/** @param {number[]} values @param {number[]} [shape]  theirs; none for a list @returns {Numbers} */
export const numbers = (values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });
