import { continuedFraction } from "./continued-fraction.ts";
import { binomialDensity } from "./saddle-point.ts";

/** Both sides of the regularised incomplete beta function: I_x(a, b) and 1 - I_x(a, b) = I_(1 - x)(b, a). */
export interface BetaSides {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The side that is smaller by its continued fraction. a, b > 0; x in [0, 1] and y = 1 - x are both given, since
 * one of them may be too near 1 to hold the other.
 */
export function incompleteBeta(x: number, y: number, a: number, b: number): BetaSides {
  if (!(a > 0 && b > 0 && x >= 0 && y >= 0)) return { lower: Number.NaN, upper: Number.NaN };
  if (x === 0) return { lower: 0, upper: 1 };
  if (y === 0) return { lower: 1, upper: 0 };
  const density = binomialDensity(a, a + b, x, y) / (a + b);
  if (x * (a + b + 2) < a + 1) {
    const lower = Math.min(1, (density * b) / fractionOf(x, a, b));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, (density * a) / fractionOf(y, b, a));
  return { lower: 1 - upper, upper };
}

/** The fraction under x^a (1 - x)^b / (a B(a, b)) that gives I_x(a, b) (Abramowitz and Stegun 26.5.8). */
const fractionOf = (x: number, a: number, b: number): number =>
  continuedFraction(1, (n) => {
    const m = n >> 1;
    const numerator =
      n % 2 === 0
        ? (m * (b - m)) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m)) / ((a + 2 * m) * (a + 2 * m + 1));
    return [numerator * x, 1];
  });
