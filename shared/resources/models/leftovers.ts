import type { Backend } from "../backend.ts";
import { isOpen, modelFileKey, modelPrefix, modelUploadKey, readModel, type StoredModel } from "./stored.ts";

/** Removes all files of a model that will never be ready, or is deleted, and gives its open uploads up. */
export async function dropUploads({ bucket }: Backend, model: StoredModel): Promise<void> {
  for (const { name, uploadId } of model.files) {
    if (uploadId !== undefined) await bucket.parts.abort({ key: modelUploadKey(model, name), uploadId });
  }
  await bucket.deleteAll(modelPrefix(model));
}

/**
 * Removes what lies around of an uploaded model that is decided: of one that is ready what is not its files (the
 * uploads that were copied, and the copies of other checks), of one that failed or was deleted all of it.
 */
export async function removeLeftovers(backend: Backend, tenant: string, id: string): Promise<void> {
  const { bucket } = backend;
  const model = await readModel(backend, tenant, id);
  if (model !== undefined && (model.source !== "upload" || isOpen(model))) return;
  const used = new Set(model?.status === "ready" ? model.files.map((file) => modelFileKey(model, file)) : []);
  const there = await bucket.list(modelPrefix({ tenant, id }));
  await bucket.delete(there.map(({ key }) => key).filter((key) => !used.has(key)));
}
