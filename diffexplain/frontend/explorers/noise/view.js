/**
 * What is on screen: a run, the selected step, and its pictures. Made anew for each change; what is costly is remembered with the run.
 *
 * @typedef {import("./runs.js").Content} Content
 * @typedef {import("../../kit/film.js").Frame} Frame
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {object} View
 * @property {Content | null} content
 * @property {boolean} old  a newer run is on its way, of which nothing has come yet
 * @property {number} steps
 * @property {number} index  the selected step, 0 for the picture itself
 * @property {{ a: number, b: number }} level
 * @property {Tensor | null} x  the noisy picture; null while it has not come
 * @property {import("./derive.js").Measures | null} measures
 * @property {boolean} exact  its noise was told, not mixed from its neighbours
 */

import { levelAt, logSnr } from "../../kit/levels.js";
import { remembered as rememberedBy } from "../../kit/memo.js";
import { colourRaster, latentRaster } from "../../kit/pixels.js";
import { selectedOf, shownRun } from "../../kit/shown.js";
import { combine } from "../../kit/tensors.js";
import { measure, neighbours, noiseAt } from "./derive.js";

/** Frames of the film strip: the picture and the steps that are told exactly (MOST_FRAMES in explorers/noise/explorer.py). */
export const FILM = 21;

/** Of a run: some 20 MB when someone has gone through a thousand steps. */
const MOST_REMEMBERED = 400;

/** @template Value @param {object} key @param {string} name @param {() => Value} make @returns {Value} */
const remembered = (key, name, make) => rememberedBy(key, name, make, MOST_REMEMBERED);

/** The step where picture and noise are equally strong. @param {Content} content */
function middle({ begin }) {
  const { a, b } = /** @type {NonNullable<typeof begin>} */ (begin).curves[0];
  const far = Array.from(a.data, (value, step) => Math.abs(logSnr(value, b.data[step])));
  return far.indexOf(Math.min(...far.slice(1)), 1);
}

/**
 * @param {import("./runs.js").NoiseRuns} runs
 * @param {number | null} wanted  the selected step; null for the middle, negative ones count from the end
 * @returns {View}
 */
export function viewOf(runs, wanted) {
  const { content, old } = shownRun(runs);
  const steps = content?.begin?.request.steps ?? 0;
  if (!content?.begin)
    return { content: null, old, steps, index: 0, level: { a: 1, b: 0 }, x: null, measures: null, exact: true };
  const index = selectedOf(wanted ?? middle(content), steps + 1);
  const level = levelAt(content.begin.curves[0], index);
  const x = noisy(content, index);
  return { content, old, steps, index, level, x,
    measures: x && remembered(content, `measures ${index}`, () => measure(x, /** @type {any} */ (content.begin).x0, level)),
    exact: index === 0 || index in content.frames };
}

/** The picture after a step. @param {Content} content @param {number} step @returns {Tensor | null} */
export function noisy(content, step) {
  const { begin } = content;
  if (!begin) return null;
  if (step === 0) return begin.x0;
  const noise = gathered(content, step);
  if (!noise) return null;
  return remembered(content, `x ${step}`, () => {
    const { a, b } = levelAt(begin.curves[0], step);
    return combine([a, begin.x0], [b, noise]);
  });
}

/** @param {Content} content @param {number} step */
export const gathered = (content, step) => remembered(content, `noise ${step}`, () => noiseAt(content, Math.max(1, step)));

/**
 * A tensor as a picture: colours as they are, latents by the linear map.
 * @param {Content} content
 * @param {Tensor} tensor
 * @param {number} [scale]
 * @param {number} [signal]  how much of the picture is in it: 0 puts zero at mid-grey
 */
export function raster({ begin }, tensor, scale = 1, signal = 1) {
  return begin?.preview_matrix
    ? latentRaster(tensor, begin.preview_matrix, scale, scale * signal)
    : colourRaster(tensor, scale);
}

/** How wide a picture is, for the styles: each of its pixels is drawn as a whole number of the screen's, or some would be wider than others. @param {Tensor} tensor */
export const pixelsOf = ({ shape }) => `${shape[shape.length - 1]}px`;

/** Noise alone is drawn a little below full scale, few of its values clip. */
export const NOISE_SCALE = 0.6;

/** The picture after a step for a film: decoded where that has come. @param {Content} content @param {number} step @returns {Frame} */
export function frameOf(content, step) {
  if (content.decoded[step]) return { picture: content.decoded[step] };
  const x = noisy(content, step);
  return x
    && {
      raster: remembered(content, `raster ${step}`, () =>
        raster(content, x, 1, levelAt(/** @type {any} */ (content.begin).curves[0], step).a)),
    };
}

/** The same for the large picture: of latents the nearest one that is decoded, for what lies between can't be decoded here. @param {Content} content @param {number} step @returns {{ frame: Frame, step: number }} */
export function largeFrame(content, step) {
  if (!content.begin?.preview_matrix || content.decoded[step]) return { frame: frameOf(content, step), step };
  const { before, after } = neighbours(content, step);
  const nearest = after !== null && after - step < step - before ? after : before;
  return content.decoded[nearest]
    ? { frame: { picture: content.decoded[nearest] }, step: nearest }
    : { frame: frameOf(content, step), step };
}

/**
 * The picture of a schedule at a step, with the noise of the selected one and as strong as the picture after it: of the schedule of the
 * run, that step is drawn as the large picture is.
 * @param {View} view
 * @param {import("./messages").Curve} curve
 * @param {number} step
 * @returns {Frame}
 */
export function beside({ content, index, level }, curve, step) {
  const noise = content && gathered(content, index);
  if (!content?.begin || !noise) return null;
  const { begin } = content;
  return remembered(content, `beside ${curve.name} ${step} ${index}`, () => {
    const { a, b } = levelAt(curve, step);
    const scale = Math.hypot(level.a, level.b) / Math.hypot(a, b);
    return { raster: raster(content, combine([a, begin.x0], [b, noise]), scale, a) };
  });
}
