import * as z from "zod";
import { type Backend, tenantKey } from "../backend.ts";
import { fromCursor, type Page, toCursor } from "../page.ts";
import { Problem } from "../problem.ts";
import { type Item, type Key, liveKeys } from "../table.ts";
import { changeVersioned } from "../versioned.ts";
import { profileSchema } from "./profile.ts";
import { type Dataset, type DatasetKind, datasetSchema } from "./record.ts";

/** Texts that an earlier version checked have lines and characters alone in their summary. */
const earlierSummary = z.object({ kind: z.literal("text"), lines: z.int(), characters: z.int() }).strict();

const summary = z.preprocess((given) => {
  const earlier = earlierSummary.safeParse(given);
  if (!earlier.success) return given;
  const format = { compression: "none", layout: "text", bytes: 0, bom: false, newlines: "mixed" };
  return { ...earlier.data, format, languages: [] };
}, profileSchema.optional());

const storedDataset = datasetSchema.omit({ links: true }).extend({
  summary,
  tenant: z.string(),
  /** Size that was announced before the content came. */
  announcedBytes: z.int().optional(),
  /** S3's name for the upload, of a content that comes in parts. */
  uploadId: z.string().optional(),
  /** A sample sheet lies beside the content. */
  hasSamples: z.boolean().optional(),
  /** Checks that were begun. */
  attempts: z.int().default(0),
  /** Epoch ms at which `tidy` gives a pending data set up. */
  due: z.int().optional(),
  version: z.int(),
});
export type StoredDataset = z.infer<typeof storedDataset>;

export const datasetKey = (tenant: string, id: string): Key => ({
  PK: tenantKey(tenant),
  SK: `DATASET#${id}`,
});
const datasetPrefix = (tenant: string, id: string) => `${tenant}/datasets/${id}/`;
/** Where the content arrives. */
export const uploadKey = (tenant: string, id: string) => `${datasetPrefix(tenant, id)}upload`;
export const samplesKey = (tenant: string, id: string) => `${datasetPrefix(tenant, id)}samples`;

/**
 * Where the content lies once it is checked, and nobody else can write: a link that writes the whole object
 * stays good after the upload, so the content is copied away; those for parts end with the upload.
 */
export const contentKey = ({ tenant, id, uploadId }: StoredDataset, sha256: string) =>
  uploadId === undefined ? `${datasetPrefix(tenant, id)}content-${sha256}` : uploadKey(tenant, id);

export const mediaTypes: Readonly<Record<DatasetKind, string>> = {
  text: "text/plain; charset=utf-8",
  instructions: "application/jsonl",
  preferences: "application/jsonl",
  judgements: "application/jsonl",
  matrix: "text/plain; charset=utf-8",
  scene: "application/zip",
};

export async function readDataset(
  { table }: Backend,
  tenant: string,
  id: string,
): Promise<StoredDataset | undefined> {
  const item = await table.get(datasetKey(tenant, id));
  return item && storedDataset.parse(item);
}

/** The data set. Throws a 404 when there is none. */
export async function needDataset(backend: Backend, tenant: string, id: string): Promise<StoredDataset> {
  const dataset = await readDataset(backend, tenant, id);
  if (dataset === undefined) throw new Problem("not-found", `there is no data set ${id}`);
  return dataset;
}

/** Writes a new data set; false when there is one of its id. */
export const insertDataset = ({ table }: Backend, dataset: StoredDataset): Promise<boolean> =>
  table.put(toItem(dataset), "absent");

/**
 * Changes a data set that is pending: tries again when another change came first. Answers it as it then is,
 * or undefined when it was no longer pending, or gone.
 */
export function changePending(
  backend: Backend,
  tenant: string,
  id: string,
  change: (dataset: StoredDataset) => StoredDataset | undefined,
): Promise<StoredDataset | undefined> {
  return changeVersioned(
    backend.table,
    () => readDataset(backend, tenant, id),
    (dataset) => (dataset.status === "pending" ? change(dataset) : undefined),
    toItem,
  );
}

/** A tenant's data sets, newest first, without previews and errors. */
export async function listDatasets(
  { table }: Backend,
  tenant: string,
  limit: number,
  cursor?: string,
): Promise<Page<Dataset>> {
  const after = cursor === undefined ? {} : { after: `DATASET#${fromCursor("datasets", tenant, cursor)}` };
  const range = {
    PK: tenantKey(tenant),
    from: "DATASET#",
    to: "DATASET#~",
    descending: true,
    limit,
    ...after,
  };
  const { items, last } = await table.query(range);
  return {
    items: items.map((item) => {
      const { preview: _, errors: __, ...dataset } = presentDataset(storedDataset.parse(item));
      return dataset;
    }),
    ...(last !== undefined && { next: toCursor("datasets", tenant, last.slice(8)) }),
  };
}

/** Deletes a data set with its content. Throws a 404 when there is none. */
export async function deleteDataset(backend: Backend, tenant: string, id: string): Promise<void> {
  const { uploadId } = await needDataset(backend, tenant, id);
  await backend.table.delete([datasetKey(tenant, id)]);
  if (uploadId !== undefined) await backend.bucket.parts.abort({ key: uploadKey(tenant, id), uploadId });
  await backend.bucket.deleteAll(datasetPrefix(tenant, id));
}

/** The data set as the API shows it. */
export function presentDataset(stored: StoredDataset): Dataset {
  const {
    tenant: _tenant,
    announcedBytes: _announced,
    uploadId: _upload,
    hasSamples: _samples,
    attempts: _attempts,
    due: _due,
    version: _version,
    ...dataset
  } = stored;
  return { ...dataset, links: { self: `/v1/datasets/${dataset.id}` } };
}

function toItem(dataset: StoredDataset): Item {
  const key = datasetKey(dataset.tenant, dataset.id);
  const live = dataset.status === "pending" && dataset.due !== undefined ? liveKeys(dataset.due, key) : {};
  return { ...key, ...dataset, ...live };
}
