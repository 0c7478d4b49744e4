import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

// Each content is checked in a process of its own, whose largest resident set the system knows.

const script = fileURLToPath(import.meta.resolve("./hostile.ts"));
const run = async (...names: string[]) =>
  JSON.parse((await promisify(execFile)(process.execPath, [script, ...names])).stdout);

const names: string[] = await run();
const bound = 256 * 1024 * 1024;

describe("a content that is made to take memory stays under 256 MiB", () => {
  test.each(names)("%s", { timeout: 60_000 }, async (name) => {
    const { outcome, peak } = await run(name);
    expect(outcome).toMatch(/more than|not closed|missing|ready|allowed/);
    expect(peak).toBeLessThan(bound);
  });
});
