/**
 * The quantile of R's type 7 (linear between order statistics) at each share in [0, 1]; NaN of no values.
 * Missing values (NaN) are left out. Throws a RangeError on a share outside [0, 1].
 */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return shares.map((share) => quantileOfSorted(sorted, share));
}

/** The same of values that are sorted already, smallest first, none missing. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a quantile is of a share in [0, 1], not ${share}`);
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const part = place - below;
  if (part === 0) return low;
  return low + part * ((sorted[below + 1] ?? low) - low);
}

/** The middle value, or the mean of the middle two; NaN of no values. Missing values are left out. */
export const median = (values: ArrayLike<number>): number => quantiles(values, [0.5])[0] ?? Number.NaN;
