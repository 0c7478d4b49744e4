import type { TrainedName } from "./labels.ts";

/** How long and how fast something is trained. */
export interface Pace {
  readonly steps: number;
  readonly learningRate: number;
}

/**
 * What each training takes where an input does not say: of a grid the shortest whose area of telling right from wrong
 * responses of running sums is within 0.005 of the best, on seeds that no figure is reported of. README.md has the grid.
 */
const tuned: Record<TrainedName, Pace> = {
  ce: { steps: 100, learningRate: 1e-3 },
  dpo: { steps: 50, learningRate: 3e-4 },
  kto: { steps: 100, learningRate: 1e-3 },
  nca: { steps: 100, learningRate: 1e-3 },
  orm: { steps: 200, learningRate: 1e-3 },
  verifier: { steps: 200, learningRate: 1e-3 },
  exact: { steps: 800, learningRate: 2e-3 },
  shepherd: { steps: 400, learningRate: 2e-3 },
};

/** The pace of a training: what is given of it, and what it was tuned to. */
export function paceOf(
  name: TrainedName,
  { steps, learningRate }: { readonly [Key in keyof Pace]?: Pace[Key] | undefined },
): Pace {
  return {
    steps: steps ?? tuned[name].steps,
    learningRate: learningRate ?? tuned[name].learningRate,
  };
}
