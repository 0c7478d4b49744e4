import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Method } from "./contract.ts";
import { methodFile, methodIds, methodOf } from "./folders.ts";

/**
 * The methods that have a folder here, in the order of their ids. Run from source, the folders are read; in
 * a bundle, which has none, this module is written anew with an import of each (infra/bundle/methods.ts).
 */
const installed: readonly Method[] = await Promise.all(
  methodIds(import.meta.dirname).map(async (id) =>
    methodOf(id, await import(pathToFileURL(join(import.meta.dirname, id, methodFile)).href)),
  ),
);
export default installed;
