import { describe, expect, test } from "vitest";
import { ofPicture, ofText, rank, readAs, softmax } from "./pairs.js";

describe("the four readings", () => {
  const pairs = { cosines: Float32Array.from({ length: 24 }, (_, at) => Math.sin(at * 12.9898 + 1) / 1.5), pictures: 4,
    texts: 6, temperature: 20 };

  test("shares of a picture's texts sum to 1, and so do shares of a text's pictures", () => {
    const [rows, columns] = [readAs(pairs, "softmax_rows"), readAs(pairs, "softmax_columns")];
    for (let picture = 0; picture < 4; picture += 1)
      expect(ofPicture({ ...pairs, cosines: rows }, picture).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    for (let text = 0; text < 6; text += 1)
      expect(ofText({ ...pairs, cosines: columns }, text).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  test("scaled is the cosine times the temperature, and no reading changes who is first", () => {
    readAs(pairs, "scaled").forEach((value, at) => expect(value).toBeCloseTo(20 * pairs.cosines[at], 4));
    for (let picture = 0; picture < 4; picture += 1) {
      const best = (/** @type {any} */ from) =>
        ofPicture({ ...pairs, cosines: from }, picture).reduce((top, value, at, all) => (value > all[top] ? at : top), 0);
      expect(best(readAs(pairs, "softmax_rows"))).toBe(best(pairs.cosines));
    }
  });

  test("a softmax of large logits does not overflow", () => expect(softmax([1000, 1000, -1000])).toEqual([0.5, 0.5, 0]));

  test("transposed, one softmax is the other", () => {
    const turned = { ...pairs, pictures: 6, texts: 4,
      cosines: Float32Array.from({ length: 24 }, (_, at) => pairs.cosines[(at % 4) * 6 + Math.floor(at / 4)]) };
    const [ours, theirs] = [readAs(pairs, "softmax_columns"), readAs(turned, "softmax_rows")];
    for (let picture = 0; picture < 4; picture += 1)
      for (let text = 0; text < 6; text += 1) expect(ours[picture * 6 + text]).toBeCloseTo(theirs[text * 4 + picture], 6);
  });
});

test("equal values share the better rank", () =>
  expect([0, 1, 2, 3].map((at) => rank([5, 7, 5, 1], at))).toEqual([2, 1, 2, 4]));
