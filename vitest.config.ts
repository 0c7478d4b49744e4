import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // onnxruntime takes both cores in a test that trains; more workers only wait for each other.
    maxWorkers: 2,
    // What computes in one test does not give way to another test.
    // No test asks a chat model that happens to be set up.
    env: { TENFOLD_NICE: "0", TENFOLD_LLM_PROVIDER: "" },
    pool: "forks",
  },
});
