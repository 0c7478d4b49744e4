import { binomialDensity } from "../saddle-point.ts";

/** An urn of `population` balls of which `marked` are marked; `drawn` of them are drawn. */
export interface Urn {
  readonly population: number;
  readonly marked: number;
  readonly drawn: number;
}

/** P(X = k) of k marked balls among those drawn (Loader's form: a ratio of three binomial probabilities). */
export function hypergeometricDensity(k: number, { population, marked, drawn }: Urn): number {
  if (k < Math.max(0, drawn + marked - population) || k > Math.min(marked, drawn)) return 0;
  const p = drawn / population;
  const q = (population - drawn) / population;
  return (
    (binomialDensity(k, marked, p, q) * binomialDensity(drawn - k, population - marked, p, q)) /
    binomialDensity(drawn, population, p, q)
  );
}

/** P(X >= k), summed from k on: no difference from 1. Throws a RangeError on an urn that cannot be. */
export function hypergeometricUpper(k: number, urn: Urn): number {
  const { population, marked, drawn } = urn;
  const counts = [k, population, marked, drawn];
  if (
    !counts.every((count) => Number.isSafeInteger(count) && count >= 0) ||
    marked > population ||
    drawn > population
  ) {
    throw new RangeError(`no urn has ${JSON.stringify(urn)}, nor ${k} of its balls`);
  }
  const least = Math.max(0, drawn + marked - population);
  const most = Math.min(marked, drawn);
  if (k <= least) return 1;
  let term = hypergeometricDensity(k, urn);
  let sum = term;
  for (let at = k; at < most; at++) {
    const ratio = ((marked - at) * (drawn - at)) / ((at + 1) * (population - marked - drawn + at + 1));
    term *= ratio;
    sum += term;
    if (ratio < 1 && term < sum * 1e-18) break;
  }
  return Math.min(1, sum);
}
