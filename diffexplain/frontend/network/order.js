/** Which steps of a run are decoded, and in which order, as Python chooses (explorers/decoding.py). */

const MOST = 64;

/** The numbers below `count`, at most so many of them, evenly spread. @param {number} count @param {number} most  2 or more */
export function evenly(count, most) {
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  const gaps = most - 1;
  return Array.from({ length: most }, (_, at) => Math.floor((2 * at * (count - 1) + gaps) / (2 * gaps)));
}

/** The last and the first one first, then the middles of what lies between. @param {number} count */
export function coarseToFine(count) {
  const kept = evenly(count, MOST);
  const last = kept.length - 1;
  const order = [...new Set(count ? [last, 0] : [])];
  const gaps = [[0, last]];
  for (let gap = gaps.shift(); gap; gap = gaps.shift()) {
    const [low, high] = gap;
    if (high - low <= 1) continue;
    const middle = (low + high) >> 1;
    order.push(middle);
    gaps.push([low, middle], [middle, high]);
  }
  return order.map((at) => kept[at]);
}
