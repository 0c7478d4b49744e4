import { createHash, type Hash } from "node:crypto";
import type { Backend } from "../backend.ts";
import { NoSuchObject } from "../bucket.ts";
import { type Checked, checkText } from "./check-text.ts";
import { type ContentError, maxDatasetBytes } from "./record.ts";
import {
  contentKey,
  mediaTypes,
  readDataset,
  replaceDataset,
  type StoredDataset,
  uploadKey,
} from "./store.ts";

const checks = { text: checkText } as const;

/** Tenant and data set of an uploaded object's key; undefined for the key of anything else. */
export function fromUploadKey(key: string): { tenant: string; id: string } | undefined {
  const [, tenant, id] = /^([^/]+)\/datasets\/([^/]+)\/upload$/.exec(key) ?? [];
  return tenant === undefined || id === undefined ? undefined : { tenant, id };
}

/**
 * Checks the content that arrived for a data set, and makes the data set ready or invalid. A good content is
 * copied to where no upload can change it, on the condition that it is still what was checked. Done twice,
 * or after the data set was deleted, it only removes what lies around. Throws when the content is replaced
 * while it is read: the event of the later upload then has its turn.
 */
export async function ingestDataset(backend: Backend, tenant: string, id: string): Promise<void> {
  const upload = uploadKey(tenant, id);
  const dataset = await readDataset(backend, tenant, id);
  if (dataset?.status !== "pending") return backend.bucket.delete([upload]);
  const bytes = await backend.bucket.size(upload).catch(ifMissing(undefined));
  // An event that came late: another one has dealt with the object.
  if (bytes === undefined) return;
  const hash = createHash("sha256");
  const { checked, etag } = await check(backend, dataset, bytes, hash);
  const sha256 = hash.digest("hex");
  const content = contentKey(tenant, id, sha256);
  if ("summary" in checked) {
    await backend.bucket.copy({ key: upload, etag }, content, mediaTypes[dataset.kind]);
  }
  const seen = { ...dataset, checkedAt: new Date(backend.now()).toISOString(), bytes };
  const written = await replaceDataset(
    backend,
    "summary" in checked
      ? { ...seen, status: "ready", summary: checked.summary, sha256 }
      : { ...seen, status: "invalid", errors: [checked.error] },
  );
  if (!written && (await readDataset(backend, tenant, id))?.sha256 !== sha256) {
    await backend.bucket.delete([content]);
  }
  await backend.bucket.delete([upload]);
}

async function check(backend: Backend, dataset: StoredDataset, bytes: number, hash: Hash) {
  const refused = wrongSize(dataset, bytes);
  if (refused !== undefined) return { checked: refused, etag: "" };
  const object = await backend.bucket.stream(uploadKey(dataset.tenant, dataset.id));
  const checked: Checked = await checks[dataset.kind](hashing(object.body, hash));
  if (object.bytes !== bytes) throw new Error(`data set ${dataset.id} was uploaded again while it was read`);
  return { checked, etag: object.etag };
}

const ifMissing =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof NoSuchObject) return otherwise;
    throw error;
  };

function wrongSize(
  { announcedBytes }: StoredDataset,
  bytes: number,
): { readonly error: ContentError } | undefined {
  if (bytes > maxDatasetBytes) {
    return { error: { message: `${bytes} bytes are more than the ${maxDatasetBytes} that are allowed` } };
  }
  if (announcedBytes === undefined || announcedBytes === bytes) return undefined;
  return { error: { message: `${bytes} bytes arrived where ${announcedBytes} were announced` } };
}

async function* hashing(body: AsyncIterable<Uint8Array>, hash: Hash) {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}
