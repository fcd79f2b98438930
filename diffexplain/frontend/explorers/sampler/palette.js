/** One colour a family, one dash a member: lines stay apart without colour, too. */

const DASHES = ["", "6 3", "2 3", "9 3 2 3", "1 4", "12 3"];

/**
 * The look of each row's line.
 * @param {{ family: string }[]} rows
 * @returns {{ family: string, dash: string }[]}
 */
export function strokesOf(rows) {
  const seen = /** @type {Record<string, number>} */ ({});
  return rows.map(({ family }) => {
    const turn = seen[family] ?? 0;
    seen[family] = turn + 1;
    return { family, dash: DASHES[turn % DASHES.length] };
  });
}
