import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Method } from "./contract.ts";

/** The file of a method's folder whose default export is the method. */
export const methodFile = "method.ts";

/** Ids of the methods in `folder`: the names of those of its folders that hold a `method.ts`, sorted. */
export const methodIds = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, methodFile)))
    .sort();

/** The method that a folder of this name exports. Throws when it exports none, or one of another id. */
export function methodOf(id: string, module: { readonly default?: Method }): Method {
  const place = `shared/methods/${id}/${methodFile}`;
  const method = module.default;
  if (method === undefined)
    throw new Error(`${place} has no default export; export default defineMethod(...)`);
  if (method.id !== id) throw new Error(`${place}: its id is "${method.id}", and its folder's name "${id}"`);
  return method;
}
