/**
 * Where words and pictures stand on a plot, so that none lies over another and none is cut off: the important ones first. Plain numbers
 * in px.
 *
 * @typedef {{ x: number, y: number, width: number, height: number }} Box  around its middle
 * @typedef {ReturnType<typeof placing>} Placing
 */

const EDGE = 3; // px of air to the edge of the plot

/** @param {Box} one @param {Box} other @param {number} gap */
const apart = (one, other, gap) =>
  Math.abs(one.x - other.x) * 2 >= one.width + other.width + 2 * gap
  || Math.abs(one.y - other.y) * 2 >= one.height + other.height + 2 * gap;

/**
 * @param {number} width  of the plot
 * @param {number} height
 * @param {Box[]} [before]  what is there already
 */
export function placing(width, height, before = []) {
  const taken = [...before];

  /** Moved to where nothing of it is cut off. @param {Box} box @returns {Box} */
  const inside = (box) => ({ ...box, x: Math.max(box.width / 2 + EDGE, Math.min(width - box.width / 2 - EDGE, box.x)),
    y: Math.max(box.height / 2 + EDGE, Math.min(height - box.height / 2 - EDGE, box.y)) });

  return {
    /** Whether a spot is to be seen at all. @param {[number, number]} spot */
    sees: ([x, y]) => x >= 0 && y >= 0 && x <= width && y <= height,
    /** Keep what is placed from here on off some spots. @param {[number, number][]} spots @param {number} side  px */
    avoid(spots, side) {
      taken.push(...spots.map(([x, y]) => ({ x, y, width: side, height: side })));
    },
    /**
     * The first of some boxes that is free, and which nobody gets after it; null where none is.
     * @param {Box[]} wished  in order; each is moved into the plot
     * @param {number} [gap]  px that it keeps from all others
     */
    first(wished, gap = 0) {
      const found = wished.map(inside).find((box) => taken.every((other) => apart(box, other, gap))) ?? null;
      if (found) taken.push(found);
      return found;
    },
  };
}

/**
 * Boxes of one size about a spot, the nearest first: above it, below, right, left, at the corners, and again further off.
 * @param {[number, number]} spot
 * @param {{ width: number, height: number }} size
 * @param {{ off: number, rounds?: number }} far  px between the spot and the nearest of them, and how often they move off by half their size
 * @returns {Box[]}
 */
export function boxesAround([x, y], { width, height }, { off, rounds = 4 }) {
  const sides = [[0, -1], [0, 1], [1, 0], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]];
  return Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
    sides.map(([across, down]) => ({ width, height, x: x + across * (off + (width * (1 + round)) / 2),
      y: y + down * (off + (height * (1 + round)) / 2) })
    )
  );
}
