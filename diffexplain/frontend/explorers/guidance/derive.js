/**
 * What the page makes of the two halves: any mixture of a step, and what begins where.
 *
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {import("./messages").Step} Step
 * @typedef {import("./runs.js").Content} Content
 */

import { remembered } from "../../kit/memo.js";
import { latentRaster } from "../../kit/pixels.js";
import { drawnStep as nearestDrawn } from "../../kit/steps.js";
import { combine } from "../../kit/tensors.js";

/** @typedef {"without" | "with" | "change" | "guided"} Part */
export const PARTS = /** @type {const} */ (["without", "with", "guided"]); // as they are decoded, and measured

const CHANGE = 2; // the difference is drawn double: it is small beside either half
const NOISE = 0.6; // predicted noise is drawn a little below full scale, so that few of its values clip
const SAME = 0.01; // between two scales that are read as one

/** Whether a scale is another one than the run's own. @param {import("./runs.js").View} view */
export const isRemixed = ({ own, scale }) => own !== null && scale !== null && Math.abs(scale - own) > SAME;

/** The step with arrays that is nearest to one that may have none. @param {Content | null} content @param {number} index @returns {Step | null} */
export const drawnStep = (content, index) =>
  nearestDrawn(content?.steps ?? [], content?.steps[index] ?? null, ({ uncond }) => uncond);

/**
 * A predicted original of a step, mixed anew at a scale: uncond + scale * change. What guidance alone did not make is taken as it came.
 * @param {Step} step
 * @param {Part} part
 * @param {number} scale
 * @param {boolean} remixed
 * @returns {Tensor | null}
 */
export function originalOf({ uncond, change, guided }, part, scale, remixed) {
  if (!uncond || !change) return null;
  if (part === "change") return change;
  if (part === "guided" && guided && !remixed) return guided;
  return combine([1, uncond], [{ without: 0, with: 1, guided: scale }[part], change]);
}

/** What it says is noise: (x - a * original) / b; of a difference, - a * change / b. @param {Step} step @param {Part} part @param {Tensor} original */
export function noiseOf({ x, a, b }, part, original) {
  if (part === "change") return combine([-a / b, original]);
  return x && combine([1 / b, x], [-a / b, original]);
}

/**
 * The picture of a part of the selected step: as it is expected, decoded where that has come, or as the noise that the network names.
 * @param {import("./runs.js").View} view
 * @param {Part} part
 * @param {"original" | "noise"} as
 * @param {number} [index]  another step, with what the run made of it
 * @returns {import("../../kit/film.js").Frame}
 */
export function frameOf(view, part, as, index) {
  const { content, old } = view;
  const step = drawnStep(content, index ?? view.index);
  if (!content?.begin || !step) return null;
  const own = index !== undefined || !isRemixed(view);
  const decoded = content.decoded[step.index];
  if (as === "original" && part !== "change" && decoded && (own || part !== "guided"))
    return { picture: decoded.images[PARTS.indexOf(part)], old };
  const scale = (own ? step.scale : view.scale) ?? content.begin.request.guidance_scale;
  if (!step.uncond) return null;
  const matrix = content.begin.preview_matrix;
  const raster = remembered(step.uncond, `${part} ${as} ${part === "guided" ? `${scale} ${own}` : ""}`, () => {
    const original = originalOf(step, part, scale, !own);
    if (!original) return null;
    if (as === "original")
      return part === "change"
        ? latentRaster(original, matrix, CHANGE, 0)
        : latentRaster(original, matrix);
    const noise = noiseOf(step, part, original);
    return noise && latentRaster(noise, matrix, part === "change" ? CHANGE * NOISE : NOISE, 0);
  }, 64);
  return raster && { raster, old };
}

/** Numbers of a part along the steps, NaN where one has none. @param {Content} content @param {(step: Step) => number | undefined} of */
export const along = (content, of) => content.steps.map((step) => of(step) ?? NaN);

/** What is clipped of a part along the steps, as far as their pictures have come. @param {Content} content @param {number} part */
export const clippedAlong = (content, part) => along(content, ({ index }) => content.decoded[index]?.clipped.data[part]);

const ALIKE = 1e-3; // of the length of the half without the text

/** Whether the text changes nothing at any step, as with an empty prompt. @param {Content} content */
export const isIdle = ({ steps }) => steps.length > 0 && steps.every(({ lengths: { data } }) => data[2] <= ALIKE * data[0]);

const LOUD = 1.25; // times as long as the half with the text
const MORE = 0.05; // of the colours

/**
 * Where what too much does begins: steps, -1 for none.
 * @param {Content} content
 * @returns {{ loud: number, quiet: number, clips: number, stays: number }}  the first step whose guided original is much longer than the half
 *   with the text, and the first after it that no longer is; the first that clips more colours than that half does; the first from which on
 *   that half clips them itself, to the end: they stand in the latents then
 */
export function excess(content) {
  const isLoud = content.steps.map(({ lengths: { data } }) => data[3] > LOUD * data[1]);
  const loud = isLoud.indexOf(true);
  const [withText, guided] = [clippedAlong(content, 1), clippedAlong(content, 2)];
  const clips = guided.findIndex((share, at) => share > withText[at] + MORE);
  const stays = withText.findLastIndex((share) => share <= MORE) + 1;
  return { loud, quiet: loud < 0 ? -1 : isLoud.indexOf(false, loud), clips,
    stays: clips < 0 ? -1 : withText.findIndex((share, at) => at >= stays && share > MORE) };
}
