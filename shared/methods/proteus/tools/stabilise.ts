import { median } from "../../../statistics/quantile.ts";
import { columnOf, indexes, type Matrix, rowOf, selectRows } from "../matrix.ts";
import { minimise } from "../minimise.ts";
import { deviation, meanOf } from "../spread.ts";

/** Rows that a fit looks at; more change the parameters by less than their error. */
const mostRows = 1500;
/** Share of rows, by their residuals, that a fit takes for unchanged between the samples. */
const keptShare = 0.75;
const rounds = 7;
const slices = 5;

export interface Stabilised {
  /** Generalised logarithms to base 2; those of large intensities are like their logarithms. */
  readonly matrix: Matrix;
  /** Offset a and logarithm of the scale b of each sample: h(x) = arcsinh(a + exp(b) x). */
  readonly offsets: Float64Array;
  readonly logScales: Float64Array;
}

/**
 * Normalises and stabilises the variance of intensities, not of logarithms: to each sample its own affine map and to
 * all the same arcsinh, fitted by maximum likelihood (Huber et al. 2002). It is robust: each round fits on the three
 * quarters of the proteins that vary least, in each fifth of the intensities. Where an instrument's noise has a
 * constant and a proportional part, the variance afterwards does not depend on the intensity. Throws RangeError for a
 * sample without two different values.
 */
export function stabiliseVariance(intensities: Matrix): Stabilised {
  const { columns } = intensities;
  const scales = columns.map((name, column) => {
    const values = columnOf(intensities, column);
    const typical = median(values.map(Math.abs));
    if (!(deviation(values) > 0) || !(typical > 0))
      throw new RangeError(`${name} has no two different values`);
    return typical;
  });
  const shared = intensities.values.map((value, i) => value / (scales[i % columns.length] ?? 1));
  const scaled: Matrix = { ...intensities, values: shared };
  const fit = fitRobustly(scaled, someRows(scaled));
  const offsets = fit.subarray(0, columns.length);
  const logScales = fit.subarray(columns.length).map((b, column) => b - Math.log(scales[column] ?? 1));
  // arcsinh(y) is near ln(2 y): minus ln 2 and the mean scale, large values have their own logarithms.
  const level = Math.LN2 + meanOf(logScales);
  const values = intensities.values.map((value, i) => {
    const column = i % columns.length;
    const y = (offsets[column] ?? 0) + Math.exp(logScales[column] ?? 0) * value;
    return (Math.asinh(y) - level) / Math.LN2;
  });
  return { matrix: { ...intensities, values }, offsets, logScales };
}

/** Rows with two numbers at least, as many as a fit looks at, spread evenly over the intensities. */
function someRows(matrix: Matrix): number[] {
  const means = indexes(matrix.rows.length).map((row) => meanOf(rowOf(matrix, row)));
  const useful = indexes(matrix.rows.length).filter(
    (row) => rowOf(matrix, row).reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) >= 2,
  );
  const sorted = useful.sort((a, b) => (means[a] ?? 0) - (means[b] ?? 0) || a - b);
  const step = Math.max(1, sorted.length / mostRows);
  return indexes(Math.min(sorted.length, mostRows)).map((at) => sorted[Math.floor(at * step)] ?? 0);
}

function fitRobustly(matrix: Matrix, rows: readonly number[]): Float64Array {
  const all = selectRows(matrix, rows);
  const count = matrix.columns.length;
  let parameters = new Float64Array(2 * count);
  let kept = indexes(rows.length);
  for (let round = 0; round < rounds; round++) {
    const objective = negativeLogLikelihood(selectRows(all, kept));
    parameters = Float64Array.from(minimise(objective, parameters, { tolerance: 1e-7 }).x);
    const next = steadiest(all, parameters);
    if (next.length === kept.length && next.every((row, at) => row === kept[at])) break;
    kept = next;
  }
  return parameters;
}

/**
 * Minus the profile log likelihood of additive and multiplicative noise, up to a constant, for the parameters
 * a_1 .. a_n, b_1 .. b_n: N/2 ln(sum of squares of h around each row's mean) - sum ln h'.
 */
export function negativeLogLikelihood({ rows, columns, values }: Matrix) {
  const n = columns.length;
  const h = new Float64Array(n);
  const slopes = new Float64Array(n);
  return (parameters: Float64Array, gradient: Float64Array): number => {
    const scales = parameters.slice(n).map(Math.exp);
    let [squares, jacobian, count] = [0, 0, 0];
    const fromSquares = new Float64Array(2 * n);
    const fromJacobian = new Float64Array(2 * n);
    for (let row = 0; row < rows.length; row++) {
      let [sum, here] = [0, 0];
      for (let j = 0; j < n; j++) {
        const y = (parameters[j] ?? 0) + (scales[j] ?? 0) * (values[row * n + j] ?? 0);
        const root = Math.sqrt(1 + y * y);
        // arcsinh(y)
        h[j] = Math.sign(y) * Math.log(Math.abs(y) + root);
        slopes[j] = 1 / root;
        if (Number.isNaN(y)) continue;
        sum += h[j] ?? 0;
        here++;
      }
      const mean = sum / here;
      count += here;
      for (let j = 0; j < n; j++) {
        const residual = (h[j] ?? 0) - mean;
        if (Number.isNaN(residual)) continue;
        const slope = slopes[j] ?? 0;
        const byScale = (scales[j] ?? 0) * (values[row * n + j] ?? 0);
        const bend = ((parameters[j] ?? 0) + byScale) * slope * slope;
        squares += residual * residual;
        jacobian += (parameters[n + j] ?? 0) + Math.log(slope);
        fromSquares[j] = (fromSquares[j] ?? 0) + residual * slope;
        fromSquares[n + j] = (fromSquares[n + j] ?? 0) + residual * slope * byScale;
        fromJacobian[j] = (fromJacobian[j] ?? 0) - bend;
        fromJacobian[n + j] = (fromJacobian[n + j] ?? 0) + 1 - bend * byScale;
      }
    }
    for (let k = 0; k < 2 * n; k++)
      gradient[k] = (count / squares) * (fromSquares[k] ?? 0) - (fromJacobian[k] ?? 0);
    return (count / 2) * Math.log(squares / count) - jacobian;
  };
}

/** The rows that vary least among those of similar mean. */
function steadiest(matrix: Matrix, parameters: Float64Array): number[] {
  const n = matrix.columns.length;
  const rows = indexes(matrix.rows.length).map((row) => {
    const h = rowOf(matrix, row).map((value, j) =>
      Math.asinh((parameters[j] ?? 0) + Math.exp(parameters[n + j] ?? 0) * value),
    );
    return { row, mean: meanOf(h), sd: deviation(h) };
  });
  const byMean = rows.toSorted((a, b) => a.mean - b.mean || a.row - b.row);
  const size = Math.ceil(byMean.length / slices);
  return indexes(slices)
    .flatMap((slice) => {
      const part = byMean
        .slice(slice * size, (slice + 1) * size)
        .sort((a, b) => a.sd - b.sd || a.row - b.row);
      return part.slice(0, Math.ceil(keptShare * part.length)).map(({ row }) => row);
    })
    .sort((a, b) => a - b);
}
