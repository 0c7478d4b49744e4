import type { CompareInput } from "../../../shared/methods/fope/input.ts";
import { input } from "../../../shared/methods/fope/input.ts";
import type { VariantResult } from "../../../shared/methods/fope/output.ts";
import type { DepthAccuracy, TrainingCurve } from "../../../shared/methods/fope/report.ts";

/** Losses and passkey accuracies of a small real run (d 64, 2 layers, N 64, 600 steps, bytes), one seed. */
const measured = {
  rope: { loss: [1.733, 1.99, 2.526, 2.92, 3.239], passkey: [1, 0.83, 0.13, 0, 0] },
  fope: { loss: [1.75, 1.787, 1.881, 2.144, 2.511], passkey: [1, 1, 1, 0.9, 0.74] },
  "fope-clip": { loss: [1.735, 1.799, 1.938, 2.211, 2.604], passkey: [1, 1, 1, 0.97, 0.84] },
  alibi: { loss: [2.086, 2.088, 2.096, 2.094, 2.128], passkey: [1, 0.97, 0.83, 0.63, 0.45] },
  nope: { loss: [2.238, 2.304, 2.386, 2.457, 2.544], passkey: [1, 0.97, 0.74, 0.44, 0] },
} as const;

export const trainingLength = 64;
export const multiples = [1, 2, 4, 8, 16];

/** The small run's variants; with several seeds, every figure gets this standard deviation. */
export function smallRun(seeds = 1, sd = 0.02): VariantResult[] {
  const spread = seeds > 1 ? sd : 0;
  return Object.entries(measured).map(([name, { loss, passkey }]) => ({
    name,
    seeds,
    parameters: 131_776,
    tokensPerSecond: 12_900,
    loss: multiples.map((multiple, index) => ({
      length: multiple * trainingLength,
      mean: loss[index] ?? Number.NaN,
      sd: spread,
    })),
    passkey: multiples.map((multiple, index) => {
      const accuracy = passkey[index] ?? Number.NaN;
      return {
        length: multiple * trainingLength,
        accuracy,
        sd: accuracy > 0 && accuracy < 1 ? spread : 0,
        symbols: Math.sqrt(accuracy),
        symbolsSd: 0,
      };
    }),
  }));
}

export function compareInput(given: object = {}): CompareInput {
  const parsed = input.parse({ task: "compare", ...given });
  if (parsed.task !== "compare") throw new Error("A comparison was asked for");
  return parsed;
}

/** Training curves and depth maps of the run's shape; their values are made up, and the same every time. */
export function smallCurves(seeds: number): TrainingCurve[] {
  return Object.keys(measured).flatMap((variant, rank) =>
    Array.from({ length: seeds }, (_, seed) => ({
      variant,
      seed,
      points: Array.from({ length: 600 }, (_, index) => ({
        step: index + 1,
        loss: 1.7 + 3.8 * Math.exp(-index / 70) + rank * 0.06 + 0.08 * Math.sin(index * (seed + 7.3)),
      })),
    })),
  );
}

export function smallDepths(): DepthAccuracy[] {
  return smallRun().flatMap(({ name, passkey }) =>
    passkey.flatMap(({ length, accuracy }) =>
      [0, 0.25, 0.5, 0.75, 1].map((depth) => ({
        variant: name,
        length,
        depth,
        accuracy: Math.min(1, accuracy * (0.85 + 0.3 * depth)),
        trials: 20,
      })),
    ),
  );
}
