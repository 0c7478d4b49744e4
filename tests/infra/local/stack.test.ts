import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
import { waitForRun } from "../../../shared/client/wait.ts";
import { ended, isAlive } from "./processes.ts";

const methods = ["stepper", "instant"].map((name) => import.meta.resolve(`./fixtures/${name}.ts`));

let stateDir: string;
let stack: LocalStack | undefined;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tenfold-stack-"));
});
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
  await rm(stateDir, { recursive: true, force: true });
});

async function start(options: Partial<LocalOptions> = {}): Promise<{ stack: LocalStack; client: Client }> {
  stack = await startLocal({ stateDir, methods, leaseSeconds: 2, quiet: true, ...options });
  return { stack, client: createClient({ url: stack.url }) };
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

describe("a run", () => {
  test("goes from the call over the queue and a worker process to its result and files", async () => {
    const { client, stack } = await start();
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
    expect(stack.workers()).toHaveLength(1);
  });

  test("is cut into slices when they are short, to the same result", async () => {
    const { client } = await start();
    const whole = await runStepper(client, { steps: 30, milliseconds: 60 });
    await stack?.stop();
    const { client: cut } = await start({ sliceSeconds: 1.2 });
    const pieces = await runStepper(cut, { steps: 30, milliseconds: 60 });
    expect(pieces.slices).toBeGreaterThan(1);
    expect(pieces.output).toEqual(whole.output);
  });

  test("bears every message twice, one after the other", async () => {
    const { client } = await start({ deliveries: 2 });
    const run = await runStepper(client);
    expect(run).toMatchObject({ slices: 1, deaths: 0 });
  });

  test("bears every message many times at once, during it and after it", async () => {
    const { client, stack } = await start({ workers: 2 });
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
    // The queue is taken in order: when this later run is through, so are the messages before it.
    await waitForRun(client, (await client.createRun("instant", {})).id);
    expect(await remains(client, id)).toEqual(before);
    sqs.destroy();
  });

  test("survives a clean stop and start without counting a death", async () => {
    const first = await start();
    const { id } = await first.client.createRun("stepper", { steps: 60, milliseconds: 50 }, { seed: 7 });
    await expect.poll(async () => (await first.client.getRun(id)).progress.fraction).toBeGreaterThan(0.2);
    await first.stack.stop();
    const { client } = await start();
    const run = await waitForRun(client, id);
    expect(run).toMatchObject({ status: "succeeded", deaths: 0 });
    expect(run.output).toEqual((await runStepper(client, { steps: 60, milliseconds: 0 })).output);
  });

  test("fails with the reason when the disk is full, and can still be read", async () => {
    const { client } = await start({ reserveBytes: Number.MAX_SAFE_INTEGER });
    const { id } = await client.createRun("stepper", {});
    const run = await waitForRun(client, id);
    expect(run.status).toBe("failed");
    expect(JSON.stringify(run.error)).toMatch(/disk is full/i);
    expect(await client.getRun(id)).toEqual(run);
  });
});

test("a data set uploaded by its presigned URL becomes ready", async () => {
  const { client } = await start();
  const file = join(stateDir, "text.txt");
  await writeFile(file, "Four score and seven years ago. ".repeat(200));
  const dataset = await addDatasetFile(client, file);
  expect(dataset).toMatchObject({ status: "ready", name: "text.txt", bytes: 6400 });
});

test("the API answers while a worker computes without pause", async () => {
  const { client } = await start();
  const { id } = await client.createRun("stepper", { steps: 3, milliseconds: 700, busy: true });
  await expect.poll(async () => (await client.getRun(id)).status).toBe("running");
  let answers = 0;
  while ((await client.getRun(id)).status === "running") answers++;
  expect(answers).toBeGreaterThan(20);
  expect(await waitForRun(client, id)).toMatchObject({ status: "succeeded", deaths: 0 });
});

describe("the processes", () => {
  test("all end with the stack", async () => {
    const { stack } = await start();
    const pids = stack.processes();
    expect(pids).toHaveLength(4);
    await stack.stop();
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("come back when one of them is killed, and nothing is lost", async () => {
    const { client, stack } = await start();
    const { id } = await client.createRun("stepper", { steps: 100, milliseconds: 30 }, { seed: 7 });
    const [services, api] = stack.processes();
    for (const pid of [services, api]) {
      if (pid === undefined) throw new Error("no process");
      process.kill(pid, "SIGKILL");
      await ended(pid);
    }
    expect(await waitForRun(client, id)).toMatchObject({ status: "succeeded" });
  });
});

describe("what cannot start says why", () => {
  test("a state directory in use", async () => {
    const { stack } = await start();
    await expect(startLocal({ stateDir, quiet: true })).rejects.toThrow(StateInUseError);
    await expect(startLocal({ stateDir, quiet: true })).rejects.toThrow(stack.url);
  });

  test("a port in use", async () => {
    const { stack } = await start();
    const port = Number(new URL(stack.url).port);
    const other = startLocal({ stateDir: join(stateDir, "other"), port, quiet: true });
    await expect(other).rejects.toThrow(PortInUseError);
  });
});
