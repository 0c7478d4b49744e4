import { checkFinite, type Dense, zeros } from "./dense.ts";

/** A = L D L^T of a symmetric matrix without negative eigenvalues; D is 0 where a row depends on those before it. */
export interface Cholesky {
  /** Row-major: L below the diagonal (its own is 1), D on it. */
  readonly factors: Dense;
  /** How many rows are independent. */
  readonly rank: number;
}

/**
 * Cholesky's decomposition without square roots. A pivot that is less than `tolerance` times the greatest diagonal
 * entry, or times `scale` where that is greater, is taken for 0, and its row for dependent (as R's survival package
 * does). Throws a RangeError unless the matrix is square and finite.
 */
export function decomposeCholesky(matrix: Dense, tolerance = Number.EPSILON ** 0.75, scale = 0): Cholesky {
  checkFinite("a matrix to decompose", matrix);
  const { rows: n, columns } = matrix;
  if (n !== columns) throw new RangeError(`[${n}, ${columns}] is not square`);
  const factors: Dense = { rows: n, columns: n, values: matrix.values.slice() };
  const { values } = factors;
  let greatest = scale;
  for (let i = 0; i < n; i++) greatest = Math.max(greatest, values[i * n + i] ?? 0);
  let rank = 0;
  for (let i = 0; i < n; i++) {
    const pivot = values[i * n + i] ?? 0;
    const independent = pivot > tolerance * greatest;
    if (independent) rank++;
    else values[i * n + i] = 0;
    for (let j = i + 1; j < n; j++) {
      const factor = independent ? (values[j * n + i] ?? 0) / pivot : 0;
      values[j * n + i] = factor;
      values[j * n + j] = (values[j * n + j] ?? 0) - factor * factor * pivot;
      for (let k = j + 1; k < n; k++) {
        values[k * n + j] = (values[k * n + j] ?? 0) - factor * (values[k * n + i] ?? 0);
      }
    }
  }
  return { factors, rank };
}

/** Whether row i depends on those before it. */
export const isDependent = ({ factors: { columns, values } }: Cholesky, i: number): boolean =>
  values[i * columns + i] === 0;

/** x of A x = b; 0 at dependent rows. */
export function solveCholesky(
  { factors: { rows: n, values } }: Cholesky,
  b: ArrayLike<number>,
): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) x[i] = (x[i] ?? 0) - (values[i * n + j] ?? 0) * (x[j] ?? 0);
  }
  for (let i = n - 1; i >= 0; i--) {
    const pivot = values[i * n + i] ?? 0;
    x[i] = pivot === 0 ? 0 : (x[i] ?? 0) / pivot;
    for (let j = i + 1; j < n && pivot !== 0; j++)
      x[i] = (x[i] ?? 0) - (values[j * n + i] ?? 0) * (x[j] ?? 0);
  }
  return x;
}

/** A^-1 over its independent rows; 0 in the rows and columns of the others. */
export function invertCholesky(cholesky: Cholesky): Dense {
  const n = cholesky.factors.rows;
  const made = zeros(n, n);
  for (let column = 0; column < n; column++) {
    if (isDependent(cholesky, column)) continue;
    const unit = new Float64Array(n);
    unit[column] = 1;
    for (const [row, value] of solveCholesky(cholesky, unit).entries()) made.values[row * n + column] = value;
  }
  return made;
}

/** b^T A^-1 b over the independent rows. */
export const quadraticForm = (cholesky: Cholesky, b: ArrayLike<number>): number =>
  solveCholesky(cholesky, b).reduce((sum, x, at) => sum + x * (b[at] ?? 0), 0);
