import { expect, test } from "vitest";
import { change, figure, fixed, shortened, tiny, tinyPercent } from "./format.js";

test("numbers: two figures of small ones, two digits beside each other", () => {
  expect([0, 0.00000123, -0.0123, 0.68, 12.3, 1234].map(tiny)).toEqual(["0", "0.0000012", "−0.012", "0.68", "12", "1234"]);
  expect([0.068265, 0.00006].map(tinyPercent)).toEqual(["6.8 %", "0.0060 %"]);
  expect([1.005, -0.001, -2.5, Infinity, -Infinity].map(fixed)).toEqual(["1.00", "0.00", "−2.50", "∞", "−∞"]);
});

test("what has left all bounds: a power of ten", () => {
  expect([999_999, 1e6, -4.5e19, NaN].map(figure)).toEqual(["999999", "1.0 × 10⁶", "−4.5 × 10¹⁹", "–"]);
});

test("a change has its sign", () => {
  expect([0.0342, 0, -2.5].map(change)).toEqual(["+0.034", "0.000", "−2.50"]);
});

test("a long text is cut to its length, the mark among it", () => {
  expect(["", "abc", "abcd", "abcde"].map((text) => shortened(text, 4))).toEqual(["", "abc", "abcd", "abc…"]);
});
