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
