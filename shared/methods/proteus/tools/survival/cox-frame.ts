import type { Covariate, Factor } from "../../sample-sheet.ts";
import { covariateColumns, isKnown } from "../design.ts";
import type { FollowUp } from "./follow-up.ts";
import { type RiskOrder, riskOrder } from "./risk-sets.ts";

export interface CoxModel {
  readonly covariates: readonly Covariate[];
  /** Each level has a baseline hazard of its own. */
  readonly strata?: Factor;
}

export interface CoxColumn {
  readonly name: string;
  /** The covariate that it comes from: a factor has a column for each level beside its first. */
  readonly term: string;
}

/** The data of a Cox model: the subjects for whom all of it is known, in the order of their risk sets. */
export interface CoxFrame {
  readonly order: RiskOrder;
  readonly columns: readonly CoxColumn[];
  /** [subjects in that order, columns], each column less its mean, over its mean distance from it. */
  readonly x: Float64Array;
  /** What one unit of x is in the covariate's unit. */
  readonly units: Float64Array;
}

/**
 * Throws a RangeError where there is no covariate, a factor has one level among those known, times or events
 * cannot be, or nobody who is known had the event.
 */
export function coxFrame(followUp: FollowUp, { covariates, strata }: CoxModel): CoxFrame {
  if (covariates.length === 0) throw new RangeError("a Cox model wants at least one covariate");
  const order = riskOrder(followUp, strata, (subject) =>
    covariates.every((covariate) => isKnown(covariate, subject)),
  );
  if (!order.events.includes(1)) {
    const names = covariates.map(({ name }) => name).join(", ");
    throw new RangeError(`no event among the ${order.subjects.length} subjects for whom ${names} are known`);
  }
  const coded = covariateColumns(covariates, [...order.subjects]);
  const values = coded.map(({ value }) => Float64Array.from(order.subjects, value));
  return {
    order,
    columns: coded.map(({ name, term = name }) => ({ name, term })),
    ...standardised(values, order.subjects.length),
  };
}

/** Columns beside each other, each centred and scaled, so that Newton's steps and the tests for dependence do not mind units. */
export function standardised(columns: readonly Float64Array[], rows: number): Pick<CoxFrame, "x" | "units"> {
  const p = columns.length;
  const x = new Float64Array(rows * p);
  const units = new Float64Array(p).fill(1);
  for (const [at, column] of columns.entries()) {
    const mean = column.reduce((sum, value) => sum + value, 0) / rows;
    const distance = column.reduce((sum, value) => sum + Math.abs(value - mean), 0) / rows;
    // What is left of a column that does not vary is rounding.
    if (distance <= 1e-12 * Math.abs(mean)) continue;
    units[at] = distance;
    for (let row = 0; row < rows; row++) x[row * p + at] = ((column[row] ?? 0) - mean) / distance;
  }
  return { x, units };
}
