import { describe, expect, it } from "vitest";
import { declutter, fitView, inside, project, shuffled, unproject, zoomAt } from "./plane.js";

const view = { scale: 3, x: 40, y: 90 };

describe("the plane", () => {
  it("goes to the screen and back", () => {
    for (const [x, y] of [[0, 0], [2.5, -7], [-100, 3]]) {
      const [backX, backY] = unproject(view, ...project(view, x, y));
      expect(backX).toBeCloseTo(x);
      expect(backY).toBeCloseTo(y);
    }
  });

  it("points up in the data and down on the screen", () => {
    expect(project(view, 0, 1)[1]).toBeLessThan(project(view, 0, 0)[1]);
  });

  it("zooms about a place that stays where it is", () => {
    const place = /** @type {[number, number]} */ ([120, 33]);
    const data = unproject(view, ...place);
    for (const factor of [0.2, 1, 7]) {
      const [x, y] = project(zoomAt(view, factor, ...place), ...data);
      expect(x).toBeCloseTo(place[0]);
      expect(y).toBeCloseTo(place[1]);
    }
  });

  it("undoes a zoom by its inverse", () => {
    const there = zoomAt(zoomAt(view, 4, 10, 20), 1 / 4, 10, 20);
    expect(there.scale).toBeCloseTo(view.scale);
    expect(there.x).toBeCloseTo(view.x);
    expect(there.y).toBeCloseTo(view.y);
  });
});

describe("fitting", () => {
  it("shows every one of a few points, and fills one direction", () => {
    const points = [0, 0, 10, 4, 3, -2];
    const fitted = fitView(points, 300, 200, { margin: 20 });
    const spots = [0, 1, 2].map((at) => project(fitted, points[2 * at], points[2 * at + 1]));
    for (const [x, y] of spots) {
      expect(x).toBeGreaterThanOrEqual(19.99);
      expect(x).toBeLessThanOrEqual(280.01);
      expect(y).toBeGreaterThanOrEqual(19.99);
      expect(y).toBeLessThanOrEqual(180.01);
    }
    const xs = spots.map(([x]) => x);
    expect(Math.max(...xs) - Math.min(...xs)).toBeCloseTo(260);
  });

  it("is not made small by one straggler among many", () => {
    const crowd = Array.from({ length: 1000 }, (_, at) => [Math.cos(at), Math.sin(at)]).flat();
    const alone = fitView(crowd, 300, 300).scale;
    expect(fitView([...crowd, 1e4, 1e4], 300, 300).scale).toBeCloseTo(alone, 0);
  });

  it("takes one point, and many in one place", () => {
    for (const points of [[5, 5], [5, 5, 5, 5], []]) expect(Number.isFinite(fitView(points, 300, 200).scale)).toBe(true);
    expect(project(fitView([5, 5], 300, 200), 5, 5)).toEqual([150, 100]);
  });
});

describe("a crowd", () => {
  const points = Float32Array.from({ length: 600 }, (_, at) => (at * 7919) % 97);
  const order = shuffled(300);

  it("has its order once each, the same each time", () => {
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, at) => at));
    expect(shuffled(300)).toEqual(order);
  });

  it("shows points that are a size apart, and nobody else would fit", () => {
    const shown = declutter(points, 2, 12, order);
    const near = (/** @type {number} */ a, /** @type {number} */ b) =>
      Math.abs(points[2 * a] - points[2 * b]) * 2 < 12 && Math.abs(points[2 * a + 1] - points[2 * b + 1]) * 2 < 12;
    shown.forEach((a, at) => shown.slice(at + 1).forEach((b) => expect(near(a, b)).toBe(false)));
    for (const other of order) if (!shown.includes(other)) expect(shown.some((at) => near(at, other))).toBe(true);
  });

  it("shows all when one is close enough", () => {
    const apart = Float32Array.from([0, 0, 1, 0, 0, 1, 5, 5]);
    expect(declutter(apart, 100, 20, [0, 1, 2, 3])).toEqual([0, 1, 2, 3]);
  });
});

describe("a lasso", () => {
  const hook = [0, 0, 10, 0, 10, 10, 6, 10, 6, 4, 4, 4, 4, 10, 0, 10]; // like a U
  it("holds what is inside, also of a bent line", () => {
    expect(inside(hook, 2, 8)).toBe(true);
    expect(inside(hook, 5, 8)).toBe(false);
    expect(inside(hook, 5, 2)).toBe(true);
    expect(inside(hook, 11, 5)).toBe(false);
  });
});
