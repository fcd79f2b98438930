/**
 * What a page knows of a text run.
 *
 * @import { Begin, Vectors, Compared, Nearest, Summed, Progress } from "./messages"
 * @typedef {import("./messages").Layer & { number: number }} Layer  with the number of its message
 * @typedef {object} Content
 * @property {Begin | null} begin
 * @property {Record<number, Vectors>} vectors  by encoder
 * @property {Layer[]} layers  of all encoders, in order
 * @property {Record<number, Compared>} compared  by encoder
 * @property {Nearest | null} nearest
 * @property {Summed | null} summed
 * @property {Progress | null} progress
 */

import { byNumber, inOrderWhole, newest, ruled } from "../../kit/reducers.js";

export const reduceRuns = ruled({ begin: newest("begin"), vectors: byNumber("vectors", "encoder"),
  layers: inOrderWhole("layer"), compared: byNumber("compared", "encoder"), nearest: newest("nearest"),
  summed: newest("summed"), progress: newest("progress", "nearest") },
  (/** @type {Content} */ content) => content.nearest !== null);
