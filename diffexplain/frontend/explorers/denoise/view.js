/**
 * What is on screen: a run, the older run that fills its gaps, and the selected step. Plain data, made anew for each change.
 *
 * @import { Content, DenoiseRuns } from "./runs.js"
 * @typedef {import("../../kit/film.js").Frame} Frame
 * @typedef {import("../../kit/steps.js").ShownStep<Content> & Beside} View
 * @typedef {object} Beside
 * @property {Content | null} kept  the run that was kept, where that is another one
 * @property {boolean} isKept  the run on screen is the one that was kept
 * @property {boolean} finished  the run on screen is whole, and nothing more of it comes
 * @property {import("./runs.js").Step | null} step  null while it has not come
 * @property {import("./derive.js").Measures | null} measures
 */

import { aged } from "../../kit/film.js";
import { remembered } from "../../kit/memo.js";
import { latentRaster } from "../../kit/pixels.js";
import { keptBeside } from "../../kit/shown.js";
import { shownStep, stepCount } from "../../kit/steps.js";
import { measure, unitScale } from "./derive.js";
import { drawnStep, stepAt } from "./runs.js";

/**
 * @param {DenoiseRuns} runs
 * @param {number} wanted  the selected step; negative ones count from the end, as in Python
 * @returns {View}
 */
export function viewOf(runs, wanted) {
  const shown = shownStep(runs, wanted);
  const { content, run, busy, index } = shown;
  const kept = keptBeside(runs, run)?.content ?? null;
  return { ...shown, kept, isKept: Boolean(runs.kept) && !kept, finished: Boolean(content?.end) && !busy,
    step: stepAt(content, index), measures: content ? measure(content, index) : null };
}

/** Predictions of the model have the size of noise; drawn a little below full scale, few of them clip. */
const NOISE_SCALE = 0.6;

/**
 * Pictures of one step. Noise keeps one scale over a run, with zero at mid-grey.
 * @typedef {"x" | "noise" | "x0" | "uncond" | "cond" | "start"} Part
 * @param {Content | null} content
 * @param {number} index
 * @param {Part} part
 * @returns {Frame}
 */
export function frameOf(content, index, part) {
  const step = drawnStep(content, index);
  if (!content?.begin || !step) return null;
  const matrix = content.begin.preview_matrix;
  if (part === "x0" && content.decoded[step.index]) return { picture: content.decoded[step.index] };
  const tensor = part === "start" ? step.x : step[part];
  if (!tensor) return null;
  return { raster: remembered(tensor, part, () => {
    if (part === "x0") return latentRaster(tensor, matrix);
    if (part === "x") return latentRaster(tensor, matrix, unitScale(step), step.a * unitScale(step));
    if (part === "start") return latentRaster(tensor, matrix, NOISE_SCALE * unitScale(step), 0);
    return latentRaster(tensor, matrix, NOISE_SCALE, 0);
  }) };
}

/**
 * The same, from the run before where this one has nothing yet.
 * @param {View} view
 * @param {number} index
 * @param {Part} part
 * @returns {Frame}
 */
export function frameWithGhost({ content, ghost, count, old }, index, part) {
  const frame = frameOf(content, index, part);
  if (frame) return { ...frame, old };
  const last = Math.max(0, stepCount(ghost) - 1);
  return aged(frameOf(ghost, Math.round((index * last) / Math.max(1, count - 1)), part), true);
}
