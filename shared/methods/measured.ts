/** A mean over seeds; `sd` says nothing when `seeds` is 1. */
export interface Measured {
  readonly mean: number;
  readonly sd: number;
  readonly seeds: number;
}

/** How two means over seeds stand to each other. */
export interface Difference {
  /** First minus second. */
  readonly by: number;
  /** Standard deviations of both combined in quadrature, or that of paired differences; undefined when one side rests on a single seed. */
  readonly spread: number | undefined;
}

/** Mean and sample standard deviation (0 for a single value). */
export function meanSd(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** What the first has over the second, and the seeds' spread to hold it against. */
export function difference(first: Measured, second: Measured): Difference {
  const known = first.seeds > 1 && second.seeds > 1;
  return {
    by: first.mean - second.mean,
    spread: known ? Math.hypot(first.sd, second.sd) : undefined,
  };
}

/** The mean of what the first has over the second seed by seed, and how that spreads over the seeds. */
export function pairedDifference(first: readonly number[], second: readonly number[]): Difference {
  if (first.length !== second.length) throw new RangeError("as many values on both sides");
  const { mean, sd } = meanSd(first.map((value, seed) => value - (second[seed] ?? Number.NaN)));
  return { by: mean, spread: first.length > 1 ? sd : undefined };
}

/** Whether the first is larger by more than the spread; where no spread is known, whether it is larger at all. */
export function exceeds({ by, spread = 0 }: Difference): boolean {
  return by > spread && by > 0;
}

/** What the seeds allow to say of a difference, as the end of a sentence about it. */
export function bySeeds({ by, spread }: Difference, show: (value: number) => string): string {
  if (spread === undefined) return " (one seed, spread unknown)";
  if (Math.abs(by) > spread) return `, beyond the seeds' combined spread of ${show(spread)}`;
  return `, within the seeds' combined spread of ${show(spread)}`;
}
