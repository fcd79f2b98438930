import { beforeEach, describe, expect, test, vi } from "vitest";
import { columnsFor, createWall, stepOnWall } from "./wall.js";

describe("the wall", () => {
  test("is about square", () => {
    for (const count of [4, 9, 16, 25, 64]) expect(columnsFor(count) ** 2).toBe(count);
    expect([5, 10, 63].map(columnsFor)).toEqual([3, 4, 8]);
  });
  test("arrows reach every picture and none beyond", () => {
    for (const count of [4, 5, 16, 23]) {
      const columns = columnsFor(count);
      const reached = new Set([0]);
      for (const at of reached)
        for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"])
          reached.add(/** @type {number} */ (stepOnWall(key, at, count, columns)));
      expect([...reached].sort((a, b) =>
        a - b
      )).toEqual(Array.from({ length: count }, (_, at) => at));
    }
    expect(stepOnWall("Home", 7, 16, 4)).toBe(0);
    expect(stepOnWall("End", 7, 16, 4)).toBe(15);
    expect(stepOnWall("x", 7, 16, 4)).toBeNull();
  });
});

describe("its pictures", () => {
  const [onPick, onLook] = [vi.fn(), vi.fn()];
  const look = { old: false, looked: null, markOf: (/** @type {number} */ seed) => (seed === 8 ? "a" : ""), words: "wall",
    tileWords: (/** @type {number} */ seed, /** @type {string} */ mark) => `seed ${seed} ${mark}` };
  /** @type {ReturnType<typeof createWall>} */
  let wall;
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...wall.element.children]);
  beforeEach(() => {
    vi.clearAllMocks();
    wall = createWall({ tiles: { raster: () => null }, onPick, onLook });
    document.body.replaceChildren(wall.element);
    wall.draw([7, 8, 9, 10], () => null, look);
  });

  test("say which seed they have and whether it is picked", () => {
    expect(buttons().map((button) => [button.getAttribute("aria-label"), button.getAttribute("aria-pressed")])).toEqual([[
      "seed 7 ",
      "false",
    ], ["seed 8 a", "true"], ["seed 9 ", "false"], ["seed 10 ", "false"]]);
  });
  test("are one stop for the tab key, and arrows go on from there", () => {
    buttons()[0].focus();
    expect(wall.key(/** @type {any} */ ({ key: "ArrowDown", target: buttons()[0] }))).toBe(true);
    expect(document.activeElement).toBe(buttons()[2]);
    expect(onLook).toHaveBeenLastCalledWith(9);
    expect(buttons().map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0, -1]);
    expect(wall.key(/** @type {any} */ ({ key: "ArrowDown", target: document.body }))).toBe(false);
  });
  test("cannot be picked where that is not allowed", () => {
    buttons()[1].click();
    wall.allow(false, "a recording");
    buttons()[2].click();
    expect(onPick.mock.calls).toEqual([[8]]);
  });
  test("stay while the seeds do", () => {
    const [before] = buttons();
    wall.draw([7, 8, 9, 10], () => null, look);
    expect(buttons()[0]).toBe(before);
    wall.draw([1, 2], () => null, look);
    expect(buttons()).toHaveLength(2);
  });
});
