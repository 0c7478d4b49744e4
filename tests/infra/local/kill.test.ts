import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocal } from "../../../infra/local/stack.ts";
import { type Client, createClient } from "../../../shared/client/client.ts";
import { waitForRun } from "../../../shared/client/wait.ts";
import { killWorkers, seededRandom } from "./drill.ts";
import { ended, isAlive } from "./processes.ts";

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tenfold-kill-"));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

/** The figures of a run, which must not depend on how it came about. */
async function figures(client: Client, id: string) {
  const run = await waitForRun(client, id);
  if (run.status !== "succeeded") throw new Error(JSON.stringify(run));
  const points = (await Array.fromAsync(client.metrics(id))).flatMap((series) => series.points);
  // By step: of a step that was computed twice the later point counts.
  return { output: run.output, points: Object.fromEntries(points) };
}

test("a worker killed at 20 random moments of a run changes nothing of its figures", async () => {
  const methods = [import.meta.resolve("./fixtures/stepper.ts")];
  const stack = await startLocal({ stateDir, methods, leaseSeconds: 1, visibilitySeconds: 5, quiet: true });
  try {
    const client = createClient({ url: stack.url });
    const input = { steps: 400, milliseconds: 20 };
    const { id } = await client.createRun("stepper", input, { seed: 3 });
    const random = seededRandom(20);
    const kills = await killWorkers({ stack, run: id, kills: 20, random, withinMs: 600 });
    expect(kills).toBe(20);
    const disturbed = await figures(client, id);
    const calm = await client.createRun("stepper", { ...input, milliseconds: 0 }, { seed: 3 });
    expect(disturbed).toEqual(await figures(client, calm.id));
    expect((await client.getRun(id)).deaths).toBeGreaterThan(10);
  } finally {
    await stack.stop();
  }
}, 600_000);

interface Outside {
  readonly process: ChildProcess;
  readonly url: string;
  readonly processes: readonly number[];
}

/** A stack in a process group of its own. */
async function startOutside(): Promise<Outside> {
  const script = fileURLToPath(import.meta.resolve("./fixtures/stack-process.ts"));
  const child = spawn(process.execPath, [script, stateDir], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return { process: child, ...JSON.parse(String(line)) };
}

async function halfway(client: Client, id: string): Promise<void> {
  await expect
    .poll(async () => (await client.getRun(id)).progress.fraction, { timeout: 30_000 })
    .toBeGreaterThan(0.4);
}

test("a stack whose every process is killed goes on where it was", async () => {
  const before = await startOutside();
  const client = createClient({ url: before.url });
  const input = { steps: 100, milliseconds: 30 };
  const { id } = await client.createRun("stepper", input, { seed: 5 });
  await halfway(client, id);
  process.kill(-(before.process.pid ?? 0), "SIGKILL");
  await Promise.all(before.processes.map(ended));

  const after = await startOutside();
  try {
    const again = createClient({ url: after.url });
    const disturbed = await figures(again, id);
    const calm = await again.createRun("stepper", { ...input, milliseconds: 0 }, { seed: 5 });
    expect(disturbed).toEqual(await figures(again, calm.id));
  } finally {
    process.kill(-(after.process.pid ?? 0), "SIGKILL");
    await Promise.all(after.processes.map(ended));
  }
});

test("the processes of a stack end when it alone is killed, and it can start again at once", async () => {
  const before = await startOutside();
  const client = createClient({ url: before.url });
  const { id } = await client.createRun("stepper", { steps: 100, milliseconds: 30 });
  await halfway(client, id);
  before.process.kill("SIGKILL");
  const after = await startOutside();
  await Promise.all(before.processes.map(ended));
  expect(before.processes.filter(isAlive)).toEqual([]);
  await figures(createClient({ url: after.url }), id);
  process.kill(-(after.process.pid ?? 0), "SIGKILL");
  await Promise.all(after.processes.map(ended));
});
