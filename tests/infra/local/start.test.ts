import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocal } from "../../../infra/local/stack.ts";
import { createClient } from "../../../shared/client/client.ts";

const methods = [import.meta.resolve("./fixtures/stepper.ts")];
const script = fileURLToPath(import.meta.resolve("../../../infra/local/start.ts"));

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tenfold-start-"));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

/** `npm start` as a terminal has it: in a process group of its own, which Ctrl-C reaches as a whole. */
function npmStart(...parameters: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [script, "--state-dir", stateDir, ...parameters], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TENFOLD_EXTRA_METHODS: methods.join(","), NO_COLOR: "1" },
  });
}

/** Leaves a run in the table, which is in progress still when it has many steps. */
async function leaveRun(steps: number): Promise<string> {
  const stack = await startLocal({ stateDir, methods, quiet: true });
  const client = createClient({ url: stack.url });
  const { id } = await client.createRun(
    "stepper",
    { steps, milliseconds: 30 },
    { wait: steps === 1 ? 20 : 0 },
  );
  await stack.stop();
  return id;
}

test("a run that is in progress is followed to its end, and its result shown", async () => {
  const id = await leaveRun(100);
  const started = npmStart("--once");
  const [out, err, [code]] = await Promise.all([
    text(started.stdout),
    text(started.stderr),
    once(started, "exit"),
  ]);
  expect(code, err).toBe(0);
  expect(out).toContain("Tenfold is at http://127.0.0.1:");
  expect(out).toContain(id);
  expect(out).toMatch(/digest\s+[0-9a-f]{64}/);
  expect(err).toMatch(/succeeded/);
});

test("Ctrl-C, which reaches every process, ends it without a word of warning", async () => {
  await leaveRun(1);
  const started = npmStart();
  const err = text(started.stderr);
  let out = "";
  for await (const chunk of started.stdout) {
    out += chunk;
    if (out.includes("Ctrl-C stops it")) break;
  }
  process.kill(-(started.pid ?? 0), "SIGINT");
  const [code] = await once(started, "exit");
  expect(code).toBe(0);
  expect(await err).toBe("");
  // The state directory is free again.
  await (await startLocal({ stateDir, quiet: true })).stop();
});

test("wrong arguments end it with 2 and how to write it", async () => {
  for (const wrong of [["--port", "0"], ["--port", "x"], ["--workers", "-1"], ["--nothing"]]) {
    const started = npmStart(...wrong);
    const [err, [code]] = await Promise.all([text(started.stderr), once(started, "exit")]);
    expect(code).toBe(2);
    expect(err).toContain("npm start -- [--port N]");
  }
});
