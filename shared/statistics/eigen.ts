import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { checkFinite, type Dense, zeros } from "./dense.ts";

export interface Eigen {
  /** Greatest first. */
  readonly values: Float64Array;
  /** [n, n]: column j is the unit vector of value j, its entry of greatest magnitude positive. */
  readonly vectors: Dense;
}

/** The eigenvalues and eigenvectors of a symmetric matrix. Throws a RangeError unless it is square and finite. */
export function symmetricEigen(matrix: Dense): Eigen {
  checkFinite("a matrix to decompose", matrix);
  const { rows: n, columns } = matrix;
  if (n !== columns) throw new RangeError(`[${n}, ${columns}] is not square`);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(n, n, matrix.values),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues
    .map((_, at) => at)
    .sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0));
  const vectors = zeros(n, n);
  for (const [at, from] of order.entries()) {
    const column = eigenvectorMatrix.getColumn(from);
    const sign = signOf(column);
    for (let row = 0; row < n; row++) vectors.values[row * n + at] = sign * (column[row] ?? 0);
  }
  return { values: Float64Array.from(order, (at) => realEigenvalues[at] ?? 0), vectors };
}

/** 1 or -1, so that the entry of greatest magnitude, the first of equals, becomes positive. */
export function signOf(vector: ArrayLike<number>): 1 | -1 {
  let greatest = 0;
  for (let at = 0; at < vector.length; at++) {
    const value = vector[at] ?? 0;
    // Rounding must not decide between entries that are equal in exact arithmetic.
    if (Math.abs(value) > Math.abs(greatest) * (1 + 1e-9)) greatest = value;
  }
  return greatest < 0 ? -1 : 1;
}
