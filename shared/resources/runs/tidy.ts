import type { Backend } from "../backend.ts";
import type { Key } from "../table.ts";
import { bury, nudge } from "./machine.ts";
import { isTerminal } from "./record.ts";
import { changeRun } from "./store.ts";
import { messageFor } from "./stored.ts";

/**
 * Looks after the runs that are due: those whose message seems lost, and those whose slice died. Each goes
 * on the queue again, or ends if it was to be cancelled. Answers how many runs it sent and ended. Safe to
 * run at any time and by several at once. Does no more than `limit` runs; the rest is still due next time.
 * Throws an AggregateError of what went wrong, once it has looked after all the others.
 */
export async function tidy(backend: Backend, limit = 200): Promise<{ sent: number; ended: number }> {
  const done = { sent: 0, ended: 0, left: 0 };
  const errors: unknown[] = [];
  for (const key of await backend.table.due(backend.now(), limit)) {
    try {
      done[await tidyRun(backend, fromKey(key))]++;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} runs could not be looked after`);
  return { sent: done.sent, ended: done.ended };
}

async function tidyRun(
  backend: Backend,
  at: { tenant: string; id: string },
): Promise<"sent" | "ended" | "left"> {
  const now = backend.now();
  const changed = await changeRun(backend, at, (run) => nudge(run, now, 3 * backend.leaseMilliseconds));
  if ("refused" in changed) return "left";
  if (isTerminal(changed.run.status)) return "ended";
  await backend.queue.send(messageFor(changed.run));
  return "sent";
}

/** Ends a run whose message came to the dead letters, if it is not in other hands; answers what it did. */
export async function buryRun(
  backend: Backend,
  { tenant, run: id, fence }: { readonly tenant: string; readonly run: string; readonly fence: number },
): Promise<"buried" | "left"> {
  const changed = await changeRun(backend, { tenant, id }, (run) =>
    bury(run, fence, backend.now(), {
      type: "urn:tenfold:problem:undeliverable",
      title: "No worker could take the run up",
      detail: "Its message was delivered again and again, and no worker came as far as to begin.",
    }),
  );
  return "refused" in changed ? "left" : "buried";
}

function fromKey({ PK, SK }: Key): { tenant: string; id: string } {
  return { tenant: PK.slice("TENANT#".length), id: SK.slice("RUN#".length) };
}
