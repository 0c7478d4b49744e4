import { createHash } from "node:crypto";
import * as z from "zod";
import { type Backend, tenantKey } from "./backend.ts";
import { Problem } from "./problem.ts";

const claimSchema = z.object({
  requestHash: z.string(),
  /** Id of what the key stands for, chosen before it is made: whoever finds the claim helps to make it. */
  id: z.string(),
  claimedAt: z.int(),
  /** Set once what it stands for has been seen in the table. */
  created: z.boolean(),
});

/** What an Idempotency-Key stands for. */
export type Claim = z.infer<typeof claimSchema>;

const claimLifeSeconds = 7 * 24 * 3600;

/**
 * The claim of a key on one thing of a `kind`: an earlier call's, or a new one. Throws a 422 when the key was
 * used with another request.
 */
export async function claimKey(
  backend: Backend,
  kind: string,
  tenant: string,
  key: string,
  request: unknown,
): Promise<Claim> {
  const requestHash = hashOf(request);
  const keys = claimKeys(kind, tenant, key);
  const now = backend.now();
  const claim = { requestHash, id: backend.newId(), claimedAt: now, created: false };
  const expiresAt = Math.floor(now / 1000) + claimLifeSeconds;
  if (await backend.table.put({ ...keys, ...claim, expiresAt }, "absent")) return claim;
  const item = await backend.table.get(keys);
  if (item === undefined) throw new Error("an idempotency key expired while it was used");
  const earlier = claimSchema.parse(item);
  if (earlier.requestHash === requestHash) return earlier;
  const message = "was used before with another request";
  throw new Problem("invalid-input", `the Idempotency-Key ${message}`, [
    { path: "/Idempotency-Key", message },
  ]);
}

/** Whether an earlier call has used the key. */
export const isClaimed = async (
  backend: Backend,
  kind: string,
  tenant: string,
  key: string,
): Promise<boolean> => (await backend.table.get(claimKeys(kind, tenant, key))) !== undefined;

/** Notes that what a claim stands for is in the table: should it go later on, it was deleted. */
export async function settleClaim(
  backend: Backend,
  kind: string,
  tenant: string,
  key: string,
  claim: Claim,
): Promise<void> {
  const expiresAt = Math.floor(claim.claimedAt / 1000) + claimLifeSeconds;
  const item = { ...claimKeys(kind, tenant, key), ...claim, created: true, expiresAt };
  await backend.table.put(item, { attribute: "id", is: claim.id });
}

/** Something that calls with the same Idempotency-Key make once. */
interface MadeOnce<T> {
  /** What keys of its kind are called in the table. */
  readonly kind: string;
  readonly tenant: string;
  /** What it is called in the text of an error. */
  readonly called: string;
  readonly request: unknown;
  /** Writes it under this id; undefined when it is there already. */
  make(id: string, now: number): Promise<T | undefined>;
  read(id: string): Promise<T | undefined>;
}

/**
 * Makes something, or finds what an earlier call with the same key made: `replayed`. Everybody who holds the claim
 * tries to make the same, and one succeeds. Throws a 422 for a key that was used with another request, and a 410
 * for one whose thing was deleted.
 */
export async function makeOnce<T>(
  backend: Backend,
  { kind, tenant, called, request, make, read }: MadeOnce<T>,
  key: string | undefined,
): Promise<{ readonly made: T; readonly replayed: boolean }> {
  if (key === undefined) {
    const made = await make(backend.newId(), backend.now());
    if (made === undefined) throw new Error("a new id was already taken");
    return { made, replayed: false };
  }
  const claim = await claimKey(backend, kind, tenant, key, request);
  const made = claim.created ? undefined : await make(claim.id, claim.claimedAt);
  const found = made ?? (await read(claim.id));
  if (found === undefined) {
    throw new Problem("gone", `the ${called} ${claim.id} of this Idempotency-Key was deleted`);
  }
  if (!claim.created) await settleClaim(backend, kind, tenant, key, claim);
  return { made: found, replayed: made === undefined };
}

const claimKeys = (kind: string, tenant: string, key: string) => ({
  PK: tenantKey(tenant),
  SK: `IDEMPOTENCY-${kind}#${key}`,
});

function hashOf(request: unknown): string {
  const canonical = JSON.stringify(request, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(canonical).digest("hex");
}
