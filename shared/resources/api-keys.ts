import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";
import type { Backend } from "./backend.ts";

/** Keys look like this; only their hash is stored. */
const apiKey = z.string().regex(/^tf_[A-Za-z0-9_-]{43}$/);

const storedKey = z.object({ tenant: z.string().min(1), name: z.string(), createdAt: z.iso.datetime() });

const keyOf = (key: string) => ({ PK: `KEY#${createHash("sha256").update(key).digest("hex")}`, SK: "KEY" });

/** A new API key of a tenant. It is shown once and cannot be read again. */
export async function issueKey({ table, now }: Backend, tenant: string, name: string): Promise<string> {
  const key = `tf_${randomBytes(32).toString("base64url")}`;
  await table.put({ ...keyOf(key), tenant, name, createdAt: new Date(now()).toISOString() }, "absent");
  return key;
}

/** Whose key this is; undefined for what is not a key. */
export async function tenantOfKey({ table }: Backend, key: string): Promise<string | undefined> {
  if (!apiKey.safeParse(key).success) return undefined;
  const item = await table.get(keyOf(key));
  return item && storedKey.parse(item).tenant;
}

/** Takes a key back. */
export const revokeKey = ({ table }: Backend, key: string): Promise<void> => table.delete([keyOf(key)]);
