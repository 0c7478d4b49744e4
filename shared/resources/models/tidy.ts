import type { Backend } from "../backend.ts";
import { neverChecked } from "../uploads/patience.ts";
import { dropUploads } from "./leftovers.ts";
import { changeOpen, modelUploadKey, readModel, type StoredModel } from "./stored.ts";

/**
 * Gives a model up that is due: not all of its files were uploaded in time, or the checks that were begun never came
 * to an end. It has then failed, with the reason, and what arrived of it is removed. False when it was not due any more.
 */
export async function giveUpModel(backend: Backend, tenant: string, id: string): Promise<boolean> {
  const now = backend.now();
  const before = await readModel(backend, tenant, id);
  if (before?.due === undefined || before.due > now) return false;
  const message = before.attempts > 0 ? neverChecked(before.attempts) : await whatNeverCame(backend, before);
  const given = await changeOpen(backend, tenant, id, ({ due, ...model }) =>
    due === undefined || due > now || model.attempts !== before.attempts
      ? undefined
      : { ...model, status: "failed", checkedAt: new Date(now).toISOString(), errors: [{ message }] },
  );
  if (given === undefined) return false;
  await dropUploads(backend, given);
  return true;
}

async function whatNeverCame(backend: Backend, model: StoredModel): Promise<string> {
  const arrived = await backend.bucket.list(modelUploadKey(model, ""));
  const there = new Set(arrived.map(({ key }) => key));
  const missing = model.files.filter(({ name }) => !there.has(modelUploadKey(model, name)));
  const [first, ...others] = missing;
  if (first === undefined) return "its files arrived, but their check never began";
  if (missing.length === model.files.length) return "nothing was uploaded within a day";
  const some = others.length === 0 ? `${first.name} was` : `${first.name} and ${others.length} more were`;
  return `${some} not uploaded within a day`;
}
