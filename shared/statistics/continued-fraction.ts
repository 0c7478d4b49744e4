const tiny = 1e-300;

/**
 * b0 + a1/(b1 + a2/(b2 + ...)) by Lentz's method as Thompson and Barnett mended it; `step(n)` gives [a_n, b_n],
 * n from 1. Throws a RangeError where it does not settle in a million steps.
 */
export function continuedFraction(b0: number, step: (n: number) => readonly [number, number]): number {
  let value = b0 || tiny;
  let upper = value;
  let lower = 0;
  for (let n = 1; n < 1e6; n++) {
    const [a, b] = step(n);
    lower = 1 / (b + a * lower || tiny);
    upper = b + a / upper || tiny;
    const ratio = upper * lower;
    value *= ratio;
    if (Math.abs(ratio - 1) < 2 * Number.EPSILON) return value;
  }
  throw new RangeError("a continued fraction does not settle");
}
