import * as z from "zod";
import type { DatasetContent, NeededDataset } from "../../methods/contract.ts";
import { type Backend, tenantKey } from "../backend.ts";
import { fromCursor, type Page, toCursor } from "../page.ts";
import { type FieldError, Problem } from "../problem.ts";
import type { Item, Key } from "../table.ts";
import { type CreatedDataset, type Dataset, datasetSchema, type NewDataset } from "./record.ts";

const storedDataset = datasetSchema.omit({ links: true }).extend({
  tenant: z.string(),
  /** Size that was announced before the content came. */
  announcedBytes: z.int().optional(),
  version: z.int(),
});
export type StoredDataset = z.infer<typeof storedDataset>;

const datasetKey = (tenant: string, id: string): Key => ({ PK: tenantKey(tenant), SK: `DATASET#${id}` });
const datasetPrefix = (tenant: string, id: string) => `${tenant}/datasets/${id}/`;
/** Where the content arrives, and where it lies once it is checked: nobody else can write there. */
export const uploadKey = (tenant: string, id: string) => `${datasetPrefix(tenant, id)}upload`;
export const contentKey = (tenant: string, id: string, sha256: string) =>
  `${datasetPrefix(tenant, id)}content-${sha256}`;

export const mediaTypes = { text: "text/plain; charset=utf-8" } as const;

/** Registers a data set; the answer says where its content goes. */
export async function createDataset(
  backend: Backend,
  tenant: string,
  given: NewDataset,
): Promise<CreatedDataset> {
  const { bytes, ...rest } = given;
  const dataset: StoredDataset = {
    ...rest,
    tenant,
    id: backend.newId(),
    status: "pending",
    createdAt: new Date(backend.now()).toISOString(),
    ...(bytes !== undefined && { bytes, announcedBytes: bytes }),
    version: 1,
  };
  await backend.table.put(toItem(dataset), "absent");
  const upload = await backend.bucket.uploadUrl(
    uploadKey(tenant, dataset.id),
    mediaTypes[dataset.kind],
    bytes,
  );
  return { ...presentDataset(dataset), upload };
}

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

/** Writes a changed data set; false when it has changed, or gone, since it was read. */
export const replaceDataset = ({ table }: Backend, dataset: StoredDataset): Promise<boolean> =>
  table.put(toItem({ ...dataset, version: dataset.version + 1 }), {
    attribute: "version",
    is: dataset.version,
  });

/** A tenant's data sets, newest first. */
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
  const datasets = items.map((item) => presentDataset(storedDataset.parse(item)));
  return {
    items: datasets,
    ...(last !== undefined && { next: toCursor("datasets", tenant, last.slice(8)) }),
  };
}

/** Deletes a data set with its content. Throws a 404 when there is none. */
export async function deleteDataset(backend: Backend, tenant: string, id: string): Promise<void> {
  await needDataset(backend, tenant, id);
  await backend.table.delete([datasetKey(tenant, id)]);
  await backend.bucket.deleteAll(datasetPrefix(tenant, id));
}

/** The data set as the API shows it. */
export function presentDataset(stored: StoredDataset): Dataset {
  const { tenant: _, announcedBytes: __, version: ___, ...dataset } = stored;
  return { ...dataset, links: { self: `/v1/datasets/${dataset.id}` } };
}

/** The data set as a method reads it. Throws when it is unknown or not ready. */
export async function openDataset(backend: Backend, tenant: string, id: string): Promise<DatasetContent> {
  const dataset = await needDataset(backend, tenant, id);
  if (dataset.status !== "ready" || dataset.sha256 === undefined) {
    throw new Problem("conflict", `data set ${id} is ${dataset.status}, not ready`);
  }
  const key = contentKey(tenant, id, dataset.sha256);
  return {
    id,
    kind: dataset.kind,
    name: dataset.name,
    bytes: dataset.bytes ?? 0,
    text: async () => new TextDecoder().decode(await backend.bucket.bytes(key)),
    async *stream() {
      yield* (await backend.bucket.stream(key)).body;
    },
  };
}

/** What keeps these data sets from being used: each that is unknown, not ready, of another kind, or too small. */
export async function checkDatasets(
  backend: Backend,
  tenant: string,
  wanted: readonly NeededDataset[],
): Promise<FieldError[]> {
  const errors = await Promise.all(
    wanted.map(async ({ path, id, kinds, minBytes = 0 }) => {
      const dataset = await readDataset(backend, tenant, id);
      if (dataset === undefined) return [{ path, message: `there is no data set ${id}` }];
      if (dataset.status === "pending")
        return [{ path, message: `data set ${id} has not been uploaded yet` }];
      if (dataset.status === "invalid") {
        const why = dataset.errors?.[0]?.message ?? "its content is not valid";
        return [{ path, message: `data set ${id} was refused: ${why}` }];
      }
      if (!kinds.includes(dataset.kind))
        return [{ path, message: `data set ${id} is of kind ${dataset.kind}, not ${kinds.join(" or ")}` }];
      const bytes = dataset.bytes ?? 0;
      if (bytes >= minBytes) return [];
      return [
        { path, message: `data set ${id} has ${bytes} bytes, and this input needs at least ${minBytes}` },
      ];
    }),
  );
  return errors.flat();
}

const toItem = (dataset: StoredDataset): Item => ({ ...datasetKey(dataset.tenant, dataset.id), ...dataset });
