import type { Backend } from "../backend.ts";
import { Problem } from "../problem.ts";
import { finishParts } from "../uploads/transfer.ts";
import { needDataset, type StoredDataset, uploadKey } from "./store.ts";

/**
 * Makes one content of the parts that were uploaded; its check begins by itself. Done again, it changes nothing.
 * Throws a 404 for an unknown data set, a 409 while parts are missing, naming them, and for a data set whose
 * content does not come in parts, and a 410 when the parts were dropped because they lay too long.
 */
export async function completeUpload(backend: Backend, tenant: string, id: string): Promise<StoredDataset> {
  const dataset = await needDataset(backend, tenant, id);
  if (dataset.status !== "pending") return dataset;
  const { uploadId, announcedBytes } = dataset;
  const upload = { key: uploadKey(tenant, id), bytes: announcedBytes, uploadId };
  const found = await finishParts(backend, upload, `data set ${id}`);
  const now = await needDataset(backend, tenant, id);
  if (found === "there" || now.status !== "pending") return now;
  throw new Problem("gone", `the parts of data set ${id} were dropped; create it again`);
}
