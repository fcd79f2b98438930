import { expect, test } from "vitest";
import { givenUp, refusal } from "./checks.js";

/** @type {any} */
const words = new Proxy({}, { get: (_, name) => (/** @type {any[]} */ ...given) => [name, ...given].join(" ") });
/** @type {import("./checks.js").Rule} */
const share = { kind: "number", least: 0, most: 1 };
const why = (/** @type {any} */ value, /** @type {any} */ rule, standing = {}) =>
  refusal("x", value, rule, standing)?.(words) ?? null;

test.each([[[0.2, 0.8], null], [[0.5, 0.5], null], [[0.8, 0.2], "falling x [0.8,0.2]"], [[0.2], "list x 2 2 [0.2]"], ["ab",
  'list x 2 2 "ab"'], [[0, 2], "number x 2 0 1 2"], [[0, null], "number x 2 0 1 null"]])("of a list %j is said %s",
    (value, said) =>
      expect(why(value, { kind: "list", each: share, least: 2, most: 2, rising: true, once: false })).toBe(said));

const standing = { seed: 5, count: 4, walk: [5, 8], pick: null };

test.each([[null, null], [[8, 5], null], [[5, 9], "walk x [5,9] 5 8"], [[6, 6], "walk x [6,6] 5 8"], [[5], "walk x [5] 5 8"]])(
  "of a walk %j is said %s",
  (value, said) => expect(why(value, { kind: "walk" }, standing)).toBe(said),
);

test("what leaves the wall is given up", () => {
  /** @type {any} */
  const rules = { walk: { kind: "walk" } };
  expect(givenUp(rules, standing)).toEqual([]);
  expect(givenUp(rules, { ...standing, seed: 6 })).toEqual(["walk"]);
  expect(givenUp(rules, { ...standing, walk: null, pick: 8, count: 3 })).toEqual(["pick"]);
  expect(givenUp({}, { walk: [1, 2] })).toEqual([]);
});
