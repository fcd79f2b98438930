import { expect, test, vi } from "vitest";
import { changes, remembered } from "./memo.js";

test("a value is made once a key and name", () => {
  const make = vi.fn(() => ({}));
  const [one, other] = [{}, {}];
  expect(remembered(one, "a", make)).toBe(remembered(one, "a", make));
  expect(remembered(one, "b", make)).not.toBe(remembered(one, "a", make));
  expect(remembered(other, "a", make)).not.toBe(remembered(one, "a", make));
  expect(make).toHaveBeenCalledTimes(3);
});

test("nothing is remembered as well as something", () => {
  const make = vi.fn(() => null);
  const key = {};
  remembered(key, "a", make);
  expect(remembered(key, "a", make)).toBe(null);
  expect(make).toHaveBeenCalledTimes(1);
});

test("a key keeps no more than it may, and what is being made may remember things of its own", () => {
  const [key, made] = [{}, vi.fn()];
  const get = (/** @type {number} */ at) =>
    remembered(key, String(at), () => {
      made(at);
      return at ? remembered(key, `within ${at}`, () => at, 4) : 0;
    }, 4);
  for (const at of [0, 1, 2, 3, 0]) expect(get(at)).toBe(at);
  expect(made.mock.calls.flat()).toEqual([0, 1, 2, 3, 0]);
});

test("what is drawn from the same values has not changed, the first time and for fewer or other values it has", () => {
  const changed = changes();
  const map = {};
  expect([[], [], [map, 1], [map, 1], [map], [{}], [NaN], [NaN]].map((values) => changed(...values))).toEqual([true, false,
    true, false, true, true, true, false]);
});
