import type { Backend } from "../backend.ts";
import { Problem } from "../problem.ts";
import { queryAll } from "../table.ts";
import { isTerminal } from "./record.ts";
import { fromItem, isTombstone, logKey, runKey, runPrefix, tombstone } from "./stored.ts";

/**
 * Deletes a finished run for good: first it can no longer be seen, then its logs and objects go; the models
 * that it saved stay. Deleting again is harmless, and finishes what a crash left. Throws a 404 for an unknown
 * run, and a 409 for one that is not finished: cancel it first.
 */
export async function deleteRun(backend: Backend, tenant: string, id: string): Promise<void> {
  const key = runKey(tenant, id);
  for (;;) {
    const item = await backend.table.get(key);
    if (item === undefined) throw new Problem("not-found", `there is no run ${id}`);
    if (isTombstone(item)) break;
    const run = fromItem(item);
    if (run !== undefined && !isTerminal(run.status)) {
      throw new Problem("conflict", `run ${id} is not finished: cancel it first`);
    }
    const version = Number(item.version);
    const grave = tombstone(key, version + 1, backend.now());
    if (await backend.table.put(grave, { attribute: "version", is: version })) break;
  }
  await purgeRun(backend, tenant, id);
}

/** Removes the logs and objects of a run that can no longer be seen. */
export async function purgeRun({ table, bucket }: Backend, tenant: string, id: string): Promise<void> {
  await bucket.deleteAll(runPrefix(tenant, id));
  const logs = { PK: logKey(tenant, id), from: " ", to: "~", select: [] };
  for await (const { PK, SK } of queryAll(table, logs)) await table.delete([{ PK, SK }]);
}
