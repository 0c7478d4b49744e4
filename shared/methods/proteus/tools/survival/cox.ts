import { isDependent } from "../../../../statistics/cholesky.ts";
import { chiSquaredUpper } from "../../../../statistics/distributions/chi-squared.ts";
import { normalQuantile, normalTwoSided } from "../../../../statistics/distributions/normal.ts";
import { concordance } from "./concordance.ts";
import type { CoxColumn, CoxFrame } from "./cox-frame.ts";
import { type Maximum, maximise } from "./partial-likelihood.ts";
import type { Ties } from "./risk-sets.ts";

export interface CoxCoefficient extends CoxColumn {
  /** The log hazard ratio of one unit; NaN for a column that depends on others. */
  readonly beta: number;
  readonly standardError: number;
  readonly z: number;
  /** Wald's, of both sides. */
  readonly p: number;
  readonly hazardRatio: number;
  /** The interval of the hazard ratio. */
  readonly low: number;
  readonly high: number;
  /** The likelihood rises along it without end, as where it separates those with the event from those without. */
  readonly maybeInfinite: boolean;
}

export interface ChiSquaredTest {
  readonly chiSquared: number;
  readonly df: number;
  readonly p: number;
}

export interface CoxFit {
  readonly subjects: number;
  readonly events: number;
  readonly ties: Ties;
  readonly coefficients: readonly CoxCoefficient[];
  readonly logLikelihoods: Maximum["logLikelihoods"];
  readonly likelihoodRatio: ChiSquaredTest;
  readonly wald: ChiSquaredTest;
  readonly score: ChiSquaredTest;
  /** Harrell's C of the linear predictor. */
  readonly concordance: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** The coefficients as the frame's x has them. */
  readonly scaled: Float64Array;
}

export interface CoxOptions {
  /** efron unless given. */
  readonly ties?: Ties;
  /** .95 unless given. */
  readonly confidence?: number;
}

/** Cox's proportional hazards model, as R's `coxph`. */
export function cox(frame: CoxFrame, { ties = "efron", confidence = 0.95 }: CoxOptions = {}): CoxFit {
  const { order, x, columns } = frame;
  const p = columns.length;
  const found = maximise(order, x, p, ties);
  const { none, model } = found.logLikelihoods;
  const df = found.information.rank;
  const test = (chiSquared: number) => ({
    chiSquared,
    df,
    p: df === 0 ? Number.NaN : chiSquaredUpper(chiSquared, df),
  });
  const predictors = order.times.map((_, row) =>
    found.beta.reduce((sum, beta, at) => sum + beta * (x[row * p + at] ?? 0), 0),
  );
  return {
    subjects: order.subjects.length,
    events: order.events.filter((event) => event === 1).length,
    ties,
    coefficients: columns.map((column, at) => ({
      ...column,
      ...coefficientOf(frame, found, at, confidence),
    })),
    logLikelihoods: found.logLikelihoods,
    likelihoodRatio: test(2 * (model - none)),
    wald: test(found.wald),
    score: test(found.score),
    concordance: concordance(order, predictors),
    iterations: found.iterations,
    converged: found.converged,
    scaled: found.beta,
  };
}

function coefficientOf({ units, columns }: CoxFrame, found: Maximum, at: number, confidence: number) {
  const unit = units[at] ?? 1;
  const dependent = isDependent(found.information, at);
  const beta = dependent ? Number.NaN : (found.beta[at] ?? Number.NaN) / unit;
  const variance = found.covariance.values[at * columns.length + at] ?? Number.NaN;
  const standardError = dependent ? Number.NaN : Math.sqrt(variance) / unit;
  const z = beta / standardError;
  const half = normalQuantile((1 + confidence) / 2) * standardError;
  return {
    beta,
    standardError,
    z,
    p: normalTwoSided(z),
    hazardRatio: Math.exp(beta),
    low: Math.exp(beta - half),
    high: Math.exp(beta + half),
    maybeInfinite: found.maybeInfinite.includes(at),
  };
}
