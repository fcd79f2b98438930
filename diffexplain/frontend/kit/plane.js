/**
 * The plane that a scatter plot lies in: from data to pixels and back, what is shown of a crowd, what a lasso holds. Plain numbers.
 *
 * @typedef {{ scale: number, x: number, y: number }} View  pixels = data * scale + offset; y points up in data, down on the screen
 */

/** @param {View} view @param {number} px @param {number} py @returns {[number, number]} */
export const project = (view, px, py) => [px * view.scale + view.x, view.y - py * view.scale];

/** @param {View} view @param {number} sx @param {number} sy @returns {[number, number]} */
export const unproject = (view, sx, sy) => [(sx - view.x) / view.scale, (view.y - sy) / view.scale];

/** Zooms about a point of the screen, which stays where it is. @param {View} view @param {number} factor @param {number} sx @param {number} sy @returns {View} */
export function zoomAt(view, factor, sx, sy) {
  return { scale: view.scale * factor, x: sx + (view.x - sx) * factor, y: sy + (view.y - sy) * factor };
}

/**
 * The view that shows nearly all points: a few stragglers don't make all others small.
 * @param {ArrayLike<number>} points  x and y by turns
 * @param {number} width
 * @param {number} height
 * @param {{ margin?: number, spare?: number }} [options]  `spare` is the share left out at each side
 * @returns {View}
 */
export function fitView(points, width, height, { margin = 28, spare = 0.004 } = {}) {
  const [left, right] = range(points, 0, spare);
  const [low, high] = range(points, 1, spare);
  const scale = Math.min((width - 2 * margin) / Math.max(right - left, 1e-6),
    (height - 2 * margin) / Math.max(high - low, 1e-6));
  const bounded = right - left < 1e-6 && high - low < 1e-6 ? 1 : scale; // one point, or all in one point
  return { scale: bounded, x: width / 2 - (bounded * (left + right)) / 2, y: height / 2 + (bounded * (low + high)) / 2 };
}

/** @param {ArrayLike<number>} points @param {0 | 1} axis @param {number} spare */
function range(points, axis, spare) {
  const count = points.length / 2;
  const values = new Float32Array(count);
  for (let at = 0; at < count; at += 1) values[at] = points[2 * at + axis];
  values.sort();
  const skipped = count > 50 ? Math.round(count * spare) : 0;
  return count ? [values[skipped], values[count - 1 - skipped]] : [0, 0];
}

/**
 * Which of a crowd are drawn large without hiding each other: those early in `order` win. Depends on the scale, not on where one has
 * panned to, so that nothing flickers on the way.
 * @param {ArrayLike<number>} points
 * @param {number} scale
 * @param {number} size  in pixels
 * @param {Iterable<number>} order  those that may be drawn large
 * @returns {number[]}
 */
export function declutter(points, scale, size, order) {
  const cells = /** @type {Map<number, number[]>} */ (new Map());
  const shown = [];
  const key = (/** @type {number} */ column, /** @type {number} */ row) => column * 65536 + row;
  for (const at of order) {
    const x = points[2 * at] * scale;
    const y = points[2 * at + 1] * scale;
    const [column, row] = [Math.floor(x / size), Math.floor(y / size)];
    if (crowded(x, y, column, row)) continue;
    const here = cells.get(key(column, row));
    if (here) here.push(x, y);
    else cells.set(key(column, row), [x, y]);
    shown.push(at);
  }
  return shown;

  /** @param {number} x @param {number} y @param {number} column @param {number} row */
  function crowded(x, y, column, row) {
    for (let i = column - 1; i <= column + 1; i += 1) {
      for (let j = row - 1; j <= row + 1; j += 1) {
        const near = cells.get(key(i, j));
        if (!near) continue;
        for (let at = 0; at < near.length; at += 2)
          if (Math.abs(near[at] - x) < size && Math.abs(near[at + 1] - y) < size) return true;
      }
    }
    return false;
  }
}

/** The whole numbers below `count` in an order that looks random and is the same each time. @param {number} count */
export function shuffled(count) {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  let state = 12345;
  for (let at = count - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** Is a point inside a closed line? Even-odd rule. @param {ArrayLike<number>} line  x and y by turns @param {number} x @param {number} y */
export function inside(line, x, y) {
  let within = false;
  for (let at = 0, before = line.length - 2; at < line.length; before = at, at += 2) {
    const [x1, y1, x2, y2] = [line[at], line[at + 1], line[before], line[before + 1]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
  }
  return within;
}
