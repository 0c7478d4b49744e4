import { setTimeout as sleep } from "node:timers/promises";
import { type Message, SQSClient } from "@aws-sdk/client-sqs";
import type { EventBridgeEvent, SQSBatchResponse } from "aws-lambda";
import type { Supervised } from "../process/supervise.ts";
import { ACCOUNT, clientConfig, QUEUES, queueUrl, REGION } from "../services/names.ts";
import { type PollerOptions, pollQueue } from "./poller.ts";
import type { Drain, Invocation } from "./runner.ts";
import { sqsEvent } from "./sqs-event.ts";

export interface SourcesOptions {
  /** Processes that run `work`, each one slice at a time. */
  readonly workers: readonly Supervised<unknown>[];
  /** The process that runs the short functions. */
  readonly clerk: Supervised<unknown>;
  readonly storageEndpoint: string;
  readonly visibilitySeconds: number;
  readonly sliceSeconds: number;
  readonly deliveries: number;
  readonly warn: (message: string) => void;
}

export interface Sources {
  /** Takes nothing new, lets running slices pause within `graceMs`, and waits. */
  stop(graceMs: number): Promise<void>;
}

const CLERK_SECONDS = 60;
/** As long as Lambda lets a check of an upload run. */
const INGEST_SECONDS = 15 * 60;
const TIDY_MS = 1_000;

/** Starts what makes events: the queues' pollers and the schedule. */
export function startSources(options: SourcesOptions): Sources {
  const { workers, clerk, storageEndpoint, visibilitySeconds, sliceSeconds, warn } = options;
  const client = new SQSClient(clientConfig(storageEndpoint));
  const stopped = new AbortController();
  const poll = (
    queue: string,
    process: Supervised<unknown>,
    handle: (message: Message) => Promise<unknown>,
  ): Promise<void> => {
    const target: Pick<PollerOptions, "client" | "queueUrl" | "ready"> = {
      client,
      queueUrl: queueUrl(storageEndpoint, queue),
      ready: () => process.ready(),
    };
    const succeeded = async (message: Message) => !failed(await handle(message));
    return pollQueue({ ...target, visibilitySeconds, handle: succeeded, warn, signal: stopped.signal });
  };
  const work = (worker: Supervised<unknown>) => async (message: Message) => {
    const event = sqsEvent(QUEUES.runs, message);
    const invocation = { name: "events/work", event, seconds: sliceSeconds };
    for (let delivery = 1; delivery < options.deliveries; delivery++) await invoke(worker, invocation);
    return await invoke(worker, invocation);
  };
  const onClerk = (name: string, event: unknown, seconds = CLERK_SECONDS) =>
    invoke(clerk, { name: `events/${name}`, event, seconds });

  const running = [
    ...workers.map((worker) => poll(QUEUES.runs, worker, work(worker))),
    poll(QUEUES.deadRuns, clerk, (message) => onClerk("bury", sqsEvent(QUEUES.deadRuns, message))),
    poll(QUEUES.uploads, clerk, (message) =>
      onClerk("ingest", JSON.parse(message.Body ?? "{}"), INGEST_SECONDS),
    ),
    everySecond(() => onClerk("tidy", scheduledEvent()), stopped.signal, warn),
  ];
  return {
    async stop(graceMs) {
      stopped.abort();
      const drain: Drain = { seconds: graceMs / 1000 };
      for (const worker of workers) worker.call("drain", drain).catch(() => {});
      await Promise.race([Promise.all(running), sleep(graceMs, undefined, { ref: false })]);
      client.destroy();
    },
  };
}

/** Runs a function in a process; one that overstays is killed, as Lambda does. */
async function invoke(process: Supervised<unknown>, invocation: Invocation): Promise<unknown> {
  const killer = setTimeout(() => process.kill(), invocation.seconds * 1000);
  try {
    return await process.call("invoke", invocation);
  } finally {
    clearTimeout(killer);
  }
}

function failed(result: unknown): boolean {
  const { batchItemFailures = [] } = (result ?? {}) as Partial<SQSBatchResponse>;
  return batchItemFailures.length > 0;
}

/** What takes long is done a fourth of the time: behind a long queue `tidy` looks at hundreds of runs. */
const REST = 3;

async function everySecond(
  run: () => Promise<unknown>,
  signal: AbortSignal,
  warn: (message: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    const begun = performance.now();
    await run().catch((error: unknown) => {
      if (!signal.aborted) warn(`tidy: ${String(error)}`);
    });
    const rest = Math.max(TIDY_MS, REST * (performance.now() - begun));
    await sleep(rest, undefined, { signal }).catch(() => {});
  }
}

function scheduledEvent(): EventBridgeEvent<"Scheduled Event", Record<string, never>> {
  return {
    version: "0",
    id: crypto.randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region: REGION,
    resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/tenfold-tidy`],
    detail: {},
  };
}
