/** Where the names of lines stand: beside their line where there is room, or at its end. Plain numbers in px. */

/** Half the height of a name, and how far its middle is from its line. */
const [HALF_HEIGHT, OFF] = [7, 12];

/** @typedef {{ x: number, y: number, half: number }} Name  where its middle is, and half its width */

/** How far two names are apart, up or down where they are over each other. @param {Name} one @param {Name} other */
export const gapBetween = (one, other) =>
  Math.abs(one.x - other.x) > one.half + other.half + 4 ? Infinity : Math.abs(one.y - other.y) - 2 * HALF_HEIGHT;

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
 * For each line the place where its name has most room: near its own line, clear of the others, of the names placed before and of the edges.
 * @param {((x: number) => number)[]} courses  heights
 * @param {number[]} halves  half the width of each name
 * @param {{ left: number, right: number, height: number }} room
 * @param {Name[]} [written]  what is there already
 * @returns {Name[]}  y is NaN for a line that has no point
 */
export function roomiest(courses, halves, { left, right, height }, written = []) {
  const taken = [...written];
  return courses.map((course, own) => {
    const half = halves[own];
    const [first, last] = [left + half + 4, Math.max(left + half + 4, right - half - 4)];
    const places = Array.from({ length: 43 }, (_, at) => first + ((last - first) * at) / 42);
    const along = places.filter((x) => !Number.isNaN(course(x)));
    const candidates = (along.length ? along : [places[21]]).flatMap((x) =>
      [-OFF, OFF].map((off) => ({ x, y: course(x) + off, half }))
    );
    const clearance = (/** @type {(x: number) => number} */ line, /** @type {Name} */ { x, y }) => {
      const far = [-1, -0.5, 0, 0.5, 1].map((share) => Math.abs(line(x + share * half) - y) - HALF_HEIGHT);
      return Math.min(...far.map((gap) => (Number.isNaN(gap) ? Infinity : gap))); // a gap of a line is in nobody's way
    };
    const score = (/** @type {Name} */ point) => {
      const others = courses.map((line, at) => (at === own ? Infinity : clearance(line, point)));
      const names = taken.map((name) => 4 * gapBetween(name, point));
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
