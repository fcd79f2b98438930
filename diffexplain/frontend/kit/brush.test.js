import { expect, test } from "vitest";
import { disc, framed, outline, ring, stroke } from "./brush.js";

/** A context that keeps what is called on it, and the styles that were set then. */
function paper() {
  const called = /** @type {any[]} */ ([]);
  const context = new Proxy(/** @type {any} */ ({}), {
    get: (styles, name) => (/** @type {any[]} */ ...values) => called.push([name, ...values, { ...styles }]),
  });
  return { context, called, of: (/** @type {string} */ name) => called.filter(([one]) => one === name) };
}

test("a line goes through its spots and leaves no dashes behind", () => {
  const { context, called, of } = paper();
  stroke(context, [[1, 2], [3, 4]], "red", 2, { dash: [7, 5] });
  expect(of("lineTo").map((call) => call.slice(1, 3))).toEqual([[1, 2], [3, 4]]);
  expect(of("stroke")[0].at(-1)).toMatchObject({ strokeStyle: "red", lineWidth: 2, lineCap: "round" });
  expect(called.at(-1).slice(0, 2)).toEqual(["setLineDash", []]);
});

test("a ring is open, a disc is full, and its edge lies below it", () => {
  const { context, called } = paper();
  ring(context, [5, 6], 3, "red", 1);
  disc(context, [5, 6], 3, "red");
  disc(context, [5, 6], 3, "red", "white");
  expect(called.map(([name]) => name)).toEqual(["beginPath", "arc", "stroke", "beginPath", "arc", "fill", "beginPath", "arc",
    "stroke", "fill"]);
});

test("rings that touch share one outline: each is drawn where it lies outside of the others", () => {
  const { context, of } = paper();
  outline(context, [[0, 0], [6, 0], [50, 0]], 5, "red", 2);
  expect(of("stroke").length).toBe(3);
  expect(of("clip").length).toBe(2);
  expect(of("arc").map((call) => call.slice(1, 4))).toEqual([[6, 0, 4], [0, 0, 5], [0, 0, 4], [6, 0, 5], [50, 0, 5]]);
  expect(of("save").length).toBe(of("restore").length);
});

test("a picture lies in the middle of its edges; before it is there they are all that is seen", () => {
  const { context, of } = paper();
  framed(context, [50, 50], 20, null, [4, "white"], [2, "red"]);
  expect(of("fillRect").map((call) => [...call.slice(1, 5), call[5].fillStyle])).toEqual([[36, 36, 28, 28, "white"], [38, 38,
    24, 24, "red"]]);
  expect(of("drawImage")).toEqual([]);
  framed(context, [50, 50], 20, /** @type {any} */ ("image"));
  expect(of("drawImage")[0].slice(1, 6)).toEqual(["image", 40, 40, 20, 20]);
});
