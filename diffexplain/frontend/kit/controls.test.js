import { describe, expect, test, vi } from "vitest";
import { ladderControl, nearestRung } from "./controls.js";
import { segmentControl } from "./segments.js";

describe("a slider over a few values", () => {
  const values = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];
  test("stands nearest to any number by ratio; of two as near, at the smaller", () => {
    values.forEach((value, at) => expect(nearestRung(values, value)).toBe(at));
    expect([37, 999, 2000].map((wanted) => values[nearestRung(values, wanted)])).toEqual([50, 1000, 1000]);
    expect([5, 12, 64].map((wanted) => [4, 9, 16, 25, 64][nearestRung([4, 9, 16, 25, 64], wanted)])).toEqual([4, 9, 64]);
  });
  test("says and sends the value of its place, each once", () => {
    const sent = vi.fn();
    const control = ladderControl({ label: "Steps", hint: "", values, onChange: sent });
    control.set(37);
    const input = /** @type {HTMLInputElement} */ (control.element.querySelector("input"));
    expect([input.value, input.getAttribute("aria-valuetext")]).toEqual(["6", "37"]);
    input.value = "8";
    for (let twice = 0; twice < 2; twice += 1) input.dispatchEvent(new Event("input", { bubbles: true }));
    expect(sent.mock.calls).toEqual([[200]]);
    expect(input.getAttribute("aria-valuetext")).toBe("200");
    expect(control.element.querySelector("output")?.textContent).toBe("200");
  });
});

test.each([[true, true], [false, false]])("a switch that asks for a run (%s) is shut in a recording: %s", (asks, shut) => {
  const control = segmentControl({ label: "", hint: "", asks, onChange: () => {},
    choices: [{ value: "a", label: "A", hint: "" }] });
  control.disable("a recording");
  expect(control.element.querySelector("button")?.disabled).toBe(shut);
});
