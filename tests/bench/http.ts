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

const CONNECTIONS = 32;
const SECONDS = 10;
const METHODS = ["instant", "stepper"];

/**
 * Load on a local stack of its own; prints a table. Creates runs of a method that ends at once, and reads one
 * of them, from 32 connections, while the worker works them off; then reads as a single caller does, while a
 * worker for each core computes without pause.
 */
export async function benchHttp(): Promise<readonly HttpFigures[]> {
  const figures = [
    ...(await onStack(1, underLoad)),
    ...(await onStack(availableParallelism(), whileComputing)),
  ];
  console.log(`HTTP on the local stack, ${SECONDS} s each; latencies in ms`);
  console.table(figures);
  return figures;
}

async function underLoad(url: string): Promise<HttpFigures[]> {
  const create = `${url}/v1/methods/instant/runs`;
  const run = await createOne(create, {});
  return [
    await measure({ what: "create runs", url: create, method: "POST", connections: CONNECTIONS }),
    await measure({
      what: "get a run",
      url: `${url}/v1/runs/${run}`,
      method: "GET",
      connections: CONNECTIONS,
    }),
  ];
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

async function createOne(url: string, input: object): Promise<string> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(input) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  const { id } = (await response.json()) as { readonly id: string };
  return id;
}

interface Load {
  readonly what: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly connections: number;
}

async function measure({ what, url, method, connections }: Load): Promise<HttpFigures> {
  const sent = method === "POST" ? { body: "{}", headers: { "content-type": "application/json" } } : {};
  const result = await autocannon({ url, method, connections, duration: SECONDS, ...sent });
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
