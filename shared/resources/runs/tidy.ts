import type { Backend } from "../backend.ts";
import { bury, nudge } from "./machine.ts";
import { isTerminal } from "./record.ts";
import { changeRun } from "./store.ts";
import { messageFor } from "./stored.ts";

/**
 * Looks after a run that is due: its message seems lost, or its slice died. It goes on the queue again, or ends if
 * it was to be cancelled.
 */
export async function tidyRun(
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
