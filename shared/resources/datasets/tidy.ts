import type { Backend } from "../backend.ts";
import { maxAttempts } from "./ingest.ts";
import { changePending, type StoredDataset, uploadKey } from "./store.ts";

/**
 * Gives up a data set that is due: nothing was uploaded in time, or the checks that were begun never came to an end.
 * It is then invalid, with the reason, and what arrived of it is removed. False when it was not due any more.
 */
export async function giveUpDataset(backend: Backend, tenant: string, id: string): Promise<boolean> {
  const now = backend.now();
  const given = await changePending(backend, tenant, id, ({ due, ...pending }) =>
    due === undefined || due > now
      ? undefined
      : {
          ...pending,
          status: "invalid",
          checkedAt: new Date(now).toISOString(),
          errors: [{ message: reasonOf(pending) }],
        },
  );
  if (given === undefined) return false;
  const key = uploadKey(tenant, id);
  if (given.uploadId !== undefined) await backend.bucket.parts.abort({ key, uploadId: given.uploadId });
  await backend.bucket.delete([key]);
  return true;
}

function reasonOf({ attempts }: Omit<StoredDataset, "due">): string {
  if (attempts === 0) return "nothing was uploaded within a day";
  const times = attempts === 1 ? "once" : `${Math.min(attempts, maxAttempts)} times`;
  return `the check was begun ${times} and did not come to an end; most likely the content takes too much time or memory`;
}
