import { createHash } from "node:crypto";
import * as z from "zod";
import type { ModelFiles } from "../../methods/contract.ts";
import { type Backend, tenantKey } from "../backend.ts";
import { didYouMean } from "../nearest.ts";
import { fromCursor, type Page, toCursor } from "../page.ts";
import { type FieldError, Problem } from "../problem.ts";
import type { Item, Key } from "../table.ts";
import { cardFile, modelCard } from "./card.ts";
import { type Model, type ModelDetail, modelFileName, modelSummarySchema } from "./record.ts";
import { summarize } from "./summarize.ts";

const storedModel = z.object({
  tenant: z.string(),
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  run: z.string(),
  method: z.string(),
  seed: z.int().optional(),
  summary: modelSummarySchema,
  files: z.array(z.object({ name: modelFileName, bytes: z.int() })),
  /** Which write of it this is; an earlier one never replaces it. Its objects lie under this number. */
  revision: z.int(),
});
export type StoredModel = z.infer<typeof storedModel>;

const modelKey = (tenant: string, id: string): Key => ({ PK: tenantKey(tenant), SK: `MODEL#${id}` });
const modelPrefix = (tenant: string, id: string) => `${tenant}/models/${id}/`;
export const modelFileKey = (
  { tenant, id, revision }: Pick<StoredModel, "tenant" | "id" | "revision">,
  name: string,
) => `${modelPrefix(tenant, id)}${revision}/${name}`;

/** The id of what a run saves under a name: always the same. Ids sort by their run's, and so by time. */
export const modelId = (run: string, name: string): string =>
  `${run}-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;

const maxNameLength = 200;

/** Stores the files of a model with its card, and answers the record that is still to be registered. */
export async function storeModelFiles(
  { bucket, now }: Backend,
  origin: { readonly tenant: string; readonly id: string; readonly method: string; readonly seed: number },
  name: string,
  given: ModelFiles,
  revision: number,
): Promise<StoredModel> {
  if (name === "" || name.length > maxNameLength) {
    throw new RangeError(`a model's name has 1 to ${maxNameLength} characters`);
  }
  if (given.size === 0) throw new RangeError(`model ${name} has no files`);
  for (const file of given.keys()) modelFileName.parse(file);
  const facts = { name, method: origin.method, run: origin.id, seed: origin.seed, summary: summarize(given) };
  const files = new Map([...given, [cardFile, new TextEncoder().encode(modelCard(facts))]]);
  const model: StoredModel = {
    tenant: origin.tenant,
    id: modelId(origin.id, name),
    createdAt: new Date(now()).toISOString(),
    ...facts,
    files: [...files].map(([file, bytes]) => ({ name: file, bytes: bytes.length })),
    revision,
  };
  for (const [file, bytes] of files) await bucket.put(modelFileKey(model, file), bytes, mediaType(file));
  return model;
}

/** Makes a stored model visible, unless a later write of it already is. */
export const registerModel = ({ table }: Backend, model: StoredModel): Promise<boolean> =>
  table.put(
    { ...modelKey(model.tenant, model.id), ...model },
    { attribute: "revision", below: model.revision },
  );

/** Removes the files of one write of a model. */
export const dropModelFiles = ({ bucket }: Backend, model: StoredModel): Promise<void> =>
  bucket.delete(model.files.map(({ name }) => modelFileKey(model, name)));

export async function readModel(
  { table }: Backend,
  tenant: string,
  id: string,
): Promise<StoredModel | undefined> {
  const item = await table.get(modelKey(tenant, id));
  return item && storedModel.parse(item);
}

/** The model. Throws a 404 when there is none. */
export async function needModel(backend: Backend, tenant: string, id: string): Promise<StoredModel> {
  const model = await readModel(backend, tenant, id);
  if (model === undefined) throw new Problem("not-found", `there is no model ${id}`);
  return model;
}

/** What keeps these models from being used: each that is unknown. */
export async function checkModels(
  backend: Backend,
  tenant: string,
  wanted: readonly { readonly path: string; readonly id: string }[],
): Promise<FieldError[]> {
  const errors = await Promise.all(
    wanted.map(async ({ path, id }) => {
      const model = await readModel(backend, tenant, id);
      return model === undefined ? [{ path, message: `there is no model ${id}` }] : [];
    }),
  );
  return errors.flat();
}

/** The content of every file of a model. Throws a 404 when there is no such model. */
export async function loadModelFiles(backend: Backend, tenant: string, id: string): Promise<ModelFiles> {
  const model = await needModel(backend, tenant, id);
  const files = new Map<string, Uint8Array>();
  for (const { name } of model.files) files.set(name, await backend.bucket.bytes(modelFileKey(model, name)));
  return files;
}

export interface ModelFilter {
  readonly run?: string | undefined;
  readonly method?: string | undefined;
}

/**
 * A tenant's models, those of the newest run first. Those of one run lie together; with a method, a page may
 * be short, or empty, and yet have a next one.
 */
export async function listModels(
  { table }: Backend,
  tenant: string,
  { run, method }: ModelFilter,
  limit: number,
  cursor?: string,
): Promise<Page<Model>> {
  const prefix = run === undefined ? "MODEL#" : `MODEL#${run}-`;
  const { items, last } = await table.query({
    PK: tenantKey(tenant),
    from: prefix,
    to: `${prefix}~`,
    descending: true,
    limit,
    where: { ...(run !== undefined && { run }), ...(method !== undefined && { method }) },
    ...(cursor !== undefined && { after: `MODEL#${fromCursor(listOf(run), tenant, cursor)}` }),
  });
  const models = items.map((item: Item) => presentModel(storedModel.parse(item)));
  return { items: models, ...(last !== undefined && { next: toCursor(listOf(run), tenant, last.slice(6)) }) };
}

/** A cursor of one run's models lies outside of another's. */
const listOf = (run: string | undefined) => (run === undefined ? "models" : `models of ${run}`);

/** Deletes a model with its files. Throws a 404 when there is none. */
export async function deleteModel(backend: Backend, tenant: string, id: string): Promise<void> {
  await needModel(backend, tenant, id);
  await backend.table.delete([modelKey(tenant, id)]);
  await backend.bucket.deleteAll(modelPrefix(tenant, id));
}

/** The model as lists show it. */
export function presentModel({ tenant: _, revision: __, ...model }: StoredModel): Model {
  const self = `/v1/models/${model.id}`;
  const files = model.files.map((file) => ({ ...file, href: `${self}/files/${file.name}` }));
  return { ...model, files, links: { self, run: `/v1/runs/${model.run}` } };
}

/** The model as the API shows it alone. */
export const presentModelDetail = (model: StoredModel): ModelDetail => ({
  ...presentModel(model),
  card: modelCard(model),
});

/** Where a file of a model can be read. Throws a 404 when there is none of this name. */
export async function modelFileUrl(backend: Backend, model: StoredModel, name: string): Promise<string> {
  const names = model.files.map((file) => file.name);
  if (!names.includes(name)) {
    throw new Problem("not-found", `model ${model.id} has no file ${name}${didYouMean(name, names)}`);
  }
  return backend.bucket.downloadUrl(modelFileKey(model, name), name, mediaType(name));
}

const mediaType = (file: string) =>
  Object.entries(mediaTypes).find(([ending]) => file.endsWith(ending))?.[1] ?? "application/octet-stream";

const mediaTypes = {
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
};
