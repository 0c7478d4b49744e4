import * as z from "zod";
import { lossPoints } from "../loss-curve.ts";
import { underway } from "../train.ts";

/** A short training at one rate; the loss is null where it diverged. */
const tuned = z.object({ variant: z.string(), learningRate: z.number(), loss: z.number().nullable() });
export type Tuned = z.infer<typeof tuned>;

/** A full training of one seed: its loss, and what it took. */
const trial = z.object({
  variant: z.string(),
  seed: z.int(),
  learningRate: z.number(),
  loss: z.number(),
  tokensPerSecond: z.number(),
  flopsPerToken: z.number(),
  stepBytes: z.int(),
});
export type Trial = z.infer<typeof trial>;

const trained = z.object({ variant: z.string(), seed: z.int(), points: lossPoints });
export type TrainedCurve = z.infer<typeof trained>;

/** Where a comparison stands: the jobs that are done and their figures, and the training under way. */
export const comparing = z.object({
  job: z.int(),
  tuned: z.array(tuned),
  trials: z.array(trial),
  curves: z.array(trained),
  current: underway.optional(),
});
export type Comparing = z.infer<typeof comparing>;

/** The rate with the lowest loss. Throws where every rate diverged. */
export function bestRate(all: readonly Tuned[], variant: string): number {
  const tried = all.filter((one) => one.variant === variant);
  const best = tried
    .flatMap(({ learningRate, loss }) => (loss === null ? [] : [{ learningRate, loss }]))
    .reduce<{ learningRate: number; loss: number } | undefined>(
      (low, one) => (low === undefined || one.loss < low.loss ? one : low),
      undefined,
    );
  if (best !== undefined) return best.learningRate;
  throw new Error(
    `${variant} diverged at every learning rate: ${tried.map((one) => one.learningRate).join(", ")}`,
  );
}
