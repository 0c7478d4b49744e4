import { createHash, randomUUID } from "node:crypto";
import * as z from "zod";
import type { Method } from "../../methods/contract.ts";
import { type Backend, tenantKey } from "../backend.ts";
import { checkDatasets } from "../datasets/usable.ts";
import { checkModels } from "../models/store.ts";
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

/**
 * Creates a run and puts it on the queue. Throws a 422 for a bad input, an unusable data set, or a key that
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
  const earlier = await readClaim(backend, request.tenant, key);
  if (earlier === undefined) await checkNeeds(backend, request, input);
  const claim = earlier ?? (await claimKey(backend, request, key));
  return redeem(backend, request, input, claim);
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

/** Which run a key stands for, written before the run is: whoever finds it helps to make that very run. */
const claimSchema = z.object({
  requestHash: z.string(),
  run: z.string(),
  claimedAt: z.int(),
  /** Set once the run has been seen in the table. */
  created: z.boolean(),
});
type Claim = z.infer<typeof claimSchema>;

const claimLifeSeconds = 7 * 24 * 3600;

const claimKeys = (tenant: string, key: string) => ({ PK: tenantKey(tenant), SK: `IDEMPOTENCY#${key}` });

async function readClaim({ table }: Backend, tenant: string, key: string): Promise<Claim | undefined> {
  const item = await table.get(claimKeys(tenant, key));
  return item && claimSchema.parse(item);
}

async function claimKey(backend: Backend, request: NewRun, key: string): Promise<Claim> {
  const now = backend.now();
  const claim = { requestHash: hashOf(request), run: backend.newId(), claimedAt: now, created: false };
  const item = { ...claimKeys(request.tenant, key), ...claim, expiresAt: expiry(now) };
  if (await backend.table.put(item, "absent")) return claim;
  const other = await readClaim(backend, request.tenant, key);
  if (other === undefined) throw new Error("an idempotency key expired while it was used");
  return other;
}

const expiry = (now: number) => Math.floor(now / 1000) + claimLifeSeconds;

/**
 * Makes the run that a key stands for, or finds it. Nobody waits for anybody: every caller tries to write
 * the same run, and one succeeds. A deleted run leaves a tombstone, so a late caller does not revive it.
 */
async function redeem(backend: Backend, request: NewRun, input: unknown, claim: Claim): Promise<CreatedRun> {
  const key = request.idempotencyKey ?? "";
  if (claim.requestHash !== hashOf(request)) {
    const message = "was used before with another method, preset, seed or input";
    throw new Problem("invalid-input", `the Idempotency-Key ${message}`, [
      { path: "/Idempotency-Key", message },
    ]);
  }
  const inserted = claim.created
    ? undefined
    : await insert(backend, request, input, claim.run, claim.claimedAt);
  if (!claim.created) {
    const item = {
      ...claimKeys(request.tenant, key),
      ...claim,
      created: true,
      expiresAt: expiry(claim.claimedAt),
    };
    await backend.table.put(item, { attribute: "run", is: claim.run });
  }
  if (inserted !== undefined) return { run: inserted, replayed: false };
  const run = await readRun(backend, request.tenant, claim.run);
  if (run === undefined)
    throw new Problem("gone", `the run ${claim.run} of this Idempotency-Key was deleted`);
  return { run, replayed: true };
}

function hashOf({ method, preset, seed, given }: NewRun): string {
  const canonical = JSON.stringify([method.id, preset ?? null, seed, given], (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(canonical).digest("hex");
}
