import { createHash, type Hash } from "node:crypto";
import type { Backend } from "../backend.ts";
import { checkPatience, couldNotCheck, maxAttempts } from "../uploads/patience.ts";
import type { ContentError } from "../uploads/record.ts";
import { sizeOf } from "../uploads/transfer.ts";
import { checkMatrix } from "./check-matrix.ts";
import { checkRows } from "./check-rows.ts";
import { checkScene } from "./check-scene.ts";
import { checkText } from "./check-text.ts";
import type { Checked } from "./checked.ts";
import { maxDatasetBytes } from "./record.ts";
import {
  changePending,
  contentKey,
  mediaTypes,
  readDataset,
  type StoredDataset,
  samplesKey,
  uploadKey,
} from "./store.ts";

/** Tenant and data set of an uploaded object's key; undefined for the key of anything else. */
export function fromUploadKey(key: string): { tenant: string; id: string } | undefined {
  const [, tenant, id] = /^([^/]+)\/datasets\/([^/]+)\/upload$/.exec(key) ?? [];
  return tenant === undefined || id === undefined ? undefined : { tenant, id };
}

/**
 * Checks the content that arrived for a data set, and makes the data set ready or invalid. A good content that
 * its uploader could still overwrite is copied away, on the condition that it is still what was checked. Done
 * twice, or after the data set was deleted, it only removes what lies around. What it throws is worth another
 * try, up to three in all; the last of them makes the data set invalid instead, with the reason.
 */
export async function ingestDataset(backend: Backend, tenant: string, id: string): Promise<void> {
  const bytes = await sizeOf(backend.bucket, uploadKey(tenant, id));
  const dataset = await changePending(backend, tenant, id, (pending) =>
    bytes === undefined
      ? undefined
      : { ...pending, attempts: pending.attempts + 1, due: backend.now() + checkPatience },
  );
  if (dataset === undefined || bytes === undefined) return removeLeftovers(backend, tenant, id);
  try {
    await checkAndSettle(backend, dataset, bytes);
  } catch (error) {
    if (dataset.attempts < maxAttempts) throw error;
    await settle(backend, dataset, { status: "invalid", errors: [{ message: couldNotCheck(error) }] });
  }
}

async function checkAndSettle(backend: Backend, dataset: StoredDataset, bytes: number): Promise<void> {
  const upload = uploadKey(dataset.tenant, dataset.id);
  const { checked, etag, sha256 } = await check(backend, dataset, bytes);
  if ("errors" in checked) {
    await settle(backend, dataset, { status: "invalid", bytes, errors: [...checked.errors] });
    return;
  }
  const content = contentKey(dataset, sha256);
  if (content !== upload) await backend.bucket.copy({ key: upload, etag }, content, mediaTypes[dataset.kind]);
  const { profile: summary, preview } = checked;
  await settle(backend, dataset, { status: "ready", bytes, summary, preview, sha256 });
  await removeUnused(backend, dataset, content);
}

type Outcome =
  | (Pick<StoredDataset, "status" | "errors"> & { readonly bytes?: number })
  | (Pick<StoredDataset, "status" | "summary" | "preview" | "sha256"> & { readonly bytes: number });

/** Writes what came of a check, if no other check came first, and removes the upload where nothing needs it. */
async function settle(backend: Backend, { tenant, id }: StoredDataset, outcome: Outcome): Promise<void> {
  const checkedAt = new Date(backend.now()).toISOString();
  await changePending(backend, tenant, id, ({ due: _, ...pending }) => ({
    ...pending,
    checkedAt,
    ...outcome,
  }));
  await removeLeftovers(backend, tenant, id);
}

/** Removes the upload of a data set that does not, or no longer, have its content there. */
async function removeLeftovers(backend: Backend, tenant: string, id: string): Promise<void> {
  const dataset = await readDataset(backend, tenant, id);
  if (dataset?.status === "pending") return;
  const upload = uploadKey(tenant, id);
  const used = dataset?.status === "ready" && contentKey(dataset, dataset.sha256 ?? "") === upload;
  if (!used) await backend.bucket.delete([upload]);
}

/** Removes a copy that another check, or a deletion, left without use. */
async function removeUnused(backend: Backend, { tenant, id }: StoredDataset, content: string) {
  const dataset = await readDataset(backend, tenant, id);
  const used = dataset?.sha256 !== undefined && contentKey(dataset, dataset.sha256) === content;
  if (!used) await backend.bucket.delete([content]);
}

/**
 * Looks the content over. Throws when it is replaced while it is read: the event of the later upload then has
 * its turn.
 */
async function check(backend: Backend, dataset: StoredDataset, bytes: number) {
  const refused = wrongSize(dataset, bytes);
  if (refused !== undefined) return { checked: { errors: [refused] }, etag: "", sha256: "" };
  const key = uploadKey(dataset.tenant, dataset.id);
  const object = await backend.bucket.stream(key);
  if (object.bytes !== bytes) throw new Error(`data set ${dataset.id} was uploaded again while it was read`);
  const hash = createHash("sha256");
  const checked = await checkContent(backend, dataset, hashing(object.body, hash), bytes);
  return { checked, etag: object.etag, sha256: hash.digest("hex") };
}

async function checkContent(
  backend: Backend,
  { kind, tenant, id, hasSamples }: StoredDataset,
  body: AsyncIterable<Uint8Array>,
  bytes: number,
): Promise<Checked> {
  switch (kind) {
    case "text":
      return checkText(body);
    case "matrix": {
      const sheet = hasSamples ? await backend.bucket.bytes(samplesKey(tenant, id)) : undefined;
      return checkMatrix(body, sheet && Buffer.from(sheet).toString("utf8"));
    }
    case "scene": {
      const key = uploadKey(tenant, id);
      // An archive is read from its end; the stream is for the hash.
      for await (const _ of body);
      return checkScene({
        bytes,
        read: async (start, end) => Buffer.from(await backend.bucket.range(key, start, end)),
      });
    }
    default:
      return checkRows(kind, body);
  }
}

function wrongSize({ announcedBytes }: StoredDataset, bytes: number): ContentError | undefined {
  if (bytes > maxDatasetBytes) {
    return { message: `${bytes} bytes are more than the ${maxDatasetBytes} that are allowed` };
  }
  if (announcedBytes === undefined || announcedBytes === bytes) return undefined;
  return { message: `${bytes} bytes arrived where ${announcedBytes} were announced` };
}

async function* hashing(body: AsyncIterable<Uint8Array>, hash: Hash) {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}
