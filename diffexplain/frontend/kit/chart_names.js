/** Where the names of lines stand: beside their line where there is room, or at its end. Plain numbers in px. */

/** Half the height of a name and half its width, and how far its middle is from its line. */
const [HALF_HEIGHT, HALF_WIDTH, OFF] = [7, 40, 12];

/**
 * Height of a line between its points; that of its nearest end beyond them, NaN in a gap. A point that lies infinitely far away is left out.
 * @param {ArrayLike<number>} xs  rising or falling
 * @param {ArrayLike<number>} ys
 * @param {number} x
 */
export function heightAt(xs, ys, x) {
  if (!xs.length) return NaN;
  const falling = xs[xs.length - 1] < xs[0];
  let [low, high] = [0, xs.length]; // the first point at or behind x
  while (low < high) {
    const middle = (low + high) >> 1;
    if (falling ? xs[middle] > x : xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  if (low === xs.length) return ys[low - 1];
  if (low === 0 || xs[low] === x) return ys[low];
  const [before, after] = [ys[low - 1], ys[low]];
  if (Math.abs(before + after) === Infinity) return Math.abs(after) === Infinity ? before : after;
  return before + ((x - xs[low - 1]) / (xs[low] - xs[low - 1])) * (after - before);
}

/**
 * For each line the place where its name has most room: near its own line, clear of the others and of the names placed before.
 * @param {((x: number) => number)[]} courses  from 0 to 1 to height
 * @param {number} width  from 0 to 1
 * @param {number} height
 * @returns {{ x: number, y: number }[]}  x from 0 to 1, y in px: the middle of each name; NaN for a line that has no point
 */
export function roomiest(courses, width, height) {
  const shares = Array.from({ length: 43 }, (_, at) => 0.06 + (0.74 * at) / 42); // the right end is for the level's own name
  /** @type {{ x: number, y: number }[]} */
  const taken = [];
  return courses.map((course, own) => {
    const along = shares.filter((x) => !Number.isNaN(course(x)));
    const candidates = (along.length ? along : [0.5]).flatMap((x) => [-OFF, OFF].map((off) => ({ x, y: course(x) + off })));
    const clearance = (/** @type {(x: number) => number} */ line, /** @type {{ x: number, y: number }} */ { x, y }) => {
      const far = [-1, -0.5, 0, 0.5, 1].map((share) => Math.abs(line(x + (share * HALF_WIDTH) / width) - y) - HALF_HEIGHT);
      return Math.min(...far.map((gap) => (Number.isNaN(gap) ? Infinity : gap))); // a gap of a line is in nobody's way
    };
    const score = (/** @type {{ x: number, y: number }} */ point) => {
      const others = courses.map((line, at) => (at === own ? Infinity : clearance(line, point)));
      const names = taken.map((
        { x, y },
      ) => (Math.abs(x - point.x) * width > 2 * HALF_WIDTH ? Infinity : 4 * (Math.abs(y - point.y) - 2 * HALF_HEIGHT)));
      const edges = [point.y - HALF_HEIGHT, height - point.y - HALF_HEIGHT];
      return Math.min(16, ...others, ...names, ...edges) + 2 * Math.min(3, clearance(course, point));
    };
    const best = candidates.reduce((chosen, point) => (score(point) > score(chosen) + 0.5 ? point : chosen));
    taken.push(best);
    return best;
  });
}

/**
 * Heights of labels beside each other, moved apart so that none overlaps, each as near as can be to where it belongs.
 * @param {number[]} wanted
 * @param {number} gap
 * @param {number} low
 * @param {number} high
 */
export function apart(wanted, gap, low, high) {
  const order = wanted.map((_, at) => at).sort((a, b) => wanted[a] - wanted[b]);
  const heights = order.map((at) => Math.max(low, Math.min(high, wanted[at])));
  for (let pass = 0; pass < 40; pass += 1) {
    for (let at = 1; at < heights.length; at += 1) {
      const short = gap - (heights[at] - heights[at - 1]);
      if (short <= 0) continue;
      heights[at - 1] -= short / 2;
      heights[at] += short / 2;
    }
    const under = low - (heights[0] ?? low);
    if (under > 0) { for (let at = 0; at < heights.length; at += 1) heights[at] = Math.max(heights[at], low + at * gap); }
    for (let at = heights.length - 1; at >= 0; at -= 1)
      heights[at] = Math.min(heights[at], high - (heights.length - 1 - at) * gap);
  }
  const moved = /** @type {number[]} */ ([]);
  order.forEach((at, row) => (moved[at] = heights[row]));
  return moved;
}
