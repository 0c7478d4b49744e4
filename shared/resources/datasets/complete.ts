import type { Backend } from "../backend.ts";
import { NoSuchObject } from "../bucket.ts";
import { Problem } from "../problem.ts";
import { partBytes } from "./record.ts";
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
  if (uploadId === undefined || announcedBytes === undefined) {
    throw new Problem("conflict", `the content of data set ${id} goes up in one request, not in parts`);
  }
  const key = uploadKey(tenant, id);
  const wrong = await backend.bucket.parts.finish({ key, uploadId }, partSizes(announcedBytes));
  if (wrong === "gone") return finished(backend, dataset);
  if (wrong.length === 0) return dataset;
  const errors = wrong.slice(0, 50).map((number) => ({
    path: `/parts/${number}`,
    message: "is not there, or not of the size that it should have",
  }));
  const few = wrong.length === 1 ? "1 part is" : `${wrong.length} parts are`;
  throw new Problem("conflict", `${few} missing of the content of data set ${id}`, errors);
}

/** The sizes of the parts of a content. */
export const partSizes = (bytes: number): number[] =>
  Array.from({ length: Math.ceil(bytes / partBytes) }, (_, i) => Math.min(partBytes, bytes - i * partBytes));

/** An earlier call finished the upload, or it lay too long and was dropped. */
async function finished(backend: Backend, { tenant, id }: StoredDataset): Promise<StoredDataset> {
  const there = await backend.bucket.size(uploadKey(tenant, id)).catch((error: unknown) => {
    if (error instanceof NoSuchObject) return undefined;
    throw error;
  });
  const dataset = await needDataset(backend, tenant, id);
  if (there !== undefined || dataset.status !== "pending") return dataset;
  throw new Problem("gone", `the parts of data set ${id} were dropped; create it again`);
}
