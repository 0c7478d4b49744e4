import { formatNumber } from "../../../report/format.ts";
import { columnOf, type Matrix, present } from "../matrix.ts";
import { type Note, noteOf } from "../note.ts";
import { meanRanks } from "../ranks.ts";
import type { Factor } from "../sample-sheet.ts";
import { columnMedians, meanOf, medianSpread, withinGroupSd } from "../spread.ts";

/**
 * Moves each sample's logarithms so that all have one median, the mean of the samples' medians; the medians of other
 * rows of the same samples where `by` has them.
 */
export function centreMedians(matrix: Matrix, by: Matrix = matrix): Matrix {
  const medians = columnMedians(by);
  const level = meanOf(medians);
  const { rows, columns, values } = matrix;
  return {
    rows,
    columns,
    values: values.map((value, i) => value - (medians[i % columns.length] ?? 0) + level),
  };
}

/**
 * Gives all samples one distribution, the mean of their sorted values (Bolstad et al. 2003). Ties and missing values
 * are treated as limma's `normalizeQuantiles` does with its defaults: equal values get the value at their mean rank,
 * and a sample with missing values is stretched over its ranks.
 */
export function normaliseQuantiles(matrix: Matrix): Matrix {
  const { rows, columns } = matrix;
  const count = rows.length;
  if (columns.length < 2 || count < 2) return matrix;
  const target = new Float64Array(count);
  const seen = columns.map((_, column) => present(columnOf(matrix, column)).sort());
  for (const sorted of seen) {
    if (sorted.length === 0) continue;
    for (let rank = 0; rank < count; rank++)
      target[rank] = (target[rank] ?? 0) + interpolated(sorted, (rank / (count - 1)) * (sorted.length - 1));
  }
  const filled = seen.filter((sorted) => sorted.length > 0).length;
  for (let rank = 0; rank < count; rank++) target[rank] = (target[rank] ?? 0) / filled;
  const values = new Float64Array(matrix.values.length).fill(Number.NaN);
  for (const column of columns.keys()) {
    const own = columnOf(matrix, column);
    const most = (seen[column]?.length ?? 0) - 1;
    for (const [row, rank] of meanRanks(own).entries()) {
      if (Number.isNaN(rank)) continue;
      const share = most === 0 ? 0.5 : rank / most;
      values[row * columns.length + column] = interpolated(target, share * (count - 1));
    }
  }
  return { rows, columns, values };
}

/** The value at a place between whole ranks, from 0; places beyond rounding of a whole rank are that rank. */
function interpolated(sorted: Float64Array, place: number): number {
  const near = Math.round(place);
  if (Math.abs(place - near) < 1e-9) return sorted[near] ?? Number.NaN;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** What a normalisation changed, in figures: differences between samples' medians, and spread within groups. */
export function normalisationNote(
  method: string,
  before: Matrix,
  after: Matrix,
  groups: Factor | undefined,
): Note {
  const [mediansBefore, mediansAfter] = [medianSpread(before), medianSpread(after)];
  const [withinBefore, withinAfter] = [withinGroupSd(before, groups), withinGroupSd(after, groups)];
  const change = withinAfter / withinBefore - 1;
  const effect =
    Math.abs(change) < 0.01
      ? "the spread within groups stayed as it was"
      : `the median spread within groups went from ${formatNumber(withinBefore)} to ${formatNumber(withinAfter)}`;
  const text = `${method}: the standard deviation between the samples' medians went from ${formatNumber(mediansBefore)} to ${formatNumber(mediansAfter)}, and ${effect}.`;
  return noteOf(text, { mediansBefore, mediansAfter, withinBefore, withinAfter });
}
