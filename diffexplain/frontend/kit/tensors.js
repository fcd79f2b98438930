/**
 * Arithmetic on what Python sends.
 *
 * @typedef {import("./protocol.js").Tensor} Tensor
 */

/**
 * sum of factor * tensor, element by element.
 * @param {...[number, Tensor]} terms  of one shape
 * @returns {Tensor}
 */
export function combine(...terms) {
  const [[, { shape, data: first }]] = terms;
  const data = new Float32Array(first.length);
  for (const [factor, { data: values }] of terms) for (let at = 0; at < data.length; at += 1) data[at] += factor * values[at];
  return { data, shape };
}

/** @param {ArrayLike<number>} values */
export function mean(values) {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at];
  return sum / Math.max(1, values.length);
}

/** Mean and standard deviation. @param {ArrayLike<number>} values */
export function moments(values) {
  const middle = mean(values);
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) squares += (values[at] - middle) ** 2;
  return { mean: middle, deviation: Math.sqrt(squares / values.length) };
}

/** The least and the most of some values. @param {ArrayLike<number>} values */
export function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at += 1) {
    low = Math.min(low, values[at]);
    high = Math.max(high, values[at]);
  }
  return values.length ? { low, high } : { low: 0, high: 1 };
}

/** Correlation of values of one shape, -1 to 1; NaN where one of them is the same everywhere. @param {ArrayLike<number>} left @param {ArrayLike<number>} right */
export function correlation(left, right) {
  const [a, b] = [mean(left), mean(right)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let at = 0; at < left.length; at += 1) {
    const [u, v] = [left[at] - a, right[at] - b];
    both += u * v;
    squaresA += u * u;
    squaresB += v * v;
  }
  return both / Math.sqrt(squaresA * squaresB);
}

/** Index of the nearest of some numbers, 0 for none. @param {ArrayLike<number>} numbers @param {number} wanted */
export function nearestIndex(numbers, wanted) {
  let best = 0;
  for (let at = 1; at < numbers.length; at += 1)
    if (Math.abs(numbers[at] - wanted) < Math.abs(numbers[best] - wanted)) best = at;
  return best;
}
