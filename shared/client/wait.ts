import type { Dataset } from "../resources/datasets/record.ts";
import type { ModelDetail } from "../resources/models/record.ts";
import { isTerminal, type Run } from "../resources/runs/record.ts";
import type { Client } from "./client.ts";
import { UnreachableError } from "./errors.ts";

export interface WaitOptions {
  /** Called with the run at first and whenever it changed. */
  readonly onProgress?: (run: Run) => void;
  /** Ends the waiting, not the run. */
  readonly signal?: AbortSignal;
}

/** Calls in a row, each with its own retries, that may find nobody: about two minutes without a network. */
const patience = 10;
const shortest = 250;
const longest = 5_000;
const later = (interval: number) => Math.min(longest, interval * 1.6);

/**
 * Waits until a run has ended and answers it. Asks by version (If-None-Match), a quarter of a second after
 * a change and then less and less often, down to every five seconds. An API that is away for a while, as
 * when a laptop slept, is waited for.
 * @throws what the client throws, and the signal's reason.
 */
export async function waitForRun(client: Client, id: string, options: WaitOptions = {}): Promise<Run> {
  const { onProgress, signal } = options;
  let etag: string | undefined;
  let missed = 0;
  const look = async () => {
    try {
      const polled = await client.getRunSince(id, etag, signal);
      missed = 0;
      return polled;
    } catch (error) {
      if (!(error instanceof UnreachableError) || ++missed > patience) throw error;
      return undefined;
    }
  };
  for (let interval = shortest; ; ) {
    const polled = await look();
    if (polled !== undefined) {
      onProgress?.(polled.run);
      if (isTerminal(polled.run.status)) return polled.run;
      etag = polled.etag;
    }
    interval = polled === undefined ? later(interval) : shortest;
    await client.pause(interval, signal);
  }
}

/** Waits until the content of a data set was checked: `ready` or `invalid`. */
export const waitForDataset = (client: Client, id: string, signal?: AbortSignal): Promise<Dataset> =>
  waitUntil(
    client,
    () => client.dataset(id),
    ({ status }) => status !== "pending",
    signal,
  );

/** Waits until a model was checked: `ready` or `failed`. */
export const waitForModel = (client: Client, id: string, signal?: AbortSignal): Promise<ModelDetail> =>
  waitUntil(
    client,
    () => client.model(id),
    ({ status }) => status === "ready" || status === "failed",
    signal,
  );

async function waitUntil<T>(
  client: Client,
  look: () => Promise<T>,
  isDone: (seen: T) => boolean,
  signal?: AbortSignal,
): Promise<T> {
  for (let interval = shortest; ; interval = later(interval)) {
    const seen = await look();
    if (isDone(seen)) return seen;
    await client.pause(interval, signal);
  }
}
