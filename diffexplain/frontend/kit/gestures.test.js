import { beforeEach, describe, expect, test, vi } from "vitest";
import { gestures } from "./gestures.js";

const on = { pan: vi.fn(), zoom: vi.fn(), enter: vi.fn(), pick: vi.fn(), hover: vi.fn(), line: vi.fn(), lasso: vi.fn(),
  drawing: vi.fn(() => false), whole: vi.fn(() => false) };
let plane = document.createElement("div");

beforeEach(() => {
  vi.clearAllMocks();
  for (const asked of [on.drawing, on.whole]) asked.mockReturnValue(false);
  plane = document.createElement("div");
  gestures(plane, on);
});

/** @param {string} type @param {number} x @param {number} y @param {Record<string, any>} [more] */
function hand(type, x, y, { pointerId = 1, ...more } = {}) {
  const event = new MouseEvent(type, { clientX: x, clientY: y, cancelable: true, ...more });
  plane.dispatchEvent(Object.assign(event, { pointerId }));
  return event;
}
const wheel = (/** @type {Record<string, any>} */ more) => {
  const event = new WheelEvent("wheel", { clientX: 30, clientY: 40, cancelable: true, ...more });
  plane.dispatchEvent(event);
  return event;
};

describe("one hand", () => {
  test("that trembles picks, one that moves drags by as much as it moved", () => {
    hand("pointerdown", 10, 10);
    hand("pointermove", 12, 11);
    hand("pointerup", 12, 11);
    expect(on.pick.mock.calls).toEqual([[[10, 10]]]);
    expect(on.pan).not.toHaveBeenCalled();
    hand("pointerdown", 10, 10);
    for (const x of [13, 20, 35]) hand("pointermove", x, 10);
    hand("pointerup", 35, 10);
    expect(on.pan.mock.calls.reduce((sum, [x]) => sum + x, 0)).toBe(25);
    expect(on.pick).toHaveBeenCalledTimes(1);
  });
  test("hovers until it leaves, and the other buttons are somebody else's", () => {
    hand("pointermove", 3, 4);
    hand("pointerleave", 0, 0);
    expect(on.hover.mock.calls).toEqual([[[3, 4]], [null]]);
    hand("pointerdown", 10, 10, { button: 2 });
    hand("pointerup", 10, 10, { button: 2 });
    expect(on.pick).not.toHaveBeenCalled();
  });
  test.each([["with Shift", false, true], ["where drags draw", true, false]])("draws a line %s", (_, drawing, shiftKey) => {
    on.drawing.mockReturnValue(drawing);
    hand("pointerdown", 0, 0, { shiftKey });
    for (const at of [10, 20, 30, 40]) hand("pointermove", at, at * at);
    hand("pointerup", 40, 1600);
    expect(on.lasso.mock.calls).toEqual([[[0, 0, 10, 100, 20, 400, 30, 900, 40, 1600]]]);
    expect(on.line).toHaveBeenLastCalledWith([]);
    expect(on.pan).not.toHaveBeenCalled();
    hand("pointerdown", 0, 0, { shiftKey });
    hand("pointerup", 0, 0); // a line that holds nothing
    expect(on.lasso).toHaveBeenLastCalledWith([]);
  });
  test("that clicks twice comes closer", () => {
    hand("dblclick", 5, 6);
    expect(on.enter.mock.calls).toEqual([[[5, 6]]]);
  });
});

test("two fingers zoom by how far they part, about their middle", () => {
  hand("pointerdown", 0, 0);
  hand("pointerdown", 100, 0, { pointerId: 2 });
  hand("pointermove", 200, 0, { pointerId: 2 });
  expect(on.zoom.mock.calls).toEqual([[2, [100, 0]]]);
  hand("pointerup", 200, 0, { pointerId: 2 });
  hand("pointerup", 0, 0);
  expect(on.pick).not.toHaveBeenCalled();
});

describe("the wheel", () => {
  test("zooms about its place, out and back to where it was", () => {
    wheel({ deltaY: -120 });
    wheel({ deltaY: 120 });
    wheel({ deltaY: 5, deltaMode: 1 }); // five lines
    const factors = on.zoom.mock.calls.map(([factor]) => factor);
    expect(factors[0]).toBeGreaterThan(1);
    expect(factors[0] * factors[1]).toBeCloseTo(1);
    expect(factors[2]).toBeCloseTo(factors[1]);
    expect(on.zoom.mock.calls[0][1]).toEqual([30, 40]);
  });
  test("scrolls the page on where all is seen, but a pinch on a touchpad is ours", () => {
    on.whole.mockReturnValue(true);
    expect(wheel({ deltaY: 100 }).defaultPrevented).toBe(false);
    expect(on.zoom).not.toHaveBeenCalled();
    expect(wheel({ deltaY: 100, ctrlKey: true }).defaultPrevented).toBe(true);
    expect(wheel({ deltaY: -100 }).defaultPrevented).toBe(true);
    expect(on.zoom).toHaveBeenCalledTimes(2);
  });
});
