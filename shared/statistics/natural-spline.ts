import { type Dense, zeros } from "./dense.ts";
import { quantileOfSorted } from "./quantile.ts";

/**
 * The knots of a natural cubic spline of `size` functions, the constant among them: the ends of what is
 * observed and, between them, its quantiles at even steps, as R's `ns(x, df = size, intercept = TRUE)` has them.
 * Knots that fall together are one, so that there may be fewer.
 */
export function splineKnots(observed: ArrayLike<number>, size: number): readonly number[] {
  const sorted = Float64Array.from(observed).sort();
  return [...new Set(Array.from({ length: size }, (_, at) => quantileOfSorted(sorted, at / (size - 1))))];
}

/**
 * [values, knots]: natural cubic splines at each value, as truncated powers (Hastie, Tibshirani and Friedman,
 * "The Elements of Statistical Learning", 5.4), linear beyond the knots at the ends. At least two knots.
 */
export function naturalSpline(values: ArrayLike<number>, knots: readonly number[]): Dense {
  const made = zeros(values.length, knots.length);
  const first = knots[0] ?? Number.NaN;
  const width = (knots.at(-1) ?? Number.NaN) - first;
  const scaled = knots.map((knot) => (knot - first) / width);
  for (let row = 0; row < values.length; row++) {
    made.values.set(functionsAt(((values[row] ?? Number.NaN) - first) / width, scaled), row * knots.length);
  }
  return made;
}

function functionsAt(u: number, knots: readonly number[]): number[] {
  const cubed = (knot: number) => Math.max(0, u - knot) ** 3;
  const bent = (knot: number) => (cubed(knot) - cubed(1)) / (1 - knot);
  const last = bent(knots.at(-2) ?? 0);
  return [1, u, ...knots.slice(0, -2).map((knot) => bent(knot) - last)];
}
