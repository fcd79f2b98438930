/**
 * The steps of a run on screen: which is selected, and what is seen at each.
 *
 * @import { Frame } from "./film.js"
 * @typedef {{ begin: any, steps: any[], end: any }} Stepped  content of a run that has steps
 */

import { remembered } from "./memo.js";
import { latentRaster } from "./pixels.js";
import { selectedOf, shownRun } from "./shown.js";

/**
 * @typedef {object} Selected
 * @property {number} count  of steps
 * @property {number} index  the selected one
 * @property {boolean} following  the selection goes along with a run as it comes
 */

/** @template Content @typedef {import("./shown.js").Shown<Content> & Selected} ShownStep */

/** How many steps a run has, also before they have come. @param {Pick<Stepped, "begin" | "steps"> | null} content @returns {number} */
export const stepCount = (content) => content?.begin?.step_count ?? content?.steps.length ?? 0;

/**
 * The run on screen, as `shownRun`, with the selected one of its steps.
 * @template {Stepped} Content
 * @param {import("./runs.js").Runs<Content>} runs
 * @param {number | null} wanted  as in `selectedOf`; whoever has selected the last one follows a run as it comes
 * @returns {ShownStep<Content>}
 */
export function shownStep(runs, wanted) {
  const shown = shownRun(runs);
  const { content, busy } = shown;
  const count = stepCount(content);
  const comes = busy && content !== null && !content.end;
  return { ...shown, count, following: comes && (wanted ?? -1) < 0,
    index: selectedOf(wanted, count, comes ? content.steps.length - 1 : null) };
}

/**
 * The step with arrays that is nearest to one that may have none.
 * @template {{ index: number }} Step
 * @param {Step[]} steps  those that have come
 * @param {Step | null} step
 * @param {(step: Step) => unknown} has  whether it has arrays
 */
export function drawnStep(steps, step, has) {
  if (!step || has(step)) return step;
  const far = (/** @type {Step} */ one) => Math.abs(one.index - step.index);
  return steps.filter(has).sort((one, other) => far(one) - far(other))[0] ?? step;
}

/** What is expected at a step: decoded, or by the linear map. @param {Stepped & { decoded: Record<number, import("./protocol.js").Picture> } | null} content @param {number} index @returns {Frame} */
export function pictureOf(content, index) {
  if (!content?.begin) return null;
  if (content.decoded[index]) return { picture: content.decoded[index] };
  const { x0 } = content.steps[index] ?? {};
  return x0 ? { raster: remembered(x0, "raster", () => latentRaster(x0, content.begin.preview_matrix)) } : null;
}
