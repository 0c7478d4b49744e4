import { Problem } from "../../shared/resources/problem.ts";
import { idempotencyKey, longestWait } from "./parameters.ts";

/** The Idempotency-Key, if there is one. Throws a 400 for one that is empty, too long or not printable. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const parsed = idempotencyKey.safeParse(header);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? "is not valid";
  throw new Problem("malformed-request", `Idempotency-Key ${message}`, [
    { path: "/Idempotency-Key", message },
  ]);
}

/** Seconds of `Prefer: wait=N`, at most 25; undefined without it. A preference that is not understood is ignored (RFC 7240). */
export function readWait(header: string | undefined): number | undefined {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(header ?? "")?.[1];
  return seconds === undefined ? undefined : Math.min(Number(seconds), longestWait);
}

/** Whether If-None-Match names this tag (weak comparison, RFC 9110). */
export const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? "").split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
