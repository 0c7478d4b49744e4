import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { startLocal } from "../../infra/local/stack.ts";

/** How a route of the local stack did under load. Latencies are in milliseconds. */
export interface HttpFigures {
  readonly what: string;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

const CONNECTIONS = 32;
const SECONDS = 10;

/**
 * Creates runs of a method that ends at once, and reads one of them, from 32 connections on a local stack of
 * its own, with a worker working them off meanwhile; prints a table.
 */
export async function benchHttp(): Promise<readonly HttpFigures[]> {
  const stateDir = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  const methods = [import.meta.resolve("../infra/local/fixtures/instant.ts")];
  const stack = await startLocal({ stateDir, methods, quiet: true });
  try {
    const create = `${stack.url}/v1/methods/instant/runs`;
    const run = await createOne(create);
    const figures = [
      await measure("create a run, worker busy", create, "POST"),
      await measure("get a run, worker busy", `${stack.url}/v1/runs/${run}`, "GET"),
    ];
    console.log(`HTTP on the local stack, ${CONNECTIONS} connections, ${SECONDS} s each`);
    console.table(figures);
    return figures;
  } finally {
    await stack.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function createOne(url: string): Promise<string> {
  const response = await fetch(url, { method: "POST", body: "{}" });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  const { id } = (await response.json()) as { readonly id: string };
  return id;
}

async function measure(what: string, url: string, method: "GET" | "POST"): Promise<HttpFigures> {
  const sent = method === "POST" ? { body: "{}", headers: { "content-type": "application/json" } } : {};
  const result = await autocannon({ url, method, connections: CONNECTIONS, duration: SECONDS, ...sent });
  return {
    what,
    requestsPerSecond: Math.round(result["2xx"] / result.duration),
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.errors + result.timeouts + result.non2xx,
  };
}

if (import.meta.main) await benchHttp();
