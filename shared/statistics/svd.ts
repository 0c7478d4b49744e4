import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { type Dense, product, transpose, zeros } from "./dense.ts";
import { signOf } from "./eigen.ts";
import { decomposeQr, orthogonalOf, upperOf } from "./qr.ts";

/** A = U S V^T, with as many singular values as the shorter side is long. */
export interface Svd {
  /** [rows, k], its columns orthonormal where the value is not 0. */
  readonly u: Dense;
  /** Greatest first. */
  readonly values: Float64Array;
  /** [columns, k]; the entry of greatest magnitude in each column is positive. */
  readonly v: Dense;
}

/**
 * The thin singular value decomposition. A long matrix is first reduced to its triangular factor, so that the
 * iterations run on the shorter side alone. Throws a RangeError where a value is not finite.
 */
export function thinSvd(matrix: Dense): Svd {
  if (matrix.rows >= matrix.columns) return signed(tallSvd(matrix));
  const { u, values, v } = tallSvd(transpose(matrix));
  return signed({ u: v, values, v: u });
}

function tallSvd(matrix: Dense): Svd {
  const qr = decomposeQr(matrix, 0);
  const upper = upperOf(qr);
  const decomposed = new SingularValueDecomposition(
    Matrix.from1DArray(upper.rows, upper.columns, upper.values),
  );
  return {
    u: product(orthogonalOf(qr), denseOfMatrix(decomposed.leftSingularVectors)),
    values: Float64Array.from(decomposed.diagonal),
    v: denseOfMatrix(decomposed.rightSingularVectors),
  };
}

const denseOfMatrix = (matrix: Matrix): Dense => ({
  rows: matrix.rows,
  columns: matrix.columns,
  values: Float64Array.from(matrix.to1DArray()),
});

function signed({ u, values, v }: Svd): Svd {
  const made = { u: zeros(u.rows, u.columns), values, v: zeros(v.rows, v.columns) };
  for (let column = 0; column < values.length; column++) {
    const sign = signOf(columnOf(v, column));
    for (const [from, into] of [
      [u, made.u],
      [v, made.v],
    ] as const) {
      for (let at = column; at < from.values.length; at += from.columns) {
        into.values[at] = sign * (from.values[at] ?? 0);
      }
    }
  }
  return made;
}

const columnOf = ({ rows, columns, values }: Dense, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => values[row * columns + column] ?? 0);
