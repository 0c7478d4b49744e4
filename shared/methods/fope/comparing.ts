import * as z from "zod";
import type { TrainingCheckpoint } from "../../lm/training.ts";
import { trial } from "./trial.ts";

const point = z.object({ step: z.int(), loss: z.number() });

/** A loss curve of means over intervals of steps; the last interval may not be full yet. */
export const curve = z.object({ points: z.array(point), sum: z.number(), count: z.int() });
export type Curve = z.infer<typeof curve>;

export const noPoints: Curve = { points: [], sum: 0, count: 0 };

/** The curve with one more step; the point that this completes, if any. */
export function mark(
  { points, sum, count }: Curve,
  step: number,
  loss: number,
  interval: number,
): { curve: Curve; point?: z.infer<typeof point> } {
  const total = sum + loss;
  if (count + 1 < interval) return { curve: { points, sum: total, count: count + 1 } };
  const completed = { step, loss: total / (count + 1) };
  return { curve: { points: [...points, completed], sum: 0, count: 0 }, point: completed };
}

/** A training's checkpoint as it comes out of storage: typed arrays, which zod has no schema for. */
export const trainingCheckpoint = z.custom<TrainingCheckpoint>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    ["parameters", "first", "second"].every((key) => Reflect.get(value, key) instanceof Float32Array) &&
    typeof Reflect.get(value, "step") === "number" &&
    Array.isArray(Reflect.get(value, "random")),
);

/** Mean loss in nats per token, by length. */
export const lossesByLength = z.array(z.object({ length: z.int(), loss: z.number() }));

/** Where a comparison stands: the jobs that are done and their figures, and the training under way. */
export const comparing = z.object({
  job: z.int(),
  trials: z.array(trial),
  costs: z.array(z.object({ variant: z.string(), seed: z.int(), tokens: z.int(), seconds: z.number() })),
  curves: z.array(z.object({ variant: z.string(), seed: z.int(), points: z.array(point) })),
  current: z.object({ training: trainingCheckpoint, curve, seconds: z.number() }).optional(),
});
export type Comparing = z.infer<typeof comparing>;
