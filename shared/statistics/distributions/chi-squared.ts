import { incompleteGamma } from "../incomplete-gamma.ts";

/** P(X > x) for `df` degrees of freedom. */
export const chiSquaredUpper = (x: number, df: number): number =>
  x <= 0 ? 1 : incompleteGamma(df / 2, x / 2).upper;
