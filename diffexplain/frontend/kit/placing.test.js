import { expect, it } from "vitest";
import { boxesAround, placing } from "./placing.js";

/** @typedef {import("./placing.js").Box} Box */

/** @param {Box} one @param {Box} other */
const over = (one, other) =>
  Math.abs(one.x - other.x) * 2 < one.width + other.width && Math.abs(one.y - other.y) * 2 < one.height + other.height;

it("puts nothing over another and nothing across the edge, whatever is wished", () => {
  const before = [{ x: 280, y: 40, width: 40, height: 80 }];
  const places = placing(300, 200, before);
  const put = /** @type {Box[]} */ ([]);
  for (let at = 0; at < 200; at += 1) {
    const size = { width: 20 + (at * 37) % 90, height: 14 + (at * 11) % 30 };
    const found = places.first(boxesAround([(at * 7919) % 340 - 20, (at * 104729) % 240 - 20], size, { off: 4 }));
    if (found) put.push(found);
  }
  expect(put.length).toBeGreaterThan(8);
  put.forEach((one, at) => {
    for (const other of [...before, ...put.slice(0, at)]) expect(over(one, other)).toBe(false);
    expect(Math.min(one.x - one.width / 2, one.y - one.height / 2)).toBeGreaterThan(0);
    expect(one.x + one.width / 2).toBeLessThan(300);
    expect(one.y + one.height / 2).toBeLessThan(200);
  });
});

it("gives the first free one of what is wished, and none where there is no room", () => {
  const places = placing(100, 40);
  const box = (/** @type {number} */ x) => ({ x, y: 20, width: 30, height: 20 });
  expect(places.first([box(50)])?.x).toBe(50);
  expect(places.first([box(60), box(82)])?.x).toBe(82);
  expect(places.first([box(70), box(25)], 12)).toBeNull(); // it keeps its distance
  expect(places.first([box(18)])?.x).toBe(18);
  const other = placing(100, 40);
  other.avoid([[50, 20]], 6);
  expect(other.first([box(60), box(70)])?.x).toBe(70);
});
