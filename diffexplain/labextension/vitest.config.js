import { defineConfig } from "vitest/config";

// All files of a worker share one DOM: to make it takes ten times as long as a file's tests.
export default defineConfig({
  test: { environment: "jsdom", isolate: false, pool: "threads", include: ["src/**/*.test.js", "*.test.js"] },
});
