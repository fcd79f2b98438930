/**
 * Everything the page computes from a run's messages: x = a*x0 + b*noise at every step, and output = p*x0 + q*noise.
 *
 * @typedef {import("../../kit/protocol.js").Tensor} Tensor
 * @typedef {import("./runs.js").Step} Step
 * @typedef {import("./runs.js").Content} Content
 */

/** @param {ArrayLike<number>} values */
export function norm(values) {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] * values[at];
  return Math.sqrt(sum);
}

/** @param {ArrayLike<number>} values */
export function mean(values) {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at];
  return sum / values.length;
}

/**
 * sum of factor * tensor, element by element.
 * @param {...[number, Tensor]} terms  of one shape
 * @returns {Tensor}
 */
export function combine(...terms) {
  const [[, first]] = terms;
  const data = new Float32Array(first.data.length);
  for (const [factor, { data: values }] of terms) for (let at = 0; at < data.length; at += 1) data[at] += factor * values[at];
  return { data, shape: first.shape };
}

/** How far `to` is from `from`, as a share of the length of `from`. @param {Tensor} from @param {Tensor} to */
export const relativeChange = (from, to) => norm(combine([1, to], [-1, from]).data) / Math.max(1e-12, norm(from.data));

/** Correlation of two tensors' values, -1 to 1. @param {Tensor} left @param {Tensor} right */
export function correlation(left, right) {
  const count = left.data.length;
  const [a, b] = [mean(left.data), mean(right.data)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    const [u, v] = [left.data[at] - a, right.data[at] - b];
    both += u * v;
    squaresA += u * u;
    squaresB += v * v;
  }
  return both / Math.max(1e-12, Math.sqrt(squaresA * squaresB));
}

/** Latents of every sampler at one scale: x / sqrt(a^2 + b^2), which is also what the U-Net is given. @param {Step} step */
export const unitScale = ({ a, b }) => 1 / Math.hypot(a, b);

/** Where the step's latent goes: the next step's x, or the final latents. @param {Content} content @param {number} index @returns {Tensor | null} */
export function nextLatents(content, index) {
  return content.steps[index + 1]?.x ?? (index === content.steps.length - 1 ? content.end?.latents : null) ?? null;
}

/**
 * Guidance mixed anew from the two stored halves: output = uncond + scale * (cond - uncond), then the same 2x2 solve.
 * Written as a change against what was recorded, so that rounding in the stored halves is not magnified.
 * @param {Step} step
 * @param {number} scale
 * @returns {{ x0: Tensor, noise: Tensor } | null}  null without the two halves or where guidance was processed further
 */
export function remix(step, scale) {
  if (!step.uncond || !step.cond || step.guidance_scale === null) return null;
  const { a, b, p, q } = step;
  const determinant = a * q - b * p;
  const change = (scale - step.guidance_scale) / determinant;
  return { x0: combine([1, step.x0], [-b * change, step.cond], [b * change, step.uncond]),
    noise: combine([1, step.noise], [a * change, step.cond], [-a * change, step.uncond]) };
}

/**
 * Where a deterministic first-order step (DDIM, eq. 12; Euler) would land: next_a * x0 + next_b * noise; and what this
 * sampler did beside it (fresh noise, a correction from earlier steps).
 * @param {Content} content
 * @param {number} index
 */
export function samplerMove(content, index) {
  const step = content.steps[index];
  const next = step && nextLatents(content, index);
  if (!next) return null;
  const straight = combine([step.next_a, step.x0], [step.next_b, step.noise]);
  const beside = combine([1, next], [-1, straight]);
  return { next, straight, beside, besideShare: norm(beside.data) / Math.max(1e-12, norm(next.data)) };
}

/**
 * @typedef {object} Measures
 * @property {number} signalShare  a^2 / (a^2 + b^2)
 * @property {number} sigma  b / a
 * @property {number} logSnr  2 ln(a / b)
 * @property {number} nextSignalShare
 * @property {number | null} moved  how far the predicted original moved since the step before, relative
 * @property {number | null} likeFinal  correlation of the predicted original with that of the last step
 * @property {number | null} changed  ||next x - x|| / ||x||, both at unit scale
 * @property {boolean} sameLevel  the step before was at this noise level too
 *
 * @param {Content} content
 * @param {number} index
 * @returns {Measures | null}
 */
export function measure(content, index) {
  const step = content.steps[index];
  if (!step) return null;
  const before = content.steps[index - 1];
  const next = nextLatents(content, index);
  const final = content.end ? content.steps[content.steps.length - 1] : null;
  const share = (/** @type {number} */ a, /** @type {number} */ b) => (a * a) / (a * a + b * b);
  return { signalShare: share(step.a, step.b), sigma: step.b / step.a, logSnr: 2 * Math.log(step.a / step.b),
    nextSignalShare: share(step.next_a, step.next_b), moved: before ? relativeChange(before.x0, step.x0) : null,
    likeFinal: final ? correlation(step.x0, final.x0) : null,
    changed: next
      ? relativeChange(combine([unitScale(step), step.x]), combine([1 / Math.hypot(step.next_a, step.next_b), next]))
      : null, sameLevel: Boolean(before) && Math.abs(before.b / before.a - step.b / step.a) < 1e-6 * (step.b / step.a) };
}
