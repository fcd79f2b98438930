import { expect, test } from "vitest";
import { footOf } from "./foot.js";

test("a number and its unit stay on one line", () => {
  const foot = footOf({ share: "share" });
  foot.draw("Start and end get 50 % of it, all words 50 %.", {});
  expect(foot.element.querySelector("p")?.textContent).toBe("Start and end get 50\u00a0% of it, all words 50\u00a0%.");
});
