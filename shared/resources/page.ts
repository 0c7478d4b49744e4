import { createHash } from "node:crypto";
import * as z from "zod";
import { Problem } from "./problem.ts";

/** A list's answer: `next`, when present, is the `cursor` of the following page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional().describe("Cursor of the next page") });

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** How many items a list answers, when not told: 1 to 100. */
export const limitSchema = z.coerce.number().int().min(1).max(100).default(20);

/** The place in a list after `position`, opaque and bound to its list and tenant. */
export function toCursor(list: string, tenant: string, position: string): string {
  return Buffer.from(`${seal(list, tenant, position)}${position}`).toString("base64url");
}

/** The position inside a cursor that `toCursor` made. Throws a 400 for any other string. */
export function fromCursor(list: string, tenant: string, cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const position = text.slice(sealLength);
  if (toCursor(list, tenant, position) !== cursor) {
    const message = "is not a cursor of this list";
    throw new Problem("malformed-request", `cursor ${message}`, [{ path: "/cursor", message }]);
  }
  return position;
}

const sealLength = 12;

function seal(list: string, tenant: string, position: string): string {
  const hash = createHash("sha256").update(JSON.stringify([list, tenant, position]));
  return hash.digest("hex").slice(0, sealLength);
}
