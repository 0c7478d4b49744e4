import { type Matrix, rowOf } from "../matrix.ts";

/**
 * For each of a row's missing columns, the k rows nearest to it that have a value there: by the mean squared
 * difference over the columns that both have, the earlier row first among equals. A column that no row with a common
 * column has is not in the answer.
 */
export function nearestRows(
  matrix: Matrix,
  row: number,
  missing: readonly number[],
  k: number,
): ReadonlyMap<number, readonly number[]> {
  const own = rowOf(matrix, row);
  const best = new Map(missing.map((column) => [column, nearest(k)]));
  for (let other = 0; other < matrix.rows.length; other++) {
    if (other === row) continue;
    const values = rowOf(matrix, other);
    const open = [...best].filter(([column]) => !Number.isNaN(values[column] ?? Number.NaN));
    if (open.length === 0) continue;
    const bound = Math.max(...open.map(([, kept]) => kept.bound()));
    const distance = meanSquare(own, values, bound);
    for (const [, kept] of open) kept.offer(other, distance);
  }
  return new Map([...best].map(([column, kept]) => [column, kept.rows()]));
}

/** Infinity where nothing is common, or where it is certain to be beyond the bound. */
function meanSquare(a: Float64Array, b: Float64Array, bound: number): number {
  let [sum, count] = [0, 0];
  const most = bound * a.length;
  for (let i = 0; i < a.length; i++) {
    const by = (a[i] ?? 0) - (b[i] ?? 0);
    if (Number.isNaN(by)) continue;
    sum += by * by;
    count++;
    if (sum > most) return Number.POSITIVE_INFINITY;
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count;
}

/** Keeps the k smallest distances, in order. */
function nearest(k: number) {
  const kept: { readonly row: number; readonly distance: number }[] = [];
  return {
    bound: () =>
      kept.length < k ? Number.POSITIVE_INFINITY : (kept.at(-1)?.distance ?? Number.POSITIVE_INFINITY),
    offer(row: number, distance: number) {
      const last = kept.at(-1);
      if (distance === Number.POSITIVE_INFINITY) return;
      if (kept.length === k && last !== undefined && distance >= last.distance) return;
      let at = kept.length;
      while (at > 0 && (kept[at - 1]?.distance ?? 0) > distance) at--;
      kept.splice(at, 0, { row, distance });
      if (kept.length > k) kept.pop();
    },
    rows: () => kept.map(({ row }) => row),
  };
}
