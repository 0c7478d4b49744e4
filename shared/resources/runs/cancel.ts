import type { Backend } from "../backend.ts";
import { Problem } from "../problem.ts";
import { cancel } from "./machine.ts";
import { changeRun, needRun } from "./store.ts";
import type { StoredRun } from "./stored.ts";

/**
 * Asks a run to stop: one that nobody works on is canceled at once, any other as soon as its slice sees it.
 * Asking again changes nothing. Throws a 404 for an unknown run, a 409 for one that ended otherwise.
 */
export async function cancelRun(backend: Backend, tenant: string, id: string): Promise<StoredRun> {
  const changed = await changeRun(backend, { tenant, id }, (run) => cancel(run, backend.now()));
  if ("run" in changed) return changed.run;
  const { status } = await needRun(backend, tenant, id);
  throw new Problem("conflict", `run ${id} has ${status} already`);
}
