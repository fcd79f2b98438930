/**
 * Noise levels: x = a*x0 + b*noise at every step of a schedule.
 *
 * @typedef {import("./protocol.js").Tensor} Tensor
 * @typedef {{ a: Tensor, b: Tensor }} Curve  of a schedule, (steps + 1) each; a falls, b rises
 */

/** Share of the picture in the mix, by variance. @param {number} a @param {number} b */
export const signalShare = (a, b) => (a * a) / (a * a + b * b);

/** 2 ln(a/b); infinite at both ends. @param {number} a @param {number} b */
export const logSnr = (a, b) => 2 * Math.log(a / b);

/** @param {Curve} curve @param {number} step  also between two steps */
export function levelAt({ a, b }, step) {
  const below = Math.min(a.data.length - 1, Math.floor(step));
  const above = Math.min(a.data.length - 1, below + 1);
  const mix = (/** @type {ArrayLike<number>} */ values) => values[below] + (step - below) * (values[above] - values[below]);
  return { a: mix(a.data), b: mix(b.data) };
}

/**
 * When a schedule is at a noise level: the step, with a fraction; null where it never is.
 * @param {Curve} curve
 * @param {number} level  log-SNR
 */
export function stepAt({ a, b }, level) {
  const last = a.data.length - 1;
  if (level === Infinity) return 0;
  if (level === -Infinity) return a.data[last] === 0 ? last : null;
  if (logSnr(a.data[last], b.data[last]) > level) return null;
  let [low, high] = [0, last]; // the course falls: logSnr(low) >= level >= logSnr(high)
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (logSnr(a.data[middle], b.data[middle]) >= level) low = middle;
    else high = middle;
  }
  const sigma = Math.exp(-level / 2); // b/a, of which a and b are mixed as levelAt mixes them
  return low + (sigma * a.data[low] - b.data[low]) / (sigma * (a.data[low] - a.data[high]) + b.data[high] - b.data[low]);
}

/** What a step keeps of the picture before, and how much fresh noise it adds (DDPM eq. 2; for flow see core/noising.py). @param {Curve} curve @param {number} step  from 1 */
export function transition(curve, step) {
  const [before, here] = [levelAt(curve, step - 1), levelAt(curve, step)];
  const keep = before.a ? here.a / before.a : 0;
  return { keep, add: Math.sqrt(Math.max(0, here.b * here.b - keep * keep * before.b * before.b)) };
}
