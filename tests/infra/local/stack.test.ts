import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { StateInUseError } from "../../../infra/local/lock.ts";
import { clientConfig } from "../../../infra/local/services/names.ts";
import {
  type LocalOptions,
  type LocalStack,
  PortInUseError,
  startLocal,
} from "../../../infra/local/stack.ts";
import { type Client, createClient } from "../../../shared/client/client.ts";
import { addDatasetFile } from "../../../shared/client/files.ts";
import { findModel, uploadModel } from "../../../shared/client/model-files.ts";
import { waitForModel, waitForRun } from "../../../shared/client/wait.ts";
import { smallModel } from "../../fixtures/small-model.ts";
import { ended, isAlive } from "./processes.ts";

const methods = ["stepper", "instant"].map((name) => import.meta.resolve(`./fixtures/${name}.ts`));

const patience = { timeout: 30_000 };
const directories: string[] = [];
const stacks: LocalStack[] = [];

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tenfold-stack-"));
  directories.push(directory);
  return directory;
}

async function start(stateDir: string, options: Partial<LocalOptions> = {}) {
  const stack = await startLocal({ stateDir, methods, leaseSeconds: 2, quiet: true, ...options });
  stacks.push(stack);
  return { stack, client: createClient({ url: stack.url }) };
}

async function stopAll(): Promise<void> {
  await Promise.all(stacks.splice(0).map((stack) => stack.stop()));
  await Promise.all(directories.splice(0).map((path) => rm(path, { recursive: true, force: true })));
}

/** What a run leaves for its user to see. */
async function remains(client: Client, id: string) {
  return {
    run: await client.getRun(id),
    events: await Array.fromAsync(client.events(id)),
    metrics: await Array.fromAsync(client.metrics(id)),
    artifacts: await client.artifacts(id),
  };
}

async function runStepper(client: Client, input: Record<string, number | boolean> = {}) {
  const { id } = await client.createRun("stepper", input, { seed: 7 });
  const run = await waitForRun(client, id);
  expect(run).toMatchObject({ status: "succeeded" });
  return run;
}

describe("a stack with two workers", () => {
  let stateDir: string;
  let stack: LocalStack;
  let client: Client;
  beforeAll(async () => {
    stateDir = await makeDirectory();
    ({ stack, client } = await start(stateDir, { workers: 2 }));
  });
  afterAll(stopAll);

  test("takes a run from the call over the queue and a worker process to its result and files", async () => {
    const run = await runStepper(client);
    expect(run).toMatchObject({
      method: "stepper",
      seed: 7,
      slices: 1,
      deaths: 0,
      progress: { fraction: 1 },
    });
    const file = await client.downloadArtifact(run.id, "digest.txt");
    expect(await new Response(file).text()).toBe((run.output as { digest: string }).digest);
  });

  test("bears every message many times at once, during the run and after it", async () => {
    const sqs = new SQSClient(clientConfig(stack.environment.AWS_ENDPOINT_URL_SQS ?? ""));
    const deliver = (run: string) => {
      const MessageBody = JSON.stringify({ tenant: "local", run, fence: 0 });
      return sqs.send(new SendMessageCommand({ QueueUrl: stack.environment.QUEUE_URL, MessageBody }));
    };
    const { id } = await client.createRun("stepper", { steps: 30 }, { seed: 7 });
    await Promise.all([deliver(id), deliver(id), deliver(id)]);
    expect(await waitForRun(client, id)).toMatchObject({ status: "succeeded", slices: 1, deaths: 0 });

    const before = await remains(client, id);
    await Promise.all([deliver(id), deliver(id)]);
    // The queue is taken in order: when these later runs are through, so are the messages before them.
    for (const seed of [1, 2]) {
      await waitForRun(client, (await client.createRun("instant", {}, { seed })).id);
    }
    expect(await remains(client, id)).toEqual(before);
    sqs.destroy();
  });

  test("makes one run of 200 creates at once with one Idempotency-Key", async () => {
    const options = { seed: 9, idempotencyKey: "two-hundred" };
    const created = await Promise.all(
      Array.from({ length: 200 }, () => client.createRun("instant", {}, options)),
    );
    expect(new Set(created.map(({ id }) => id)).size).toBe(1);
    const runs = await Array.fromAsync(client.listRuns({ method: "instant" }));
    expect(runs.filter(({ seed }) => seed === 9)).toHaveLength(1);
  });

  test("makes a data set that was uploaded by its presigned URL ready", async () => {
    const file = join(stateDir, "text.txt");
    await writeFile(file, "Four score and seven years ago. ".repeat(200));
    const dataset = await addDatasetFile(client, file);
    expect(dataset).toMatchObject({ status: "ready", name: "text.txt", bytes: 6400 });
  });

  test("makes a model that was uploaded by its presigned URLs ready", async () => {
    const folder = join(stateDir, "a-model");
    await mkdir(folder);
    for (const [name, bytes] of smallModel()) await writeFile(join(folder, name), bytes);
    const { id } = await uploadModel(client, await findModel([folder]));
    expect(await waitForModel(client, id)).toMatchObject({
      ...{ status: "ready", name: "a-model", source: "upload" },
      summary: { architecture: "LlamaForCausalLM", contextLength: 12, tokenizer: "bytes" },
    });
  });

  test("answers while a worker computes without pause", async () => {
    const { id } = await client.createRun("stepper", { steps: 3, milliseconds: 700, busy: true });
    await expect.poll(async () => (await client.getRun(id)).status, patience).toBe("running");
    let answers = 0;
    while ((await client.getRun(id)).status === "running") answers++;
    expect(answers).toBeGreaterThan(10);
    expect(await waitForRun(client, id)).toMatchObject({ status: "succeeded" });
  });

  test("keeps others off its state directory and its port, and says where it is", async () => {
    await expect(startLocal({ stateDir, quiet: true })).rejects.toThrow(StateInUseError);
    await expect(startLocal({ stateDir, quiet: true })).rejects.toThrow(stack.url);
    const port = Number(new URL(stack.url).port);
    const other = startLocal({ stateDir: await makeDirectory(), port, quiet: true });
    await expect(other).rejects.toThrow(PortInUseError);
  });

  test("brings back what was killed, and loses nothing", async () => {
    const { id } = await client.createRun("stepper", { steps: 100, milliseconds: 30 }, { seed: 7 });
    const workers = new Set(stack.workers());
    for (const pid of stack.processes().filter((pid) => !workers.has(pid))) {
      process.kill(pid, "SIGKILL");
      await ended(pid);
    }
    const run = await waitForRun(client, id);
    expect(run.error).toBeUndefined();
    expect(run.status).toBe("succeeded");
  });
});

