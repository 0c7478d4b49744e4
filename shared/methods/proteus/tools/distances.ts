import { pearson } from "../association.ts";
import { type Matrix, rowOf } from "../matrix.ts";

/** Distances between all pairs of `count` things. */
export interface Distances {
  readonly count: number;
  /** Those of (0, 1), (0, 2), ..., (1, 2), ... */
  readonly values: Float64Array;
}

/** How unlike two rows are: by Euclid, or as 1 - Pearson's r. */
export type Metric = "euclidean" | "correlation";

/** Half a gigabyte of distances. */
const mostRows = 11_000;

/** Where the distance of i and j stands, i < j. */
export const placeOf = (count: number, i: number, j: number): number =>
  i * count - (i * (i + 1)) / 2 + j - i - 1;

export function distanceAt({ count, values }: Distances, i: number, j: number): number {
  if (i === j) return 0;
  return values[i < j ? placeOf(count, i, j) : placeOf(count, j, i)] ?? Number.NaN;
}

/**
 * Distances between a matrix's rows. Where numbers are missing the squares over the common columns are scaled up to
 * all of them, as R's `dist` does. Throws RangeError for rows without a common column, for correlations for rows that
 * do not vary, and for more rows than fit.
 */
export function rowDistances(matrix: Matrix, metric: Metric = "euclidean"): Distances {
  const count = matrix.rows.length;
  if (count > mostRows)
    throw new RangeError(`${count} rows have too many distances: at most ${mostRows} rows`);
  const values = new Float64Array((count * (count - 1)) / 2);
  const between = metric === "euclidean" ? euclidean : unlikeness;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const a = rowOf(matrix, i);
    for (let j = i + 1; j < count; j++) {
      const distance = between(a, rowOf(matrix, j));
      if (Number.isNaN(distance)) {
        const why = metric === "euclidean" ? "have no common column" : "have no correlation";
        throw new RangeError(`${matrix.rows[i]} and ${matrix.rows[j]} ${why}`);
      }
      values[at++] = distance;
    }
  }
  return { count, values };
}

function euclidean(a: Float64Array, b: Float64Array): number {
  let [sum, common] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const by = (a[i] ?? 0) - (b[i] ?? 0);
    if (Number.isNaN(by)) continue;
    sum += by * by;
    common++;
  }
  return common === 0 ? Number.NaN : Math.sqrt(common === a.length ? sum : (sum * a.length) / common);
}

const unlikeness = (a: Float64Array, b: Float64Array): number => 1 - pearson(a, b).r;
