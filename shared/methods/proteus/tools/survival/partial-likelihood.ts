import {
  type Cholesky,
  decomposeCholesky,
  invertCholesky,
  quadraticForm,
  solveCholesky,
} from "../../../../statistics/cholesky.ts";
import { type Dense, zeros } from "../../../../statistics/dense.ts";
import { type RiskOrder, type Ties, visitRiskSets } from "./risk-sets.ts";

/** Where the partial likelihood is greatest. */
export interface Maximum {
  readonly beta: Float64Array;
  /** Its covariance, the inverse of the information; 0 for columns that depend on others. */
  readonly covariance: Dense;
  readonly information: Cholesky;
  /** ln of the partial likelihood at 0 and at beta. */
  readonly logLikelihoods: { readonly none: number; readonly model: number };
  /** The score test at 0, and the Wald test, both chi-squared. */
  readonly score: number;
  readonly wald: number;
  readonly iterations: number;
  /** False where the iterations ran out. */
  readonly converged: boolean;
  /** Columns along which the likelihood still rises though it has stopped to change: their beta may be infinite. */
  readonly maybeInfinite: readonly number[];
}

/** R's `coxph.control`. */
const control = { iterations: 20, change: 1e-9, infinite: 1e-9 ** 0.5, dependent: Number.EPSILON ** 0.75 };

interface At {
  readonly logLikelihood: number;
  readonly score: Float64Array;
  readonly information: Dense;
}

/**
 * Maximises the partial likelihood of `x`, [subjects in risk order, p], by Newton's method from 0, halving steps that
 * make it fall, as R's `coxph`: until its logarithm changes by less than a 1e-9th.
 */
export function maximise(order: RiskOrder, x: Float64Array, p: number, ties: Ties): Maximum {
  const events = order.events.reduce((sum, event) => sum + event, 0);
  const none = evaluate(order, x, new Float64Array(p), ties);
  const decompose = ({ information }: At) => decomposeCholesky(information, control.dependent, events);
  const climbed = climb((beta) => evaluate(order, x, beta, ties), none, decompose);
  const { beta, best, iterations, converged } = climbed;
  const information = decompose(best);
  const covariance = invertCholesky(information);
  const rising = solveCholesky(information, best.score);
  return {
    beta,
    covariance,
    information,
    logLikelihoods: { none: none.logLikelihood, model: best.logLikelihood },
    score: quadraticForm(decompose(none), none.score),
    wald: formOf(best.information, beta),
    iterations,
    converged,
    maybeInfinite: [...beta.keys()].filter(
      (at) => !(Math.abs(rising[at] ?? 0) <= control.infinite * (1 + Math.abs(beta[at] ?? 0))),
    ),
  };
}

function evaluate(order: RiskOrder, x: Float64Array, beta: Float64Array, ties: Ties): At {
  const p = beta.length;
  const score = new Float64Array(p);
  const information = zeros(p, p);
  let logLikelihood = 0;
  visitRiskSets(order, x, beta, ties, ({ predictors, logRisk, covariates, mean, covariance }) => {
    logLikelihood += predictors - logRisk;
    for (let i = 0; i < p; i++) score[i] = (score[i] ?? 0) + (covariates[i] ?? 0) - (mean[i] ?? 0);
    for (let i = 0; i < p * p; i++)
      information.values[i] = (information.values[i] ?? 0) + (covariance[i] ?? 0);
  });
  return { logLikelihood, score, information };
}

const isUsable = ({ logLikelihood, score, information }: At): boolean =>
  Number.isFinite(logLikelihood) && score.every(Number.isFinite) && information.values.every(Number.isFinite);

function climb(at: (beta: Float64Array) => At, none: At, decompose: (at: At) => Cholesky) {
  let beta: Float64Array = new Float64Array(none.score.length);
  let best = none;
  let next = solveCholesky(decompose(none), none.score);
  let halvings = 0;
  for (let iterations = 1; iterations <= control.iterations; iterations++) {
    const tried = at(next);
    const change = tried.logLikelihood - best.logLikelihood;
    if (isUsable(tried) && Math.abs(change) <= control.change * Math.abs(tried.logLikelihood)) {
      return { beta: next, best: tried, iterations, converged: true };
    }
    if (isUsable(tried) && change >= 0) {
      halvings = 0;
      [beta, best] = [next, tried];
      const step = solveCholesky(decompose(tried), tried.score);
      next = beta.map((value, i) => value + (step[i] ?? 0));
    } else {
      halvings++;
      next = next.map((value, i) => (value + halvings * (beta[i] ?? 0)) / (halvings + 1));
    }
  }
  return { beta, best, iterations: control.iterations, converged: false };
}

function formOf({ columns, values }: Dense, beta: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) sum += (beta[i] ?? 0) * (values[i * columns + j] ?? 0) * (beta[j] ?? 0);
  }
  return sum;
}
