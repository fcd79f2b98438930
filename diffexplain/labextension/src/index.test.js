import { expect, test, vi } from "vitest";
import extension from "./index.js";

test("in Voilà nothing is loaded and nothing registered", async () => {
  const app = { name: "Voila", registerPlugins: vi.fn(), activatePlugin: vi.fn() };
  await extension.activate(/** @type {any} */ (app));
  expect(app.registerPlugins).not.toHaveBeenCalled();
});
