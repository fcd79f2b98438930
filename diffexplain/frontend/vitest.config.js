import { defineConfig } from "vitest/config";

// All files of a worker share one DOM: to make it takes ten times as long as a file's tests. What runs in the page's second thread has none.
const page = { name: "page", environment: "jsdom", include: ["**/*.test.js"], exclude: ["network/**", "node_modules/**"] };
const network = { name: "network", environment: "node", include: ["network/**/*.test.js"] };

export default defineConfig({
  test: { isolate: false, pool: "threads", projects: [page, network].map((test) => ({ extends: true, test })) },
});
