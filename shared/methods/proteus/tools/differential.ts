import { fUpper } from "../../../statistics/distributions/f.ts";
import { tQuantile, tTwoSided } from "../../../statistics/distributions/student-t.ts";
import { benjaminiHochberg } from "../../../statistics/false-discovery.ts";
import type { Matrix } from "../matrix.ts";
import type { Contrast, Design } from "./design.ts";
import { posteriorVariances, type VariancePrior, variancePrior } from "./empirical-bayes.ts";
import { type ContrastFit, fitContrasts } from "./linear-fit.ts";

/** One contrast, a number for each protein; NaN where it is not determined. */
export interface ContrastTest {
  readonly name: string;
  /** The contrast of log abundances: with log2, the log2 fold change. */
  readonly logFC: Float64Array;
  readonly standardError: Float64Array;
  /** The confidence interval of logFC, of that protein alone. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Moderated t = logFC / (s~ sqrt u). */
  readonly t: Float64Array;
  readonly p: Float64Array;
  /** Benjamini and Hochberg's, over the proteins of this contrast. */
  readonly adjusted: Float64Array;
}

/** All contrasts at once: whether any is not 0. */
export interface JointTest {
  readonly f: Float64Array;
  /** The independent contrasts. */
  readonly df: Float64Array;
  readonly p: Float64Array;
  readonly adjusted: Float64Array;
}

export interface Differential {
  readonly proteins: readonly string[];
  readonly contrasts: readonly ContrastTest[];
  readonly joint: JointTest;
  readonly prior: VariancePrior;
  /** The mean of each protein where it was seen. */
  readonly mean: Float64Array;
  /** s^2 and d of each protein alone, and s~^2 with d + d0, at most the sum of all d. */
  readonly variance: Float64Array;
  readonly df: Float64Array;
  readonly posteriorVariance: Float64Array;
  readonly totalDf: Float64Array;
}

export interface DifferentialOptions {
  /** The prior variance follows the mean abundance. */
  readonly trend?: boolean;
  /** Of the intervals; .95 unless given. */
  readonly confidence?: number;
}

/**
 * Differential abundance as limma has it (Smyth 2004; Ritchie et al. 2015): a linear model of each protein's log
 * abundances, variances shared by empirical Bayes, moderated t for each contrast and F for all together. Throws
 * a RangeError where a contrast is not determined by the design, or no two proteins have residual degrees of
 * freedom.
 */
export function differentialAbundance(
  matrix: Matrix,
  design: Design,
  contrasts: readonly Contrast[],
  { trend = false, confidence = 0.95 }: DifferentialOptions = {},
): Differential {
  const fit = fitContrasts(matrix, design, contrasts);
  const { variance, df, mean } = fit;
  const prior = variancePrior(variance, df, trend ? withoutGaps(mean) : undefined);
  const posteriorVariance = posteriorVariances(variance, df, prior);
  const pooled = df.reduce((sum, each) => sum + each, 0);
  const totalDf = df.map((own) => Math.min(own + prior.df, pooled));
  const shared = { posteriorVariance, totalDf, confidence };
  return {
    proteins: matrix.rows,
    contrasts: fit.contrasts.map((contrast) => testOf(contrast, shared)),
    joint: jointOf(fit.joint, shared),
    prior,
    mean,
    variance,
    df,
    posteriorVariance,
    totalDf,
  };
}

/** A protein that was never seen has no mean; the trend takes it at the mean of the others, and it is tested nowhere. */
function withoutGaps(mean: Float64Array): Float64Array {
  const known = mean.filter((value) => !Number.isNaN(value));
  const middle = known.reduce((sum, value) => sum + value, 0) / known.length;
  return mean.map((value) => (Number.isNaN(value) ? middle : value));
}

interface Shared {
  readonly posteriorVariance: Float64Array;
  readonly totalDf: Float64Array;
  readonly confidence: number;
}

function testOf(
  { name, estimate, unscaled }: ContrastFit,
  { posteriorVariance, totalDf, confidence }: Shared,
): ContrastTest {
  const standardError = unscaled.map((u, at) => u * Math.sqrt(posteriorVariance[at] ?? Number.NaN));
  const t = estimate.map((value, at) => value / (standardError[at] ?? Number.NaN));
  const p = t.map((value, at) => tTwoSided(value, totalDf[at] ?? Number.NaN));
  const quantile = remembered((df) => tQuantile((1 + confidence) / 2, df));
  const half = standardError.map((error, at) => error * quantile(totalDf[at] ?? Number.NaN));
  return {
    name,
    logFC: estimate,
    standardError,
    low: estimate.map((value, at) => value - (half[at] ?? Number.NaN)),
    high: estimate.map((value, at) => value + (half[at] ?? Number.NaN)),
    t,
    p,
    adjusted: benjaminiHochberg(p),
  };
}

function remembered(of: (key: number) => number): (key: number) => number {
  const known = new Map<number, number>();
  return (key) => {
    const value = known.get(key) ?? of(key);
    known.set(key, value);
    return value;
  };
}

function jointOf(
  { quadratic, rank }: { readonly quadratic: Float64Array; readonly rank: Float64Array },
  { posteriorVariance, totalDf }: Shared,
): JointTest {
  const f = quadratic.map((q, at) => q / (rank[at] ?? Number.NaN) / (posteriorVariance[at] ?? Number.NaN));
  const p = f.map((value, at) =>
    Number.isNaN(value) ? value : fUpper(value, rank[at] ?? Number.NaN, totalDf[at] ?? Number.NaN),
  );
  return { f, df: rank, p, adjusted: benjaminiHochberg(p) };
}
