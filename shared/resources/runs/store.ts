import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "../backend.ts";
import { Problem } from "../problem.ts";
import type { Decision, Refusal } from "./machine.ts";
import { fromItem, runKey, type StoredRun, toItem } from "./stored.ts";

/** What came of a change: the run as it now stands, or why it was left as it is. */
export type Changed = { readonly run: StoredRun } | { readonly refused: Refusal | "absent" };

/** The run, or undefined when there is none (any more). */
export async function readRun(
  { table }: Backend,
  tenant: string,
  id: string,
): Promise<StoredRun | undefined> {
  const item = await table.get(runKey(tenant, id));
  return item && fromItem(item);
}

/** The run. Throws a 404 when there is none. */
export async function needRun(backend: Backend, tenant: string, id: string): Promise<StoredRun> {
  const run = await readRun(backend, tenant, id);
  if (run === undefined) throw new Problem("not-found", `there is no run ${id}`);
  return run;
}

/** Writes a new run; false when another of this id is, or ever was, there. */
export async function insertRun(backend: Backend, run: StoredRun): Promise<boolean> {
  if (await backend.table.put(toItem(run), "absent")) return true;
  return (await readRun(backend, run.tenant, run.id))?.nonce === run.nonce;
}

/**
 * Changes a run by a pure decision: reads it (or takes `known` for it), decides, writes on the condition
 * that it has not changed, and begins again if it has. Another's write in between is thus never lost, and a
 * write of ours whose answer got lost is known again by its nonce.
 */
export async function changeRun(
  backend: Backend,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  decide: (run: StoredRun) => Decision,
  known?: StoredRun,
): Promise<Changed> {
  const nonce = randomUUID();
  let run = known ?? (await readRun(backend, tenant, id));
  for (let attempt = 1; ; attempt++) {
    if (run === undefined) return { refused: "absent" };
    if (run.nonce === nonce) return { run };
    const decision = decide(run);
    if ("refused" in decision || decision.run === run) return decision;
    const next = { ...decision.run, version: run.version + 1, nonce };
    if (await backend.table.put(toItem(next), { attribute: "version", is: run.version }))
      return { run: next };
    if (attempt === 50) throw new Error(`run ${id} changes faster than it can be written`);
    if (attempt > 1) await sleep(Math.random() * 10 * attempt);
    run = await readRun(backend, tenant, id);
  }
}
