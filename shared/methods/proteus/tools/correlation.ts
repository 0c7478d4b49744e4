import { tTwoSided } from "../../../statistics/distributions/student-t.ts";
import { benjaminiHochberg } from "../../../statistics/false-discovery.ts";
import { pearson, spearman } from "../association.ts";
import { indexes, type Matrix, rowOf } from "../matrix.ts";

export interface Correlations {
  readonly proteins: readonly string[];
  /** NaN where fewer than four pairs are there, or one side does not vary. */
  readonly r: Float64Array;
  readonly pairs: Int32Array;
  /** Two-sided, of t = r sqrt((n - 2) / (1 - r^2)) with n - 2 degrees of freedom. */
  readonly p: Float64Array;
  /** Benjamini and Hochberg's. */
  readonly adjusted: Float64Array;
}

export type Coefficient = "pearson" | "spearman";

/**
 * How each protein goes with a measurement of the samples, over the samples that have both. Throws RangeError where
 * their numbers differ.
 */
export function correlate(
  matrix: Matrix,
  measurement: Float64Array,
  coefficient: Coefficient = "pearson",
): Correlations {
  if (measurement.length !== matrix.columns.length) {
    throw new RangeError(`${measurement.length} measurements for ${matrix.columns.length} samples`);
  }
  const of = coefficient === "pearson" ? pearson : spearman;
  const found = indexes(matrix.rows.length).map((row) => of(rowOf(matrix, row), measurement));
  const r = Float64Array.from(found, (one) => (one.pairs < 4 ? Number.NaN : one.r));
  const pairs = Int32Array.from(found, (one) => one.pairs);
  const p = r.map((one, row) => correlationP(one, pairs[row] ?? 0));
  return { proteins: matrix.rows, r, pairs, p, adjusted: benjaminiHochberg(p) };
}

/** Two-sided p of a correlation; NaN of none. */
function correlationP(r: number, pairs: number): number {
  if (Number.isNaN(r)) return Number.NaN;
  return tTwoSided(r * Math.sqrt((pairs - 2) / ((1 - r) * (1 + r))), pairs - 2);
}
