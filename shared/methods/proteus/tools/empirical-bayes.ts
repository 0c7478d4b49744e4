import { digamma, trigamma, trigammaInverse } from "../../../statistics/gamma.ts";
import { naturalSpline, splineKnots } from "../../../statistics/natural-spline.ts";
import { applyQTransposed, coefficientsOf, decomposeQr } from "../../../statistics/qr.ts";
import { median } from "../../../statistics/quantile.ts";

/** The scaled inverse chi-squared distribution that the proteins' variances are taken to come from. */
export interface VariancePrior {
  /** d0; infinite where the variances differ no more than their estimates would if all were the same. */
  readonly df: number;
  /** s0^2; with a trend, one for each protein. */
  readonly variance: number | Float64Array;
  /** How many of the variances it was estimated from are 0; they were taken for 1e-5 times the median. */
  readonly zeros: number;
}

/**
 * Smyth's estimate (2004) from the variances s^2 and their degrees of freedom d by the moments of ln s^2, as
 * limma 3.54's `fitFDist` has it: e = ln s^2 - psi(d/2) + ln(d/2), d0 = 2 psi'^-1(var e - mean psi'(d/2)). With
 * `abundance`, finite for every protein, the mean of e is a natural spline of it with up to 4 degrees of freedom
 * (limma-trend). Proteins without degrees of freedom count for nothing. Throws a RangeError where fewer than two
 * have any.
 */
export function variancePrior(
  variances: ArrayLike<number>,
  dfs: ArrayLike<number>,
  abundance?: ArrayLike<number>,
): VariancePrior {
  const used = Array.from(variances, (_, at) => at).filter(
    (at) => (dfs[at] ?? 0) > 1e-15 && Number.isFinite(variances[at]),
  );
  if (used.length < 2) {
    throw new RangeError(
      `${used.length} proteins have residual degrees of freedom: their variances cannot be shared`,
    );
  }
  const seen = used.map((at) => Math.max(0, variances[at] ?? 0));
  const least = 1e-5 * (median(seen) || 1);
  const offset = seen.map((variance) => Math.max(least, variance));
  const centred = offset.map((variance, i) => {
    const half = (dfs[used[i] ?? 0] ?? 0) / 2;
    return Math.log(variance) - digamma(half) + Math.log(half);
  });
  const explained = used.reduce((sum, at) => sum + trigamma((dfs[at] ?? 0) / 2), 0) / used.length;
  const fitted = abundance ? alongAbundance(centred, used, abundance) : around(centred);
  const spread = fitted.spread - explained;
  const zeros = seen.filter((variance) => variance === 0).length;
  if (spread <= 0) {
    const pooled = offset.reduce((sum, variance) => sum + variance, 0) / offset.length;
    return { df: Number.POSITIVE_INFINITY, variance: scaled(fitted.mean, Math.exp, pooled), zeros };
  }
  const df = 2 * trigammaInverse(spread);
  const shift = digamma(df / 2) - Math.log(df / 2);
  const variance = (mean: number) => Math.exp(mean + shift);
  return { df, variance: scaled(fitted.mean, variance), zeros };
}

/** The mean of e, for all proteins or each, and the variance about it. */
interface Fitted {
  readonly mean: number | Float64Array;
  readonly spread: number;
}

function around(values: readonly number[]): Fitted {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, spread };
}

function alongAbundance(
  values: readonly number[],
  used: readonly number[],
  abundance: ArrayLike<number>,
): Fitted {
  const observed = used.map((at) => abundance[at] ?? Number.NaN);
  const steps = 1 + [3, 6, 30].filter((enough) => used.length >= enough).length;
  const size = Math.min(steps, new Set(observed).size);
  const mean = new Float64Array(abundance.length);
  if (size < 2) {
    const { mean: common, spread } = around(values);
    return { mean: mean.fill(Number(common)), spread };
  }
  const knots = splineKnots(observed, size);
  const qr = decomposeQr(naturalSpline(observed, knots));
  const effects = Float64Array.from(values);
  applyQTransposed(qr, effects);
  const left = effects.subarray(qr.rank);
  const coefficients = coefficientsOf(qr, effects);
  const everywhere = naturalSpline(abundance, knots);
  for (let at = 0; at < mean.length; at++) {
    for (const [k, coefficient] of coefficients.entries()) {
      mean[at] = (mean[at] ?? 0) + coefficient * (everywhere.values[at * knots.length + k] ?? 0);
    }
  }
  return { mean, spread: left.reduce((sum, value) => sum + value * value, 0) / left.length };
}

const scaled = (
  mean: Fitted["mean"],
  of: (mean: number) => number,
  common?: number,
): number | Float64Array => (typeof mean === "number" ? (common ?? of(mean)) : mean.map(of));

/** s~^2 = (d0 s0^2 + d s^2) / (d0 + d) of each protein; s0^2 itself where d0 is infinite or d is 0. */
export function posteriorVariances(
  variances: ArrayLike<number>,
  dfs: ArrayLike<number>,
  { df, variance }: VariancePrior,
): Float64Array {
  return Float64Array.from(variances, (own, at) => {
    const prior = typeof variance === "number" ? variance : (variance[at] ?? Number.NaN);
    const d = dfs[at] ?? 0;
    if (d === 0 || df === Number.POSITIVE_INFINITY) return prior;
    return (df * prior + d * own) / (df + d);
  });
}
