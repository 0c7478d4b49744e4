import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { startLocal } from "../../infra/local/stack.ts";

/** How a route of the local stack did under load. Latencies are in milliseconds. */
export interface HttpFigures {
  readonly what: string;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

const SECONDS = 10;
/** Before each measurement, so that what is measured runs code that the engine has compiled. */
const WARM_UP_SECONDS = 2;
const METHODS = ["instant", "stepper"];

/**
 * Load on local stacks of their own; prints a table. Creates runs of a method that ends at once, reads one of
 * them and lists them: from 32 connections, while the worker works them off; from 64, while the worker trains
 * without pause on every core; and one caller alone, while a worker for each core computes.
 */
export async function benchHttp(): Promise<readonly HttpFigures[]> {
  const figures = [
    ...(await onStack(1, (url) => underLoad(url, 32, ""))),
    ...(await onStack(1, whileTraining)),
    ...(await onStack(availableParallelism(), whileComputing)),
  ];
  console.log(`HTTP on the local stack, ${SECONDS} s each after ${WARM_UP_SECONDS} s; latencies in ms`);
  console.table(figures);
  return figures;
}

async function underLoad(url: string, connections: number, during: string): Promise<HttpFigures[]> {
  const create = `${url}/v1/methods/instant/runs`;
  const run = await createOne(create, {});
  const loads = [
    { what: `create runs${during}`, url: create, method: "POST" },
    { what: `get a run${during}`, url: `${url}/v1/runs/${run}`, method: "GET" },
    { what: `list 20 runs${during}`, url: `${url}/v1/runs`, method: "GET" },
  ] as const;
  const figures: HttpFigures[] = [];
  for (const load of loads) figures.push(await measure({ ...load, connections }));
  return figures;
}

/** A `fope` comparison that would train for hours; it is given up when the stack stops. */
const endless = { variants: ["rope"], seeds: 10, training: { steps: 100_000 } };

async function whileTraining(url: string): Promise<HttpFigures[]> {
  const run = await createOne(`${url}/v1/methods/fope/runs`, endless);
  await until(`${url}/v1/runs/${run}`, ({ progress }) => progress.fraction > 0);
  return await underLoad(url, 64, ", training");
}

async function whileComputing(url: string): Promise<HttpFigures[]> {
  const input = { steps: 10_000, milliseconds: 200, busy: true };
  const runs = await Promise.all(
    Array.from({ length: availableParallelism() }, () => createOne(`${url}/v1/methods/stepper/runs`, input)),
  );
  const what = "get a run, every core computing";
  return [await measure({ what, url: `${url}/v1/runs/${runs[0]}`, method: "GET", connections: 1 })];
}

async function onStack<Result>(workers: number, use: (url: string) => Promise<Result>): Promise<Result> {
  const stateDir = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  const methods = METHODS.map((name) => import.meta.resolve(`../infra/local/fixtures/${name}.ts`));
  const stack = await startLocal({ stateDir, methods, workers, quiet: true });
  try {
    return await use(stack.url);
  } finally {
    await stack.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

interface RunSeen {
  readonly id: string;
  readonly status: string;
  readonly progress: { readonly fraction: number };
}

async function createOne(url: string, input: object): Promise<string> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(input) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  const { id } = (await response.json()) as RunSeen;
  return id;
}

/** Waits until a run is as wanted. Throws when it has ended instead. */
async function until(url: string, wanted: (run: RunSeen) => boolean): Promise<void> {
  for (;;) {
    const run = (await (await fetch(url)).json()) as RunSeen;
    if (wanted(run)) return;
    if (!["queued", "running"].includes(run.status)) throw new Error(`${url} is ${run.status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface Load {
  readonly what: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly connections: number;
}

async function measure({ what, url, method, connections }: Load): Promise<HttpFigures> {
  const sent = method === "POST" ? { body: "{}", headers: { "content-type": "application/json" } } : {};
  const load = { url, method, connections, ...sent };
  await autocannon({ ...load, duration: WARM_UP_SECONDS });
  const result = await autocannon({ ...load, duration: SECONDS });
  return {
    what,
    connections,
    requestsPerSecond: Math.round(result["2xx"] / result.duration),
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.errors + result.timeouts + result.non2xx,
  };
}

if (import.meta.main) await benchHttp();
