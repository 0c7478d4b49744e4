import { createHash } from "node:crypto";
import type { Call } from "./wire/wire.ts";

/**
 * SHA-256 of a request, in hexadecimal: of all that its answer depends on, as far as that is the caller's, and not of
 * how often or from where it is asked. The order of an object's keys does not matter.
 */
export const requestHash = (request: Call & { readonly provider: string }): string =>
  createHash("sha256").update(canonicalJson(request)).digest("hex");

/** JSON with the keys of every object in order; absent and undefined are the same. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}
