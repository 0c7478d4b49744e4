import { continuedFraction } from "./continued-fraction.ts";
import { poissonDensity } from "./saddle-point.ts";

/** Both sides of the regularised incomplete gamma function: P(a, x) and Q(a, x) = 1 - P(a, x). */
export interface GammaSides {
  readonly lower: number;
  readonly upper: number;
}

/**
 * P by its series where x < a + 1, else Q by its continued fraction, so that the smaller side is never a
 * difference from 1. a > 0, x >= 0.
 */
export function incompleteGamma(a: number, x: number): GammaSides {
  if (!(a > 0) || !(x >= 0)) return { lower: Number.NaN, upper: Number.NaN };
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const density = poissonDensity(a, x);
  if (x < a + 1) {
    const lower = Math.min(1, density * series(a, x));
    return { lower, upper: 1 - lower };
  }
  const fraction = continuedFraction(x + 1 - a, (n) => [-n * (n - a), x + 2 * n + 1 - a]);
  const upper = Math.min(1, (density * a) / fraction);
  return { lower: 1 - upper, upper };
}

/** sum_n x^n / ((a + 1) ... (a + n)) */
function series(a: number, x: number): number {
  let [sum, term] = [1, 1];
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}
