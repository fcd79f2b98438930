import { expect, it } from "vitest";
import { bestOf, errorsOf, nearestWeight } from "./derive.js";

const look = (/** @type {number} */ update, /** @type {number} */ now, /** @type {number} */ old,
  errors = [1, 1, 1]) => /** @type {any} */ ({ update, new_agreement: [now - 0.1, now + 0.1], old_agreement: [old],
    seen: [errors[0]], held: [errors[1]], old: [errors[2]] });

it("stops where the new thing is drawn best, and too little is forgotten to matter", () => {
  const looks = [look(0, 0, 0.6), look(10, 0.4, 0.6), look(20, 0.5, 0.55), look(30, 0.7, 0.5)];
  expect(bestOf(looks, 0.1).update).toBe(20);
  expect(bestOf(looks, 0.01).update).toBe(10);
  expect(bestOf(looks, 0.5).update).toBe(30);
  expect(bestOf(looks.slice(0, 1), 0.1).update).toBe(0);
});

it("knows from when on it only learns by heart", () => {
  const looks = [look(0, 0, 0, [1, 1, 0.5]), look(10, 0, 0, [0.5, 0.6, 0.5]), look(20, 0, 0, [0.2, 0.8, 0.9])];
  expect(errorsOf(looks, looks[2])).toMatchObject({ seen: 0.2, held: 0.8, heldLeast: 0.6, heldLeastAt: 10, old: 0.9,
    oldFirst: 0.5 });
  expect(errorsOf(looks, looks[1])).toMatchObject({ held: 0.6, heldLeast: 0.6 });
});

it("takes the nearest weight", () => expect(nearestWeight([0, 0.5, 1], 0.8)).toBe(2));
