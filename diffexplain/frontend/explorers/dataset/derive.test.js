import { describe, expect, test } from "vitest";
import { after } from "../../kit/after.js";
import { countsOf, courseOf, domainOf, groupsOf, KINDS, measuresOf, median, nearest, outcomeOf, pairsOf } from "./derive.js";
import { reduceRuns } from "./runs.js";

/** A batch as it comes: scores, and the kinds, languages and rarity of each by turns. @param {number[]} scores */
function batch(scores, index = 0) {
  const column = (/** @type {(at: number) => number} */ of) => ({ data: Uint8Array.from(scores, (_, at) => of(at)),
    shape: [scores.length] });
  return { index, scores: { data: Float32Array.from(scores), shape: [scores.length] }, kinds: column((at) => at % 5),
    chinese: column((at) => at % 2), unseen: column((at) => Number(at % 3 === 0)),
    captions: scores.map((_, at) => `caption ${at}`), sheet: { url: "data:,", width: 64, height: 64 }, columns: 8, tile: 64 };
}

const SCORES = Array.from({ length: 40 }, (_, at) => Math.sin(at * 12.9898) * 0.5 + 0.2);
const runs = after(reduceRuns, ["begin", { request: {} }], ["batch", batch(SCORES.slice(0, 25))], ["batch",
  batch(SCORES.slice(25), 1)], ["scored", { count: 40, best: 0.2 }]);
const content = /** @type {import("./runs.js").Content} */ (runs.last?.content);
const pairs = pairsOf(content.batches);

test("pairs of all batches line up, each with its picture, and are made once", () => {
  expect(pairs.map(({ at }) => at)).toEqual(SCORES.map((_, at) => at));
  pairs.forEach(({ score }, at) => expect(score).toBeCloseTo(SCORES[at], 6));
  expect(pairs[26]).toMatchObject({ kind: KINDS[1], right: true, chinese: true, caption: "caption 1", tile: { at: 1 } });
  expect(pairs[26].tile.sheet).toBe(content.batches[1].pictures);
  expect(pairsOf(content.batches)).toBe(pairs);
});

describe("a threshold", () => {
  test.each([-1, 0, 0.2, 0.45, 2])("at %f loses and keeps every pair once, and a higher one keeps no other", (threshold) => {
    const { keptRight, keptWrong, lostRight, lostWrong } = outcomeOf(pairs, threshold);
    expect(keptRight + keptWrong + lostRight + lostWrong).toBe(pairs.length);
    expect(keptRight + lostRight).toBe(pairs.filter(({ right }) => right).length);
    const higher = outcomeOf(pairs, threshold + 0.1);
    expect(higher.keptRight).toBeLessThanOrEqual(keptRight);
    expect(higher.keptWrong).toBeLessThanOrEqual(keptWrong);
  });

  test("keeps what lies on it", () =>
    expect(outcomeOf(pairs, pairs[0].score).keptRight).toBeGreaterThan(outcomeOf(pairs, pairs[0].score + 1e-9).keptRight));

  test("that keeps nothing has no precision", () =>
    expect(measuresOf(outcomeOf(pairs, 2))).toEqual({ precision: NaN, recall: 0, kept: 0 }));

  test("has measures as by hand", () =>
    expect(measuresOf({ keptRight: 6, keptWrong: 2, lostRight: 3, lostWrong: 9 })).toEqual({ precision: 0.75, recall: 6 / 9,
      kept: 0.4 }));
});

test("along the axis recall falls from all to what the last keeps, and the ends are those of the axis", () => {
  const domain = domainOf(pairs.map(({ score }) => score));
  const { x, recall, kept } = courseOf(pairs, domain);
  expect([x[0], x.at(-1)]).toEqual([domain[0], expect.closeTo(domain[1], 9)]);
  expect(recall[0]).toBe(1);
  recall.slice(1).forEach((value, at) => expect(value).toBeLessThanOrEqual(recall[at]));
  kept.forEach((value, at) => expect(value).toBeCloseTo(pairs.filter(({ score }) => score >= x[at]).length / pairs.length, 9));
});

test("every score is in a bar, those at the ends too, and 0.28 and 0.30 are on the axis of any", () => {
  const domain = domainOf([-0.4, 0.75]);
  expect(domain).toEqual([-0.5, 0.8]);
  expect(countsOf([-0.5, -0.4, 0.75, 0.8], domain).reduce((sum, count) => sum + count, 0)).toBe(4);
  expect(domainOf([0.9])[0]).toBeLessThanOrEqual(0.28);
  expect(domainOf([])[1]).toBeGreaterThanOrEqual(0.3);
});

test("those nearest to the threshold come first, of one quarter alone", () => {
  const found = nearest(pairs, 0.2, true, false, 5);
  expect(found.length).toBe(5);
  expect(found.every(({ right, score }) => !right && score >= 0.2)).toBe(true);
  const far = found.map(({ score }) => score - 0.2);
  expect(far).toEqual([...far].sort((one, other) => one - other));
});

test("groups that there are have shares of their own, and those of two halves hold all", () => {
  const groups = groupsOf(pairs, 0.2);
  const count = (/** @type {string[]} */ ...names) =>
    groups.filter(({ name }) => names.includes(name)).reduce((sum, group) => sum + group.count, 0);
  const right = pairs.filter((pair) => pair.right).length;
  for (const halves of [["english", "chinese"], ["seen", "unseen"], ["clean", "noisy"]]) expect(count(...halves)).toBe(right);
  expect(count("mismatched", "detail", "filler")).toBe(pairs.length - right);
  expect(groupsOf(pairs.filter((pair) => !pair.chinese && pair.right), 0.2).map(({ name }) => name)).not.toContain("chinese");
});

test("the middle of an even and of an odd number, and of none", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, NaN]);
});
