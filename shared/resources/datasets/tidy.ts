import type { Backend } from "../backend.ts";
import { neverChecked } from "../uploads/patience.ts";
import { changePending, uploadKey } from "./store.ts";

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
          errors: [
            {
              message:
                pending.attempts === 0 ? "nothing was uploaded within a day" : neverChecked(pending.attempts),
            },
          ],
        },
  );
  if (given === undefined) return false;
  const key = uploadKey(tenant, id);
  if (given.uploadId !== undefined) await backend.bucket.parts.abort({ key, uploadId: given.uploadId });
  await backend.bucket.delete([key]);
  return true;
}
