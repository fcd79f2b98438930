/**
 * Cosines of pictures with texts, read in four ways. Pictures are rows, texts are columns, as in a CLIP's own `logits_per_image`.
 *
 * @typedef {"cosine" | "scaled" | "softmax_rows" | "softmax_columns"} Reading
 * @typedef {object} Pairs
 * @property {ArrayLike<number>} cosines  pictures * texts of them, row by row
 * @property {number} pictures
 * @property {number} texts
 * @property {number} temperature
 */

/** Shares that sum to 1, as exp(logit) / sum: the largest is taken away first, so nothing overflows. @param {number[]} logits */
export function softmax(logits) {
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** What a softmax makes of cosines. @param {number[]} cosines @param {number} temperature */
export const shares = (cosines, temperature) => softmax(cosines.map((cosine) => cosine * temperature));

/** Cosines of one picture with all texts. @param {Pairs} pairs @param {number} picture */
export const ofPicture = ({ cosines, texts }, picture) =>
  Array.from({ length: texts }, (_, text) => cosines[picture * texts + text]);

/** Cosines of one text with all pictures. @param {Pairs} pairs @param {number} text */
export const ofText = ({ cosines, pictures, texts }, text) =>
  Array.from({ length: pictures }, (_, picture) => cosines[picture * texts + text]);

/**
 * The whole matrix in one reading, in the order of the cosines.
 * @param {Pairs} pairs
 * @param {Reading} reading
 * @returns {Float32Array}
 */
export function readAs(pairs, reading) {
  const { cosines, pictures, texts, temperature } = pairs;
  if (reading === "cosine") return Float32Array.from(cosines);
  if (reading === "scaled") return Float32Array.from(cosines, (value) => value * temperature);
  const values = new Float32Array(pictures * texts);
  if (reading === "softmax_rows") {
    for (let picture = 0; picture < pictures; picture += 1)
      values.set(shares(ofPicture(pairs, picture), temperature), picture * texts);
  } else for (let text = 0; text < texts; text += 1)
      shares(ofText(pairs, text), temperature).forEach((share, picture) => (values[picture * texts + text] = share));
  return values;
}

/** Place of one value among others: 1 is the highest, equal values share the better place. @param {number[]} values @param {number} at */
export const rank = (values, at) => 1 + values.filter((value) => value > values[at]).length;
