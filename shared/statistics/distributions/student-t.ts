import { stirlingError } from "../gamma.ts";
import { incompleteBeta } from "../incomplete-beta.ts";
import { deviance } from "../saddle-point.ts";
import { normalDensity, normalQuantile, normalTwoSided } from "./normal.ts";
import { quantileOfTail } from "./quantile-of-tail.ts";

/** P(|T| > |t|) for `df` degrees of freedom; infinitely many make it the normal distribution's. */
export function tTwoSided(t: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalTwoSided(t);
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return 0;
  return incompleteBeta(df / (df + square), square / (df + square), df / 2, 0.5).lower;
}

/** P(T > t) */
export function tUpper(t: number, df: number): number {
  const half = tTwoSided(t, df) / 2;
  return t > 0 ? half : 1 - half;
}

export function tDensity(t: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalDensity(t);
  const half = df / 2;
  const spread = 1 + (t * t) / df;
  const exponent = stirlingError(half + 0.5) - stirlingError(half) - deviance(half, half + 0.5);
  return Math.exp(exponent - half * Math.log1p((t * t) / df)) / Math.sqrt(2 * Math.PI * spread);
}

/** The t with P(T <= t) = p. */
export function tQuantile(p: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p);
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN;
  if (p > 0.5) return -tQuantile(1 - p, df);
  return -quantileOfTail(
    (t) => tUpper(t, df),
    (t) => tDensity(t, df),
    p,
  );
}
