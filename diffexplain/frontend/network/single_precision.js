/** Arithmetic in single precision, rounded as a processor rounds it. */

const { fround } = Math;
const double = new Float64Array(1);
const words = new BigUint64Array(double.buffer);

/**
 * one*other + added with a single rounding at the end, as a processor's fused multiply-add.
 *
 * The product of two singles is exact in double precision. The sum may not be: rounded to odd, it keeps what the last rounding has to know
 * (Boldo and Melquiond 2008).
 * @param {number} one @param {number} other @param {number} added  single precision each
 */
export function fusedMultiplyAdd(one, other, added) {
  const product = one * other;
  const sum = product + added;
  const back = sum - product;
  const error = (product - (sum - back)) + (added - back);
  return fround(error === 0 || !Number.isFinite(error) ? sum : roundedToOdd(sum, error));
}

/** @param {number} sum @param {number} error  what the sum lacks, not 0 */
function roundedToOdd(sum, error) {
  double[0] = sum;
  if (words[0] & 1n) return sum;
  words[0] += (error > 0) === (sum > 0) ? 1n : -1n;
  return double[0];
}
