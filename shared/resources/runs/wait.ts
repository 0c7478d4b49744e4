import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "../backend.ts";
import { isTerminal } from "./record.ts";
import { readRun } from "./store.ts";
import type { StoredRun } from "./stored.ts";

/** Waits until a run is finished, or for so many milliseconds; answers the run as it then is. */
export async function waitForRun(backend: Backend, run: StoredRun, milliseconds: number): Promise<StoredRun> {
  const until = backend.now() + milliseconds;
  let seen = run;
  for (let pause = 50; !isTerminal(seen.status); pause = Math.min(pause * 1.3, 500)) {
    const left = until - backend.now();
    if (left <= 0) break;
    await sleep(Math.min(pause, left));
    seen = (await readRun(backend, run.tenant, run.id)) ?? seen;
  }
  return seen;
}
