import { setTimeout as sleep } from "node:timers/promises";
import { TENANT } from "../../../infra/local/gateway/event.ts";
import type { LocalStack } from "../../../infra/local/stack.ts";
import { openBackend } from "../../../shared/resources/backend.ts";
import { readEnvironment } from "../../../shared/resources/environment.ts";
import { maxStrikes } from "../../../shared/resources/runs/machine.ts";
import { isTerminal } from "../../../shared/resources/runs/record.ts";
import { readRun } from "../../../shared/resources/runs/store.ts";

export interface DrillOptions {
  readonly stack: Pick<LocalStack, "workers" | "environment">;
  readonly run: string;
  readonly kills: number;
  /** The next moment, in [0, 1): a share of `withinMs` from when a slice was seen at work. */
  readonly random: () => number;
  readonly withinMs: number;
}

/**
 * Kills the workers (SIGKILL) again and again while a run is worked on: each time a new slice has begun, at a
 * random moment of it. A run is given up after three deaths in a row without a checkpoint, so the third of
 * them waits for one. Answers how many kills there were; fewer than asked for when the run ended before.
 *
 * Points the AWS SDK of this process to the stack.
 */
export async function killWorkers({ stack, run, kills, random, withinMs }: DrillOptions): Promise<number> {
  Object.assign(process.env, stack.environment);
  const backend = openBackend(readEnvironment());
  let slices = 0;
  for (let killed = 0; killed < kills; ) {
    const now = await readRun(backend, TENANT, run);
    if (now === undefined || isTerminal(now.status)) return killed;
    if (now.slices === slices || now.strikes === maxStrikes - 1) {
      await sleep(20);
      continue;
    }
    slices = now.slices;
    await sleep(random() * withinMs);
    for (const pid of stack.workers()) process.kill(pid, "SIGKILL");
    killed++;
  }
  return kills;
}

/** Moments that are the same in each run of a test (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
