/** A line of any number of points as an SVG path that is no longer than the eye can tell apart. */

/**
 * An SVG path through points in px, with its gaps. Of the points within one pixel column the first, the lowest, the highest and the
 * last are kept, so that it looks as if all were drawn.
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys  NaN in a gap
 */
export function pathOf(xs, ys) {
  const parts = /** @type {string[]} */ ([]);
  let pen = "M";
  const add = (/** @type {number} */ at) => {
    parts.push(`${pen}${xs[at].toFixed(1)},${ys[at].toFixed(1)}`);
    pen = "L";
  };
  for (let first = 0, next = 0; first < xs.length; first = next) {
    next = first + 1;
    if (Number.isNaN(xs[first] + ys[first])) {
      pen = "M";
      continue;
    }
    const column = Math.floor(xs[first]);
    let [low, high] = [first, first];
    for (; next < xs.length && Math.floor(xs[next]) === column && !Number.isNaN(ys[next]); next += 1) {
      if (ys[next] < ys[low]) low = next;
      if (ys[next] > ys[high]) high = next;
    }
    if (next - first <= 4) { for (let at = first; at < next; at += 1) add(at); }
    else for (const at of new Set([first, Math.min(low, high), Math.max(low, high), next - 1])) add(at);
  }
  return parts.join("");
}
