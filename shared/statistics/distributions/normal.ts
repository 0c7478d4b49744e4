import { incompleteGamma } from "../incomplete-gamma.ts";
import { quantileOfTail } from "./quantile-of-tail.ts";

/** P(Z > z) */
export function normalUpper(z: number): number {
  const { lower, upper } = incompleteGamma(0.5, (z * z) / 2);
  return z > 0 ? upper / 2 : (1 + lower) / 2;
}

/** P(|Z| > |z|) */
export const normalTwoSided = (z: number): number => incompleteGamma(0.5, (z * z) / 2).upper;

export const normalDensity = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/** The z with P(Z <= z) = p. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  return -quantileOfTail(normalUpper, normalDensity, p);
}
