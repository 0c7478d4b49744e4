/** Learning rate at a step, counted from 0. */
export type Schedule = (step: number) => number;

export interface WarmupOptions {
  readonly peak: number;
  readonly steps: number;
  /** Steps over which the rate rises linearly to its peak. */
  readonly warmupSteps: number;
  /** Share of the peak that is left at the end. */
  readonly floor?: number;
}

function warmup(step: number, { peak, warmupSteps }: WarmupOptions): number | undefined {
  return step < warmupSteps ? (peak * (step + 1)) / warmupSteps : undefined;
}

function decayed({ steps, warmupSteps }: WarmupOptions, step: number): number {
  return Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
}

/** Linear rise, then half a cosine down to the floor. arXiv 1608.03983 without restarts. */
export function cosineSchedule(options: WarmupOptions): Schedule {
  const { peak, floor = 0.1 } = options;
  return (step) =>
    warmup(step, options) ??
    peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * decayed(options, step))));
}

/** Linear rise, then a straight line down to the floor. */
export function linearSchedule(options: WarmupOptions): Schedule {
  const { peak, floor = 0 } = options;
  return (step) => warmup(step, options) ?? peak * (1 - (1 - floor) * decayed(options, step));
}

/** Linear rise, then the peak. */
export function constantSchedule(options: WarmupOptions): Schedule {
  return (step) => warmup(step, options) ?? options.peak;
}
