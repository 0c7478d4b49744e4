import { setTimeout as sleep } from "node:timers/promises";
import type { LocalStack } from "../../../infra/local/stack.ts";
import type { Client } from "../../../shared/client/client.ts";
import { isTerminal, type Run } from "../../../shared/resources/runs/record.ts";

export interface DrillOptions {
  readonly stack: Pick<LocalStack, "workers">;
  readonly client: Client;
  readonly run: string;
  readonly kills: number;
  /** The next moment, in [0, 1): a share of `withinMs` from when a slice was seen at work. */
  readonly random: () => number;
  readonly withinMs: number;
}

/**
 * Kills the workers (SIGKILL) again and again while a run is worked on: each time a new slice has begun, at a
 * random moment of it. Answers how many kills there were; fewer than asked for when the run ended before.
 */
export async function killWorkers(options: DrillOptions): Promise<number> {
  const { stack, random, withinMs } = options;
  let slices = 0;
  for (let kills = 0; kills < options.kills; kills++) {
    const run = await nextSlice(options, slices);
    if (isTerminal(run.status)) return kills;
    slices = run.slices;
    await sleep(random() * withinMs);
    for (const pid of stack.workers()) process.kill(pid, "SIGKILL");
  }
  return options.kills;
}

async function nextSlice({ client, run: id }: DrillOptions, after: number): Promise<Run> {
  for (;;) {
    const run = await client.getRun(id);
    if (isTerminal(run.status) || run.slices > after) return run;
    await sleep(20);
  }
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
