/**
 * Exponential moving average of a curve, corrected for its beginning so that it starts at the first value.
 * `weight` in [0, 1) is the share of what came before; gaps stay gaps.
 */
export function smooth<Gap extends null | undefined>(
  values: readonly (number | Gap)[],
  weight: number,
): (number | Gap)[] {
  if (weight === 0) return [...values];
  let average = 0;
  let correction = 0;
  return values.map((value) => {
    if (typeof value !== "number") return value;
    average = weight * average + (1 - weight) * value;
    correction = weight * correction + (1 - weight);
    return average / correction;
  });
}
