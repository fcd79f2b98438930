/**
 * What the page works out of what it was sent: sums of a picture and noise, what the network should have said, averages.
 *
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {"noise" | "original" | "velocity"} Predicted
 */

import { combine, mean } from "../../kit/tensors.js";

/** What the network is shown. @param {Tensor} original @param {Tensor} noise @param {number} a @param {number} b */
export const sumOf = (original, noise, a, b) => combine([a, original], [b, noise]);

/** What it shall say of that (Salimans and Ho 2022, appendix D, for the velocity). @param {string} predicts @param {Tensor} original @param {Tensor} noise @param {number} a @param {number} b */
export const wantedOf = (predicts, original, noise, a, b) =>
  predicts === "original" ? original : predicts === "velocity" ? combine([a, noise], [-b, original]) : noise;

/**
 * What the network answers, told from the noise and the picture that its answer amounts to; and what follows from that answer.
 * @param {Predicted} predicts @param {Tensor} original @param {Tensor} noise @param {number} a @param {number} b
 * @returns {{ answer: Tensor, follows: Tensor }}
 */
export const answerOf = (predicts, original, noise, a, b) => ({ answer: wantedOf(predicts, original, noise, a, b),
  follows: predicts === "original" ? noise : original });

/** Mean square of the differences. @param {Tensor} left @param {Tensor} right */
export const errorBetween = (left, right) => mean(combine([1, left], [-1, right]).data.map((value) => value * value));
