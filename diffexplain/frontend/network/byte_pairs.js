/**
 * Byte-pair encoding (Sennrich et al. 2016): of the neighbours in a word, the pair that was learned first is joined, again and again.
 */

/** @typedef {{ rank: number, at: number, left: string, right: string }} Pair  that may be joined; at: where its left half stands */

/** Whether a pair is joined before another one: the one learned first, of several the leftmost. @param {Pair} one @param {Pair} other */
const isBefore = (one, other) => one.rank < other.rank || (one.rank === other.rank && one.at < other.at);

/** Pairs of which the next one to join can be taken: a binary heap. */
class Queue {
  constructor() {
    /** @type {Pair[]} */
    this.pairs = [];
  }

  /** @param {Pair} pair */
  add(pair) {
    const { pairs } = this;
    let at = pairs.push(pair) - 1;
    for (let above = (at - 1) >> 1; at > 0 && isBefore(pairs[at], pairs[above]); above = (at - 1) >> 1) {
      [pairs[at], pairs[above]] = [pairs[above], pairs[at]];
      at = above;
    }
  }

  take() {
    const { pairs } = this;
    const first = pairs[0];
    const last = pairs.pop();
    if (last === undefined || pairs.length === 0) return first;
    pairs[0] = last;
    for (let at = 0;;) {
      const below = [2 * at + 1, 2 * at + 2].filter((child) => child < pairs.length);
      const least = below.reduce((best, child) => (isBefore(pairs[child], pairs[best]) ? child : best), at);
      if (least === at) return first;
      [pairs[at], pairs[least]] = [pairs[least], pairs[at]];
      at = least;
    }
  }
}

/**
 * The pieces of a word.
 * @param {string[]} symbols  that the word begins as
 * @param {(left: string, right: string) => number | undefined} rankOf  when a pair was learned; undefined for one that is never joined
 */
export function joined(symbols, rankOf) {
  /** @type {(string | null)[]} */
  const pieces = [...symbols]; // null where a piece has gone into the one before it
  const after = pieces.map((_, at) => at + 1);
  const before = pieces.map((_, at) => at - 1);
  const queue = new Queue();
  const offer = (/** @type {number} */ at, /** @type {number} */ next) => {
    const [left, right] = [pieces[at], pieces[next]];
    if (typeof left !== "string" || typeof right !== "string") return;
    const rank = rankOf(left, right);
    if (rank !== undefined) queue.add({ rank, at, left, right });
  };
  for (let at = 0; at + 1 < pieces.length; at++) offer(at, at + 1);
  for (let pair = queue.take(); pair; pair = queue.take()) {
    const { at, left, right } = pair;
    const next = after[at];
    if (pieces[at] !== left || pieces[next] !== right) continue; // one of them was joined to another piece since
    pieces[at] = left + right;
    pieces[next] = null;
    after[at] = after[next];
    if (after[at] < pieces.length) before[after[at]] = at;
    offer(before[at], at);
    offer(at, after[at]);
  }
  return pieces.filter((piece) => piece !== null);
}
