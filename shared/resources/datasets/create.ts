import type { Backend } from "../backend.ts";
import { makeOnce } from "../claims.ts";
import { invalid } from "../parse-input.ts";
import { uploadPatience } from "../uploads/patience.ts";
import { beginParts, type Transfer, uploadOf } from "../uploads/transfer.ts";
import { sheetErrors } from "./matrix/sheet.ts";
import type { CreatedDataset, NewDataset } from "./record.ts";
import {
  insertDataset,
  mediaTypes,
  presentDataset,
  readDataset,
  type StoredDataset,
  samplesKey,
  uploadKey,
} from "./store.ts";

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
  const { made, replayed } = await makeOnce(
    backend,
    {
      kind: "DATASET",
      tenant,
      called: "data set",
      request: given,
      make: (id, now) => make(backend, tenant, given, id, now),
      read: (id) => readDataset(backend, tenant, id),
    },
    idempotencyKey,
  );
  return { dataset: await withUpload(backend, made), replayed };
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

/**
 * Writes a data set; undefined when there is one of this id. An upload in parts that was begun for nothing has no
 * parts, and the bucket forgets it after a day.
 */
async function make(backend: Backend, tenant: string, given: NewDataset, id: string, now: number) {
  const { bytes, samples, ...rest } = given;
  if (samples !== undefined) {
    await backend.bucket.put(samplesKey(tenant, id), samples, "text/plain; charset=utf-8");
  }
  const uploadId = await beginParts(
    backend,
    transferOf({ tenant, id, kind: given.kind, announcedBytes: bytes }),
  );
  const dataset: StoredDataset = {
    ...rest,
    tenant,
    id,
    status: "pending",
    createdAt: new Date(now).toISOString(),
    ...(bytes !== undefined && { bytes, announcedBytes: bytes }),
    ...(samples !== undefined && { hasSamples: true }),
    ...(uploadId !== undefined && { uploadId }),
    attempts: 0,
    due: now + uploadPatience,
    version: 1,
  };
  return (await insertDataset(backend, dataset)) ? dataset : undefined;
}

async function withUpload(backend: Backend, dataset: StoredDataset): Promise<CreatedDataset> {
  const complete = `/v1/datasets/${dataset.id}/upload/complete`;
  const upload =
    dataset.status === "pending" ? await uploadOf(backend, transferOf(dataset), complete) : undefined;
  return { ...presentDataset(dataset), ...(upload !== undefined && { upload }) };
}

type Place = Pick<StoredDataset, "tenant" | "id" | "kind" | "announcedBytes" | "uploadId">;

const transferOf = ({ tenant, id, kind, announcedBytes, uploadId }: Place): Transfer => ({
  key: uploadKey(tenant, id),
  type: mediaTypes[kind],
  bytes: announcedBytes,
  uploadId,
});
