import { formatPercent } from "../../../report/format.ts";
import { thinSvd } from "../../../statistics/svd.ts";
import { completeRows, indexes, type Matrix, matrixOf, rowOf, selectRows, transposed } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";

export interface Components {
  /** [observations, components]. */
  readonly scores: Matrix;
  /** [variables, components]; columns are orthonormal, the entry of greatest magnitude in each is positive. */
  readonly loadings: Matrix;
  /** Of all components, greatest first: the eigenvalues of the covariance, or of the correlation where scaled. */
  readonly variances: Float64Array;
  /** Of the whole variance, by component. */
  readonly shares: Float64Array;
  /** Of each variable: what was subtracted, and what it was divided by (1 where not scaled). */
  readonly means: Float64Array;
  readonly scales: Float64Array;
}

export interface PcaOptions {
  /** Components that scores and loadings are given for. */
  readonly components?: number;
  /** Whether each variable is given variance 1 first. */
  readonly scale?: boolean;
}

/**
 * Principal components of a matrix with an observation a row, by the singular value decomposition of the centred
 * matrix. Throws RangeError for missing values, for fewer than two observations, and where scaled for a variable that
 * does not vary.
 */
export function principalComponents(
  observations: Matrix,
  { components = 10, scale = false }: PcaOptions = {},
): Components {
  const { rows, columns } = observations;
  if (rows.length < 2) throw new RangeError("principal components need two observations at least");
  if (observations.values.some(Number.isNaN))
    throw new RangeError("principal components take no missing values");
  const { values, means, scales } = standardised(observations, scale);
  const { u, values: singular, v } = thinSvd({ rows: rows.length, columns: columns.length, values });
  const most = Math.min(rows.length - 1, columns.length);
  const variances = singular.slice(0, most).map((one) => (one * one) / (rows.length - 1));
  const total = variances.reduce((sum, one) => sum + one, 0);
  const k = Math.min(components, most);
  const names = indexes(k).map((component) => `PC${component + 1}`);
  const first = (from: Float64Array, width: number, times: (component: number) => number) =>
    Float64Array.from({ length: (from.length / width) * k }, (_, at) => {
      const component = at % k;
      return (from[Math.floor(at / k) * width + component] ?? 0) * times(component);
    });
  return {
    scores: matrixOf(
      rows,
      names,
      first(u.values, u.columns, (component) => singular[component] ?? 0),
    ),
    loadings: matrixOf(
      columns,
      names,
      first(v.values, v.columns, () => 1),
    ),
    variances,
    shares: variances.map((one) => (total === 0 ? 0 : one / total)),
    means,
    scales,
  };
}

/** Principal components of the samples of a matrix of proteins, by the proteins that every sample has. */
export function sampleComponents(
  matrix: Matrix,
  options: PcaOptions = {},
): Components & { readonly note: Note } {
  const complete = completeRows(matrix);
  if (complete.length < 2) throw new RangeError("fewer than two proteins were measured in every sample");
  const varying = options.scale === true ? complete.filter((row) => varies(rowOf(matrix, row))) : complete;
  const found = principalComponents(transposed(selectRows(matrix, varying)), options);
  const [first = 0, second = 0] = found.shares;
  const left = matrix.rows.length - varying.length;
  const without =
    left === 0
      ? ""
      : ` ${counted(left, "protein")} with missing values ${left === 1 ? "is" : "are"} left out.`;
  const text = `The first two principal components of ${counted(varying.length, "protein")} have ${formatPercent(first, 1)} and ${formatPercent(second, 1)} of the variance.${without}`;
  return { ...found, note: noteOf(text, { proteins: varying.length, share1: first, share2: second }) };
}

const varies = (values: Float64Array): boolean => values.some((value) => value !== values[0]);

function standardised({ rows, columns, values }: Matrix, scale: boolean) {
  const width = columns.length;
  const means = new Float64Array(width);
  for (let at = 0; at < values.length; at++) {
    const j = at % width;
    means[j] = (means[j] ?? 0) + (values[at] ?? 0) / rows.length;
  }
  const centred = values.map((value, at) => value - (means[at % width] ?? 0));
  const scales = new Float64Array(width).fill(1);
  if (!scale) return { values: centred, means, scales };
  const squares = new Float64Array(width);
  for (let at = 0; at < centred.length; at++) {
    const j = at % width;
    squares[j] = (squares[j] ?? 0) + (centred[at] ?? 0) ** 2;
  }
  for (let j = 0; j < width; j++) {
    if (squares[j] === 0) throw new RangeError(`${columns[j]} does not vary`);
    scales[j] = Math.sqrt((squares[j] ?? 0) / (rows.length - 1));
  }
  return { values: centred.map((value, at) => value / (scales[at % width] ?? 1)), means, scales };
}
