import { incompleteBeta } from "../incomplete-beta.ts";
import { chiSquaredUpper } from "./chi-squared.ts";

/** P(F > x) for `df1` and `df2` degrees of freedom; `df2` may be infinite: then that of chi-squared over df1. */
export function fUpper(x: number, df1: number, df2: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (df2 === Number.POSITIVE_INFINITY) return chiSquaredUpper(x * df1, df1);
  const whole = df2 + df1 * x;
  return incompleteBeta(df2 / whole, (df1 * x) / whole, df2 / 2, df1 / 2).lower;
}
