/**
 * What Python says of the bundled pipeline (explorers/in_page/facts.py).
 *
 * @typedef {object} Facts
 * @property {string} model
 * @property {number} length  how many tokens it reads
 * @property {[number, number, number]} latents  (C, h, w)
 * @property {number} side  so many pixels a side are one value
 * @property {number[][]} preview_matrix
 * @property {number} preview_r2
 * @property {string[]} learned
 * @property {Record<string, Record<string, [number, number[][]]>>} tables
 * @property {import("./explorers/similarity.js").Pictures} [pictures]
 * @property {import("./comparison.js").Comparison} [comparison]
 */

/**
 * The steps of a sampler; null where Python has written none of so many.
 * @param {Facts} facts
 * @param {string} sampler
 * @param {number} steps
 * @returns {import("./samplers.js").StepTable | null}
 */
export function tableOf({ tables }, sampler, steps) {
  const found = tables[sampler]?.[steps];
  return found ? readTable(found) : null;
}

/** @param {[number, number[][]]} table  as Python writes it @returns {import("./samplers.js").StepTable} */
export function readTable([start, rows]) {
  return { start,
    rows: rows.map(([timestep, scale, a, b, nextA, nextB, p, q, x, prediction, xBefore, predictionBefore, fresh, draws]) => ({
      timestep,
      scale,
      level: { a, b },
      next_level: { a: nextA, b: nextB },
      parameterization: { p, q },
      x,
      prediction,
      x_before: xBefore,
      prediction_before: predictionBefore,
      fresh,
      draws: draws === 1,
    })) };
}

/** The map from latents to colours, (C + 1, 3). @param {Facts} facts @returns {import("./wire.js").Numbers} */
export const previewMatrix = ({ preview_matrix: matrix }) => ({ data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0].length] });
