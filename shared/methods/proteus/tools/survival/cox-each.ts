import { isDependent } from "../../../../statistics/cholesky.ts";
import { normalTwoSided } from "../../../../statistics/distributions/normal.ts";
import { benjaminiHochberg } from "../../../../statistics/false-discovery.ts";
import { type Matrix, rowOf } from "../../matrix.ts";
import { covariateColumns, isKnown } from "../design.ts";
import { type CoxModel, standardised } from "./cox-frame.ts";
import type { FollowUp } from "./follow-up.ts";
import { maximise } from "./partial-likelihood.ts";
import { keepSubjects, type RiskOrder, riskOrder, type Ties } from "./risk-sets.ts";

/** A Cox model for each protein, a number each; NaN where it has none. */
export interface CoxTable {
  readonly proteins: readonly string[];
  readonly subjects: Float64Array;
  readonly events: Float64Array;
  /** The log hazard ratio of one unit of abundance. */
  readonly beta: Float64Array;
  readonly standardError: Float64Array;
  readonly z: Float64Array;
  readonly p: Float64Array;
  /** Benjamini and Hochberg's over the proteins. */
  readonly adjusted: Float64Array;
  /** 1 where the iterations ran out or beta may be infinite: its z and p mean little. */
  readonly doubtful: Uint8Array;
}

/**
 * Fits a Cox model of each row's abundance, beside the covariates that are the same for all, to the subjects
 * (columns) in whom the protein was seen. NaN where it does not vary among them, nobody had the event, or it
 * depends on the covariates. Throws a RangeError where times or events cannot be.
 */
export function coxEach(
  followUp: FollowUp,
  matrix: Matrix,
  { covariates, strata }: CoxModel,
  ties: Ties = "efron",
): CoxTable {
  const order = riskOrder(followUp, strata, (subject) =>
    covariates.every((covariate) => isKnown(covariate, subject)),
  );
  const shared = covariateColumns(covariates, [...order.subjects]);
  const empty = () => new Float64Array(matrix.rows.length).fill(Number.NaN);
  const table = {
    proteins: matrix.rows,
    subjects: empty(),
    events: empty(),
    beta: empty(),
    standardError: empty(),
    doubtful: new Uint8Array(matrix.rows.length),
  };
  for (let row = 0; row < matrix.rows.length; row++) {
    const abundance = rowOf(matrix, row);
    const seen = abundance.some(Number.isNaN)
      ? keepSubjects(order, (subject) => !Number.isNaN(abundance[subject] ?? Number.NaN))
      : order;
    table.subjects[row] = seen.subjects.length;
    table.events[row] = seen.events.reduce((sum, event) => sum + event, 0);
    if (table.events[row] === 0) continue;
    const values = [
      ...shared.map(({ value }) => value),
      (subject: number) => abundance[subject] ?? Number.NaN,
    ];
    const fit = fitLast(seen, values, ties);
    if (!fit) continue;
    table.beta[row] = fit.beta;
    table.standardError[row] = fit.standardError;
    table.doubtful[row] = fit.doubtful ? 1 : 0;
  }
  const z = table.beta.map((beta, row) => beta / (table.standardError[row] ?? Number.NaN));
  const p = z.map(normalTwoSided);
  return { ...table, z, p, adjusted: benjaminiHochberg(p) };
}

/** The coefficient of the last column; undefined where it depends on the others. */
function fitLast(order: RiskOrder, values: readonly ((subject: number) => number)[], ties: Ties) {
  const columns = values.map((value) => Float64Array.from(order.subjects, value));
  const { x, units } = standardised(columns, order.subjects.length);
  const p = values.length;
  const last = p - 1;
  const found = maximise(order, x, p, ties);
  if (isDependent(found.information, last)) return undefined;
  const unit = units[last] ?? 1;
  return {
    beta: (found.beta[last] ?? Number.NaN) / unit,
    standardError: Math.sqrt(found.covariance.values[last * p + last] ?? Number.NaN) / unit,
    doubtful: !found.converged || found.maybeInfinite.includes(last),
  };
}
