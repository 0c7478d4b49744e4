import { type Matrix, rowOf } from "../matrix.ts";

/**
 * The k rows nearest to a row: by the mean squared difference over the columns that both have, the earlier row first
 * among equals. Rows without a common column are not in the answer.
 */
export function nearestRows(matrix: Matrix, row: number, k: number): number[] {
  const own = rowOf(matrix, row);
  const known = Int32Array.from([...own.keys()].filter((column) => !Number.isNaN(own[column] ?? Number.NaN)));
  const kept: { readonly row: number; readonly distance: number }[] = [];
  for (let other = 0; other < matrix.rows.length; other++) {
    if (other === row) continue;
    const bound = kept.length < k ? Number.POSITIVE_INFINITY : (kept.at(-1)?.distance ?? 0);
    const distance = meanSquare(matrix, row, other, known, bound);
    if (distance >= bound) continue;
    let at = kept.length;
    while (at > 0 && (kept[at - 1]?.distance ?? 0) > distance) at--;
    kept.splice(at, 0, { row: other, distance });
    if (kept.length > k) kept.pop();
  }
  return kept.map((one) => one.row);
}

/** Infinity where nothing is common, or where it is certain to be at the bound or beyond. */
function meanSquare(
  { columns, values }: Matrix,
  row: number,
  other: number,
  known: Int32Array,
  bound: number,
): number {
  const [own, theirs] = [row * columns.length, other * columns.length];
  const most = bound * known.length;
  let [sum, count] = [0, 0];
  for (let i = 0; i < known.length; i++) {
    const column = known[i] ?? 0;
    const by = (values[own + column] ?? 0) - (values[theirs + column] ?? 0);
    if (Number.isNaN(by)) continue;
    sum += by * by;
    count++;
    if (sum >= most) return Number.POSITIVE_INFINITY;
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count;
}
