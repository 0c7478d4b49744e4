import { createHash, randomBytes } from "node:crypto";

/** `tf_` and 256 random bits in base64url: too many to guess, so that a plain hash of it is safe to store. */
const pattern = /^tf_[A-Za-z0-9_-]{43}$/;

export const newApiKey = (): string => `tf_${randomBytes(32).toString("base64url")}`;

/** The API key in an `Authorization: Bearer tf_...` header, if there is a well-formed one. */
export function bearerKey(authorization: string | undefined): string | undefined {
  const [scheme, key, ...rest] = authorization?.trim().split(/ +/) ?? [];
  if (scheme?.toLowerCase() !== "bearer" || key === undefined || rest.length > 0) return undefined;
  return pattern.test(key) ? key : undefined;
}

/** Where the table keeps what belongs to an API key: under its SHA-256, never under the key. */
export function apiKeyItemKey(key: string): { readonly PK: string; readonly SK: string } {
  return { PK: `KEY#${createHash("sha256").update(key).digest("hex")}`, SK: "KEY" };
}
