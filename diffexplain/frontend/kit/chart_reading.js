/**
 * Which point of some lines is read out: the nearest one, or the one that a key leads to.
 *
 * @typedef {{ series: number, at: number }} Reading
 * @typedef {{ xs: Float64Array, ys: Float64Array }} Pixels  of a series; NaN in a gap
 */

/** The point of the lines that is nearest to a position; null where no line has any. @param {Pixels[]} lines @param {number} x @param {number | null} y  null for any height @returns {Reading | null} */
export function nearestPoint(lines, x, y) {
  let [best, nearest] = [Infinity, /** @type {Reading | null} */ (null)];
  lines.forEach(({ xs, ys }, series) => {
    for (let at = 0; at < xs.length; at += 1) {
      const far = (xs[at] - x) ** 2 + (ys[at] - (y ?? ys[at])) ** 2; // not a number in a gap
      if (far < best) [best, nearest] = [far, { series, at }];
    }
  });
  return nearest;
}

/**
 * Where a key takes the reading, or null for a key that is not ours: along the line a pixel or more, to its ends, to the next line.
 * @param {string} key
 * @param {Reading} from
 * @param {Pixels[]} lines
 * @returns {Reading | null}
 */
export function readingAfter(key, { series, at }, lines) {
  const { xs, ys } = lines[series];
  const last = xs.length - 1;
  const ahead = xs[last] < xs[0] ? -1 : 1; // to the right on the screen
  const [left, right] = ahead > 0 ? [0, last] : [last, 0];
  /** The first point from one on, in a direction, that lies so far away. @param {number} from @param {number} step @param {number} least */
  const seek = (from, step, least) => {
    for (let to = from + (least ? step : 0); to >= 0 && to <= last; to += step)
      if (!Number.isNaN(xs[to] + ys[to]) && Math.abs(xs[to] - xs[from]) >= least) return to;
    return at;
  };
  const beside = (/** @type {number} */ other) => {
    const near = lines[other] && nearestPoint([lines[other]], xs[at], null);
    return near ? { series: other, at: near.at } : { series, at };
  };
  const targets =
    /** @type {Record<string, () => Reading>} */ ({ ArrowRight: () => ({ series, at: seek(at, ahead, 1) }),
      ArrowLeft: () => ({ series, at: seek(at, -ahead, 1) }), Home: () => ({ series, at: seek(left, ahead, 0) }),
      End: () => ({ series, at: seek(right, -ahead, 0) }), ArrowDown: () => beside(series + 1),
      ArrowUp: () => beside(series - 1) });
  return key in targets ? targets[key]() : null;
}
