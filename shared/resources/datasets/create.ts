import type { Backend } from "../backend.ts";
import { type Claim, claimKey, settleClaim } from "../claims.ts";
import { invalid } from "../parse-input.ts";
import { Problem } from "../problem.ts";
import { sheetErrors } from "./matrix/sheet.ts";
import { type CreatedDataset, type NewDataset, partBytes, type Upload } from "./record.ts";
import {
  insertDataset,
  mediaTypes,
  presentDataset,
  readDataset,
  type StoredDataset,
  samplesKey,
  uploadKey,
} from "./store.ts";

/** So long a data set waits for its content, in milliseconds. */
export const uploadPatience = 24 * 3600 * 1000;

/** `replayed`: the data set was made by an earlier call with the same key. */
export interface Created {
  readonly dataset: CreatedDataset;
  readonly replayed: boolean;
}

/**
 * Registers a data set; the answer says where its content goes. Calls with the same key make one data set, and each
 * is answered with links that are good for an hour. Throws a 422 for a bad sample sheet or a key that was used
 * otherwise, and a 410 for a key whose data set was deleted.
 */
export async function createDataset(
  backend: Backend,
  tenant: string,
  given: NewDataset,
  idempotencyKey?: string,
): Promise<Created> {
  refuseSheet(given);
  if (idempotencyKey === undefined) {
    const dataset = await make(backend, tenant, given, backend.newId(), backend.now());
    if (dataset === undefined) throw new Error("a new id was already taken");
    return { dataset: await withUpload(backend, dataset), replayed: false };
  }
  const claim = await claimKey(backend, "DATASET", tenant, idempotencyKey, given);
  const { dataset, replayed } = await redeem(backend, tenant, given, claim);
  if (!claim.created) await settleClaim(backend, "DATASET", tenant, idempotencyKey, claim);
  return { dataset: await withUpload(backend, dataset), replayed };
}

function refuseSheet({ kind, samples }: NewDataset): void {
  if (samples === undefined) return;
  const message = kind === "matrix" ? undefined : "belongs to a matrix";
  const errors = message === undefined ? sheetErrors(samples) : [message];
  if (errors.length > 0) {
    throw invalid(
      "create-dataset",
      errors.map((error) => ({ path: "/samples", message: error })),
    );
  }
}

/** Everybody who holds the claim tries to make the same data set, and one succeeds. */
async function redeem(backend: Backend, tenant: string, given: NewDataset, claim: Claim) {
  const made = claim.created ? undefined : await make(backend, tenant, given, claim.id, claim.claimedAt);
  if (made !== undefined) return { dataset: made, replayed: false };
  const dataset = await readDataset(backend, tenant, claim.id);
  if (dataset === undefined) {
    throw new Problem("gone", `the data set ${claim.id} of this Idempotency-Key was deleted`);
  }
  return { dataset, replayed: true };
}

/**
 * Writes a data set; undefined when there is one of this id. An upload in parts that was begun for nothing has no
 * parts, and the bucket forgets it after a day.
 */
async function make(backend: Backend, tenant: string, given: NewDataset, id: string, now: number) {
  const { bytes, samples, ...rest } = given;
  const key = uploadKey(tenant, id);
  if (samples !== undefined) {
    await backend.bucket.put(samplesKey(tenant, id), samples, "text/plain; charset=utf-8");
  }
  const parts =
    bytes !== undefined && bytes > partBytes
      ? await backend.bucket.parts.begin(key, mediaTypes[given.kind])
      : undefined;
  const dataset: StoredDataset = {
    ...rest,
    tenant,
    id,
    status: "pending",
    createdAt: new Date(now).toISOString(),
    ...(bytes !== undefined && { bytes, announcedBytes: bytes }),
    ...(samples !== undefined && { hasSamples: true }),
    ...(parts !== undefined && { uploadId: parts.uploadId }),
    attempts: 0,
    due: now + uploadPatience,
    version: 1,
  };
  return (await insertDataset(backend, dataset)) ? dataset : undefined;
}

async function withUpload(backend: Backend, dataset: StoredDataset): Promise<CreatedDataset> {
  const upload = dataset.status === "pending" ? await uploadOf(backend, dataset) : undefined;
  return { ...presentDataset(dataset), ...(upload !== undefined && { upload }) };
}

async function uploadOf({ bucket }: Backend, dataset: StoredDataset): Promise<Upload> {
  const { tenant, id, kind, announcedBytes: bytes, uploadId } = dataset;
  const key = uploadKey(tenant, id);
  if (uploadId === undefined || bytes === undefined) {
    return { how: "whole", ...(await bucket.uploadUrl(key, mediaTypes[kind], bytes)) };
  }
  const urls = await bucket.parts.urls({ key, uploadId }, Math.ceil(bytes / partBytes));
  return {
    how: "parts",
    method: "PUT",
    partBytes,
    parts: urls.map((url, i) => ({ number: i + 1, url })),
    complete: `/v1/datasets/${id}/upload/complete`,
  };
}