test("what computes gives way to what answers", async () => {
  const { stack } = await start(await makeDirectory(), { nice: 7 });
  const own = getPriority();
  const lowered = Math.max(own, 7);
  // The table, the storage and the gateway answer; the short functions and the worker compute.
  const expected = [own, own, own, lowered, lowered];
  await expect.poll(() => stack.processes().map((pid) => getPriority(pid)), patience).toEqual(expected);
  expect(stack.workers().map((pid) => getPriority(pid))).toEqual([lowered]);
  await stopAll();
});

describe("a run", () => {
  let stateDir: string;
  beforeEach(async () => {
    stateDir = await makeDirectory();
  });
  afterEach(stopAll);

  test("is cut into slices when they are short, to the same result", async () => {
    const { client } = await start(stateDir, { sliceSeconds: 5 });
    const pieces = await runStepper(client, { steps: 60, milliseconds: 100 });
    expect(pieces.slices).toBeGreaterThan(1);
    expect(pieces.output).toEqual((await runStepper(client, { steps: 60, milliseconds: 0 })).output);
  });

  test("bears every message twice, one after the other", async () => {
    const { client } = await start(stateDir, { deliveries: 2 });
    expect(await runStepper(client)).toMatchObject({ slices: 1, deaths: 0 });
  });

  test("survives a clean stop and start without counting a death", async () => {
    const before = await start(stateDir);
    const { id } = await before.client.createRun("stepper", { steps: 60, milliseconds: 50 }, { seed: 7 });
    const fraction = async () => (await before.client.getRun(id)).progress.fraction;
    await expect.poll(fraction, patience).toBeGreaterThan(0.2);
    const pids = before.stack.processes();
    await before.stack.stop();
    expect(pids).toHaveLength(5);
    expect(pids.filter(isAlive)).toEqual([]);

    const { client } = await start(stateDir);
    const run = await waitForRun(client, id);
    expect(run).toMatchObject({ status: "succeeded", slices: 2, deaths: 0 });
    expect(run.output).toEqual((await runStepper(client, { steps: 60, milliseconds: 0 })).output);
  });

  test("fails with the reason when the disk is full, and can still be read", async () => {
    const { client } = await start(stateDir, { reserveBytes: Number.MAX_SAFE_INTEGER });
    const { id } = await client.createRun("stepper", {});
    const run = await waitForRun(client, id);
    expect(run.status).toBe("failed");
    expect(JSON.stringify(run.error)).toMatch(/disk is full/i);
    expect(await client.getRun(id)).toEqual(run);
  });
});
