import * as z from "zod";
import { type Backend, tenantKey } from "../backend.ts";
import { Problem } from "../problem.ts";
import { type Item, type Key, liveKeys } from "../table.ts";
import { contentErrorSchema } from "../uploads/record.ts";
import { changeVersioned } from "../versioned.ts";
import { modelFileName, modelStatus, modelSummarySchema } from "./record.ts";

const storedFile = z.object({
  name: modelFileName,
  bytes: z.int(),
  /** S3's name for the upload, of a file that comes in parts. */
  uploadId: z.string().optional(),
});
export type StoredFile = z.infer<typeof storedFile>;

const storedModel = z.object({
  tenant: z.string(),
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** What an earlier version stored was a run's, and ready. */
  source: z.enum(["run", "upload"]).default("run"),
  status: modelStatus.default("ready"),
  run: z.string().optional(),
  method: z.string().optional(),
  seed: z.int().optional(),
  checkedAt: z.iso.datetime().optional(),
  summary: modelSummarySchema,
  errors: z.array(contentErrorSchema).optional(),
  files: z.array(storedFile),
  /**
   * Which write of it this is; its objects lie under this number. Of a run's model an earlier one never replaces it;
   * of an uploaded one it is the check that found it sound.
   */
  revision: z.int(),
  /** Checks that were begun. */
  attempts: z.int().default(0),
  /** Epoch ms at which `tidy` gives a model up that is not checked yet. */
  due: z.int().optional(),
  version: z.int().default(1),
});
export type StoredModel = z.infer<typeof storedModel>;

export const modelKey = (tenant: string, id: string): Key => ({
  PK: tenantKey(tenant),
  SK: `MODEL#${id}`,
});

type Place = Pick<StoredModel, "tenant" | "id">;

export const modelPrefix = ({ tenant, id }: Place) => `${tenant}/models/${id}/`;

/** Where a file of a model arrives. */
export const modelUploadKey = (model: Place, name: string) => `${modelPrefix(model)}upload/${name}`;

/** Where files lie that only a worker, or the check, could write. */
export const revisionKey = (model: Place, revision: number, name: string) =>
  `${modelPrefix(model)}${revision}/${name}`;

/**
 * Where a file of a model is read. A link that writes a whole object stays good after the upload, so what came by one
 * is copied away when it is checked; links for parts end with the upload, and what came in parts stays where it is.
 */
export const modelFileKey = (model: Place & Pick<StoredModel, "revision">, { name, uploadId }: StoredFile) =>
  uploadId === undefined ? revisionKey(model, model.revision, name) : modelUploadKey(model, name);

/** Whether a model still waits for its files, or for the end of its check. */
export const isOpen = ({ status }: Pick<StoredModel, "status">): boolean =>
  status === "uploading" || status === "checking";

export const fromItem = (item: Item): StoredModel => storedModel.parse(item);

export function toItem(model: StoredModel): Item {
  const key = modelKey(model.tenant, model.id);
  const live = isOpen(model) && model.due !== undefined ? liveKeys(model.due, key) : {};
  return { ...key, ...model, ...live };
}

export async function readModel(
  { table }: Backend,
  tenant: string,
  id: string,
): Promise<StoredModel | undefined> {
  const item = await table.get(modelKey(tenant, id));
  return item && fromItem(item);
}

/** The model. Throws a 404 when there is none. */
export async function needModel(backend: Backend, tenant: string, id: string): Promise<StoredModel> {
  const model = await readModel(backend, tenant, id);
  if (model === undefined) throw new Problem("not-found", `there is no model ${id}`);
  return model;
}

/** Changes a model that is open. Answers it as it then is, or undefined when it was not open, or gone. */
export function changeOpen(
  backend: Backend,
  tenant: string,
  id: string,
  change: (model: StoredModel) => StoredModel | undefined,
): Promise<StoredModel | undefined> {
  return changeVersioned(
    backend.table,
    () => readModel(backend, tenant, id),
    (model) => (isOpen(model) ? change(model) : undefined),
    toItem,
  );
}
