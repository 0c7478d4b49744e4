import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";
import { rankOf, type Sides } from "../../lm/transformer/low-rank.ts";

/** A matrix W of a linear layer, [outputs, inputs]. */
export interface Weight {
  readonly values: Float32Array;
  readonly sides: Sides;
}

/** W' = up down, and how far it is from W. */
export interface Factors {
  /** [rank, inputs] */
  readonly down: Float32Array;
  /** [outputs, rank] */
  readonly up: Float32Array;
}

/** Squares of Frobenius norms; by outputs, of what the layer makes of the inputs whose root was given. */
export interface FactorError {
  readonly weight: number;
  readonly weightNorm: number;
  readonly output: number;
  readonly outputNorm: number;
}

/** A matrix A with A A^T = C, for inputs whose second moments C = E[x x^T] were taken. */
export type Root = Matrix;

/** Share of the largest moment that every direction has at least, so that one the text never takes is not lost. */
const floor = 1e-10;

/** A = Q L^1/2 of C = Q L Q^T: unlike Cholesky's factor, it is there also when C is singular. */
export function rootOf(moments: Float64Array, size: number): Root {
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(
    matrixOf(moments, [size, size]),
    { assumeSymmetric: true },
  );
  const least = floor * (Math.max(...realEigenvalues) || 1);
  return eigenvectorMatrix.mulRowVector(
    realEigenvalues.map((value) => Math.sqrt(Math.max(0, value) + least)),
  );
}

/**
 * The left singular vectors of W A, most important first: with U_r their first r columns, W' = U_r U_r^T W has
 * rank r and |(W - W') A|, the error of the outputs over the text that A comes from, is least (Eckart and Young:
 * W' A is the truncated SVD of W A). SVD-LLM (arXiv 2403.07378) writes the same as U_r S_r V_r^T A^-1 with
 * Cholesky's A; this needs no inverse. Without A, the plain truncated SVD of W.
 */
export function directionsOf({ values, sides }: Weight, root?: Root): Matrix {
  const weight = matrixOf(values, sides);
  const { leftSingularVectors } = new SingularValueDecomposition(root ? weight.mmul(root) : weight, {
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return leftSingularVectors;
}

/** U_r U_r^T W as two maps whose rows and columns share each direction's length evenly. */
export function factorsOf({ values, sides }: Weight, directions: Matrix, wanted: number): Factors {
  const rank = rankOf({ rank: wanted }, sides);
  const first = directions.subMatrix(0, sides[0] - 1, 0, rank - 1);
  const projected = first.transpose().mmul(matrixOf(values, sides));
  // A direction that W does not reach has length 0 on both sides.
  const scales = projected.to2DArray().map((row) => Math.sqrt(Math.hypot(...row)) || 1);
  return {
    down: flat(projected.divColumnVector(scales)),
    up: flat(first.mulRowVector(scales)),
  };
}

/** How far the factors' product is from W, alone and behind inputs of root A. */
export function errorOf({ values, sides }: Weight, { down, up }: Factors, root: Root): FactorError {
  const [outputs, inputs] = sides;
  const rank = down.length / inputs;
  const weight = matrixOf(values, sides);
  const missed = Matrix.sub(weight, matrixOf(up, [outputs, rank]).mmul(matrixOf(down, [rank, inputs])));
  return {
    weight: square(missed),
    weightNorm: square(weight),
    output: square(missed.mmul(root)),
    outputNorm: square(weight.mmul(root)),
  };
}

function matrixOf(values: ArrayLike<number>, [rows, columns]: Sides): Matrix {
  return Matrix.from1DArray(rows, columns, Array.from(values));
}

const flat = (matrix: Matrix): Float32Array => Float32Array.from(matrix.to1DArray());

const square = (matrix: Matrix): number => matrix.norm("frobenius") ** 2;
