import type { Random } from "../../../lm/random.ts";
import { createRandom } from "../../../lm/random.ts";
import { formatNumber, formatPercent } from "../../../report/format.ts";
import { median, quantiles } from "../../../statistics/quantile.ts";
import { columnOf, countMissing, indexes, type Matrix, present, rowOf, valueAt } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";
import { deviation, meanOf } from "../spread.ts";
import { nearestRows } from "./nearest-rows.ts";

export interface Imputed {
  readonly matrix: Matrix;
  /** 1 where a number was put in, in the order of the matrix's numbers. */
  readonly mask: Uint8Array;
  readonly note: Note;
}

/**
 * Draws missing logarithms from a normal distribution below what was measured, in each sample its own: mean
 * median - shift sd, standard deviation width sd, of the sample's values (Perseus's way, by the median). Throws
 * RangeError for a sample with fewer than two values.
 */
export function imputeDownshifted(matrix: Matrix, { seed = 0, shift = 1.8, width = 0.3 } = {}): Imputed {
  const draws = matrix.columns.map((_, column) => {
    const values = columnOf(matrix, column);
    const sd = deviation(values);
    return { mean: median(values) - shift * sd, sd: width * sd };
  });
  const words = `drawn in each sample from a normal distribution with mean median - ${shift} sd and standard deviation ${width} sd`;
  return drawn(matrix, draws, { seed, name: "downshifted", words, figures: { shift, width } });
}

/**
 * Draws missing logarithms near the smallest that were measured: in each sample around its quantile `quantile`, with
 * the median standard deviation of the proteins that half of the samples or more have (MinProb of imputeLCMD).
 * Throws RangeError for a sample without values.
 */
export function imputeMinimal(matrix: Matrix, { seed = 0, quantile = 0.01, width = 1 } = {}): Imputed {
  const half = matrix.columns.length / 2;
  const sds = indexes(matrix.rows.length).flatMap((row) => {
    const values = present(rowOf(matrix, row));
    return values.length > half && values.length > 1 ? [deviation(values)] : [];
  });
  const sd = width * median(sds);
  if (Number.isNaN(sd)) throw new RangeError("no protein was measured in more than half of the samples");
  const draws = matrix.columns.map((_, column) => ({
    mean: quantiles(columnOf(matrix, column), [quantile])[0] ?? Number.NaN,
    sd,
  }));
  const words = `drawn in each sample from a normal distribution around its ${formatPercent(quantile)} quantile with standard deviation ${formatNumber(sd)}`;
  return drawn(matrix, draws, { seed, name: "minimal", words, figures: { quantile, sd } });
}

/**
 * Gives a missing value the mean of those of the k proteins that are most like its own, by Euclidean distance over the
 * samples that both have (Troyanskaya et al. 2001; as R's impute.knn). A protein that misses more than half of its
 * values, or whose neighbours all miss the sample, gets the sample's mean.
 */
export function imputeFromNeighbours(matrix: Matrix, k = 10): Imputed {
  const { rows, columns } = matrix;
  const values = matrix.values.slice();
  const sampleMeans = columns.map((_, column) => meanOf(columnOf(matrix, column)));
  let byMean = 0;
  for (let row = 0; row < rows.length; row++) {
    const own = rowOf(matrix, row);
    const missing = indexes(columns.length).filter((column) => Number.isNaN(own[column] ?? Number.NaN));
    if (missing.length === 0) continue;
    const near = missing.length > columns.length / 2 ? [] : nearestRows(matrix, row, k);
    for (const column of missing) {
      const found = meanOf(near.map((other) => valueAt(matrix, other, column)));
      if (Number.isNaN(found)) byMean++;
      values[row * columns.length + column] = Number.isNaN(found)
        ? (sampleMeans[column] ?? Number.NaN)
        : found;
    }
  }
  const rest =
    byMean === 0
      ? ""
      : `, ${counted(byMean, "value")} of proteins that are missing too often as the sample's mean`;
  const words = `taken as the mean of the ${k} most similar proteins${rest}`;
  return finished(matrix, values, words, { k, bySampleMean: byMean });
}

interface Draw {
  readonly mean: number;
  readonly sd: number;
}

function drawn(
  matrix: Matrix,
  draws: readonly Draw[],
  how: {
    readonly seed: number;
    readonly name: string;
    readonly words: string;
    readonly figures: Note["figures"];
  },
): Imputed {
  const { rows, columns } = matrix;
  const values = matrix.values.slice();
  for (const [column, { mean, sd }] of draws.entries()) {
    if (!Number.isFinite(mean) || !Number.isFinite(sd)) {
      throw new RangeError(`${columns[column]} has too few values to draw missing ones by them`);
    }
    // A stream of its own for each sample: another sample more or less changes none of its values.
    const random: Random = createRandom(how.seed, "impute", how.name, columns[column] ?? "");
    for (let row = 0; row < rows.length; row++) {
      const at = row * columns.length + column;
      if (Number.isNaN(values[at] ?? 0)) values[at] = mean + sd * random.normal();
    }
  }
  return finished(matrix, values, how.words, how.figures);
}

function finished(before: Matrix, values: Float64Array, words: string, figures: Note["figures"]): Imputed {
  const mask = Uint8Array.from(before.values, (value) => (Number.isNaN(value) ? 1 : 0));
  const count = countMissing(before);
  const share = count / before.values.length;
  const measured = meanOf(before.values);
  const put = meanOf(values.filter((_, at) => mask[at] === 1));
  const text =
    count === 0
      ? "No value is missing, and none was put in."
      : `${counted(count, "missing value")} (${formatPercent(share, 1)}) ${count === 1 ? "was" : "were"} ${words}; their mean is ${formatNumber(put)}, that of the measured values ${formatNumber(measured)}.`;
  return {
    matrix: { ...before, values },
    mask,
    note: noteOf(text, {
      imputed: count,
      imputedShare: share,
      ...(count > 0 && { imputedMean: put }),
      ...figures,
    }),
  };
}
