import { expect, test } from "vitest";
import { after } from "../../kit/after.js";
import { reduceRuns, viewOf } from "./runs.js";

const request = { picture: "gallery:0", other: "gallery:1", seed: 0, operation: "poke" };
const first =
  /** @type {[string, any, number][]} */ ([["begin", { request }, 1], ["restored", { worst: [0, 0] }, 1], ["blended", {
    angle: 90,
  }, 1]]);

test("what a change of the latents leaves as it was stays on screen until it is said again", () => {
  const { content } = viewOf(after(reduceRuns, ...first, ["begin", { request: { ...request, operation: "wipe" } }, 2]));
  expect(content?.begin?.request.operation).toBe("wipe");
  expect(content?.blended?.angle).toBe(90);
  expect(content?.changed).toBeNull();
});

test.each(["picture", "other", "seed"])("of another %s nothing is shown that belongs to the one before", (field) => {
  const { content } = viewOf(after(reduceRuns, ...first, ["begin", { request: { ...request, [field]: "7" } }, 2]));
  expect(content?.blended).toBeNull();
});
