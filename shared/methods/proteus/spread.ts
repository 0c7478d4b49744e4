import { median } from "../../statistics/quantile.ts";
import { columnOf, indexes, type Matrix, rowOf } from "./matrix.ts";
import { type Factor, factorOf, membersOf } from "./sample-sheet.ts";

/** Standard deviation between the medians of the samples: what normalisation is to take away. */
export function medianSpread(matrix: Matrix): number {
  return deviation(columnMedians(matrix));
}

export const columnMedians = (matrix: Matrix): Float64Array =>
  Float64Array.from(matrix.columns, (_, column) => median(columnOf(matrix, column)));

/**
 * The median over the proteins of their standard deviation within groups, pooled over the groups: what a comparison
 * is held against. NaN where no group has two numbers of any protein.
 */
export function withinGroupSd(matrix: Matrix, groups: Factor | undefined): number {
  const members = membersOf(
    groups ??
      factorOf(
        "all",
        matrix.columns.map(() => "all samples"),
      ),
  );
  const sds = indexes(matrix.rows.length).map((row) => pooledSd(rowOf(matrix, row), members));
  return median(sds);
}

function pooledSd(values: Float64Array, groups: readonly { readonly samples: readonly number[] }[]): number {
  let squares = 0;
  let free = 0;
  for (const { samples } of groups) {
    const some = samples
      .map((sample) => values[sample] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    if (some.length < 2) continue;
    squares += deviation(some) ** 2 * (some.length - 1);
    free += some.length - 1;
  }
  return free === 0 ? Number.NaN : Math.sqrt(squares / free);
}

/** Mean of what is not missing; NaN of nothing. */
export function meanOf(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Sample standard deviation of what is not missing; NaN of fewer than two. */
export function deviation(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let [squares, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    squares += (value - mean) ** 2;
    count++;
  }
  return count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
}
