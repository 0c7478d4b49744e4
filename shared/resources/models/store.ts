import { type Backend, tenantKey } from "../backend.ts";
import { fromCursor, type Page, toCursor } from "../page.ts";
import { dropUploads } from "./leftovers.ts";
import { presentModel } from "./present.ts";
import type { Model } from "./record.ts";
import { fromItem, modelKey, needModel } from "./stored.ts";

export interface ModelFilter {
  readonly run?: string | undefined;
  readonly method?: string | undefined;
}

/**
 * A tenant's models, the newest first, those of one run together, without their errors; with a method, a page may be
 * short, or empty, and yet have a next one.
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
  return {
    items: items.map((item) => {
      const { errors: _, ...model } = presentModel(fromItem(item));
      return model;
    }),
    ...(last !== undefined && { next: toCursor(listOf(run), tenant, last.slice(6)) }),
  };
}

/** A cursor of one run's models lies outside of another's. */
const listOf = (run: string | undefined) => (run === undefined ? "models" : `models of ${run}`);

/** Deletes a model with its files, and gives uploads up that are open. Throws a 404 when there is none. */
export async function deleteModel(backend: Backend, tenant: string, id: string): Promise<void> {
  const model = await needModel(backend, tenant, id);
  await backend.table.delete([modelKey(tenant, id)]);
  await dropUploads(backend, model);
}
