import { defineConfig } from "vitest/config";

// What runs in the page's second thread has no DOM. All files of a worker share one: to make it takes ten times as long as a file's tests.
const network = ["network/**/*.test.js"];

export default defineConfig({
  test: { isolate: false, pool: "threads",
    projects: [{ extends: true,
      test: { name: "page", environment: "jsdom", include: ["**/*.test.js"], exclude: [...network, "node_modules/**"] } }, {
      extends: true,
      test: { name: "network", environment: "node", include: network },
    }] },
});
