import { stirlingError } from "./gamma.ts";

/**
 * x ln(x/m) + m - x without cancellation where x is near m (Loader, "Fast and accurate computation of binomial
 * probabilities", 2000).
 */
export function deviance(x: number, m: number): number {
  const gap = x - m;
  if (Math.abs(gap) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = gap / (x + m);
  let sum = gap * v;
  let term = 2 * x * v;
  for (let at = 3; ; at += 2) {
    term *= v * v;
    const next = sum + term / at;
    if (next === sum) return sum;
    sum = next;
  }
}

/** e^-m m^x / Gamma(x + 1), x >= 0 not needing to be whole. */
export function poissonDensity(x: number, m: number): number {
  if (m === 0) return x === 0 ? 1 : 0;
  if (x === 0) return Math.exp(-m);
  return Math.exp(-stirlingError(x) - deviance(x, m)) / Math.sqrt(2 * Math.PI * x);
}

/** Gamma(n + 1) / (Gamma(x + 1) Gamma(n - x + 1)) p^x q^(n - x), q = 1 - p, 0 <= x <= n not needing to be whole. */
export function binomialDensity(x: number, n: number, p: number, q: number): number {
  if (p === 0) return x === 0 ? 1 : 0;
  if (q === 0) return x === n ? 1 : 0;
  if (x === 0) return n === 0 ? 1 : Math.exp(n * (q < p ? Math.log(q) : Math.log1p(-p)));
  if (x === n) return Math.exp(n * (p < q ? Math.log(p) : Math.log1p(-q)));
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * x * (n - x)));
}
