import { randomUUID } from "node:crypto";
import type { Method } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { type Claim, claimKey, isClaimed, settleClaim } from "../claims.ts";
import { checkDatasets } from "../datasets/usable.ts";
import { checkModels } from "../models/read.ts";
import { invalid } from "../parse-input.ts";
import { Problem } from "../problem.ts";
import { resolveInput } from "./input.ts";
import { storeInput } from "./json.ts";
import { insertRun, readRun } from "./store.ts";
import { messageFor, type StoredRun } from "./stored.ts";

export interface NewRun {
  readonly tenant: string;
  readonly method: Method;
  readonly preset?: string | undefined;
  readonly seed: number;
  /** The input as given, before preset and defaults. */
  readonly given: unknown;
  /** Calls with the same key and the same input make one run. */
  readonly idempotencyKey?: string | undefined;
}

/** `replayed`: the run was made by an earlier call with the same key. */
export interface CreatedRun {
  readonly run: StoredRun;
  readonly replayed: boolean;
}

/** What a key's claims are called in the table. */
const kind = "RUN";

/**
 * Creates a run and puts it on the queue. Throws a 422 for a bad input, an unusable data set or model, or a key that
 * was used with another input, and a 410 for a key whose run was deleted. The record comes first, then the
 * message: should this process die in between, `tidy` sends it.
 */
export async function createRun(backend: Backend, request: NewRun): Promise<CreatedRun> {
  const input = resolveInput(request.method, request.preset, request.given);
  const { idempotencyKey: key } = request;
  if (key === undefined) {
    await checkNeeds(backend, request, input);
    const run = await insert(backend, request, input, backend.newId(), backend.now());
    if (run === undefined) throw new Error("a new id was already taken");
    return { run, replayed: false };
  }
  const { tenant, method, preset = null, seed, given } = request;
  // A replay is answered though a data set has gone since.
  if (!(await isClaimed(backend, kind, tenant, key))) await checkNeeds(backend, request, input);
  const claim = await claimKey(backend, kind, tenant, key, [method.id, preset, seed, given]);
  return redeem(backend, request, input, key, claim);
}

async function checkNeeds(backend: Backend, { method, tenant }: NewRun, input: unknown) {
  const { datasets = [], models = [] } = method.needs?.(input) ?? {};
  const errors = await Promise.all([
    checkDatasets(backend, tenant, datasets),
    checkModels(backend, tenant, models),
  ]);
  if (errors.flat().length > 0) throw invalid(method.id, errors.flat());
}

/** Writes the run and sends its message; undefined when a run of this id is, or was, there. */
async function insert(
  backend: Backend,
  { tenant, method, preset, seed }: NewRun,
  input: unknown,
  id: string,
  now: number,
): Promise<StoredRun | undefined> {
  const createdAt = new Date(now).toISOString();
  const run: StoredRun = {
    tenant,
    id,
    method: method.id,
    status: "queued",
    createdAt,
    seed,
    ...(preset !== undefined && { preset }),
    input: await storeInput(backend, { tenant, id }, input),
    progress: { fraction: 0, message: "" },
    slices: 0,
    deaths: 0,
    strikes: 0,
    cancelRequested: false,
    version: 1,
    nonce: randomUUID(),
    fence: 0,
    due: Math.floor(backend.now() + 3 * backend.leaseMilliseconds),
    nudges: 0,
    eventsHead: 0,
    tail: [{ time: createdAt, type: "created", message: `${method.id}, seed ${seed}` }],
    metricsHead: 0,
    artifacts: {},
    models: {},
  };
  if (!(await insertRun(backend, run))) return undefined;
  await backend.queue.send(messageFor(run));
  return run;
}

/**
 * Makes the run that a key stands for, or finds it. Nobody waits for anybody: every caller tries to write
 * the same run, and one succeeds. A deleted run leaves a tombstone, so a late caller does not revive it.
 */
async function redeem(
  backend: Backend,
  request: NewRun,
  input: unknown,
  key: string,
  claim: Claim,
): Promise<CreatedRun> {
  if (!claim.created) {
    const inserted = await insert(backend, request, input, claim.id, claim.claimedAt);
    await settleClaim(backend, kind, request.tenant, key, claim);
    if (inserted !== undefined) return { run: inserted, replayed: false };
  }
  const run = await readRun(backend, request.tenant, claim.id);
  if (run === undefined) throw new Problem("gone", `the run ${claim.id} of this Idempotency-Key was deleted`);
  return { run, replayed: true };
}
