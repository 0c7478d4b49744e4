import { createHash } from "node:crypto";
import type { World } from "../registry/tool.ts";
import type { Study } from "../study.ts";

/** A short hash of plain data; names of fields in any order give the same. */
export const hashOf = (value: unknown): string =>
  createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);

/** The hash of a study: its numbers to the last bit, its names, annotations and sheet. */
export function hashOfStudy({ matrix, annotations, sheet }: Study): string {
  const { rows, columns, values } = matrix;
  const numbers = createHash("sha256")
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");
  return hashOf([rows, columns, numbers, [...annotations], sheet]);
}

/** The hashes of what all steps share, by the need that a tool states; the seed is part of all. */
export const hashesOfWorld = ({ geneSets, edges, kinases, seed }: World) => ({
  seed: hashOf(seed),
  geneSets: hashOf(geneSets),
  edges: hashOf(edges),
  kinases: hashOf(kinases),
});

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (ArrayBuffer.isView(one)) return Array.from(one as unknown as ArrayLike<number>, String);
    if (typeof one !== "object" || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
