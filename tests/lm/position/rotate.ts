import type { RotationTables } from "../../../shared/lm/position/rotation.ts";

/** The half-split rotation of one vector, by its definition. */
export function rotate(
  x: readonly number[],
  tables: RotationTables,
  { head, row, length }: { head: number; row: number; length: number },
): number[] {
  const half = x.length / 2;
  const at = ((tables.shared ? 0 : head) * length + row) * half;
  return x.map((value, j) => {
    const pair = j % half;
    const cos = tables.cos[at + pair] ?? Number.NaN;
    const sin = tables.sin[at + pair] ?? Number.NaN;
    return value * cos + (j < half ? -(x[j + half] ?? 0) : (x[j - half] ?? 0)) * sin;
  });
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);
}
