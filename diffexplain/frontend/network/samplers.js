/**
 * Samplers by the table that Python writes (core/step_table.py): each step is a sum of what is there, with coefficients that the table holds.
 *
 * @typedef {object} TableRow  one call of the network
 * @property {number} timestep  for the network
 * @property {number} scale  what latents are multiplied by for the network
 * @property {{ a: number, b: number }} level  of the latents, x = a*x0 + b*noise
 * @property {{ a: number, b: number }} next_level  that the step goes to
 * @property {{ p: number, q: number }} parameterization  of the prediction, p*x0 + q*noise
 * @property {number} x  coefficients from here on: of the latents
 * @property {number} prediction
 * @property {number} x_before  of the call before
 * @property {number} prediction_before
 * @property {number} fresh
 * @property {boolean} draws  whether noise is drawn, even where its coefficient is 0
 *
 * @typedef {{ start: number, rows: TableRow[] }} StepTable  start: what unit noise is multiplied by to begin
 * @typedef {{ x: Float32Array, prediction: Float32Array }} Call  what a call of the network was about, after guidance
 */

const { fround } = Math;

/** Latents times a number, in single precision. @param {Float32Array} latents @param {number} factor */
export const scaled = (latents, factor) => latents.map((value) => value * fround(factor));

/**
 * Guidance: 0 is the half without the text, 1 the half with it, more goes beyond; in the pipelines' own order of operations.
 * @param {Float32Array} uncond @param {Float32Array} cond @param {number} scale
 */
export function mixed(uncond, cond, scale) {
  const single = fround(scale);
  return uncond.map((without, at) => without + fround(single * fround(cond[at] - without)));
}

/**
 * The latents after a step.
 * @param {TableRow} row
 * @param {Call} now
 * @param {Call | null} before  the call before this one; null for the first
 * @param {Float32Array | null} fresh  unit noise, where the row draws
 */
export function stepped(row, now, before, fresh) {
  return now.x.map((x, at) => {
    const memory = before ? row.x_before * before.x[at] + row.prediction_before * before.prediction[at] : 0;
    return row.x * x + row.prediction * now.prediction[at] + memory + (fresh ? row.fresh * fresh[at] : 0);
  });
}

/**
 * The clean picture and the noise that a prediction says are in the latents.
 * @param {TableRow} row @param {Call} now
 */
export function solved({ level: { a, b }, parameterization: { p, q } }, { x, prediction }) {
  const determinant = a * q - b * p;
  return { x0: x.map((value, at) => (q * value - b * prediction[at]) / determinant),
    noise: x.map((value, at) => (a * prediction[at] - p * value) / determinant) };
}
