import * as z from "zod";
import { lossPoints } from "../loss-curve.ts";
import { underway } from "../train.ts";
import { trial } from "./trial.ts";

/** Mean loss in nats per token, by length. */
export const lossesByLength = z.array(z.object({ length: z.int(), loss: z.number() }));

/** Where a comparison stands: the jobs that are done and their figures, and the training under way. */
export const comparing = z.object({
  job: z.int(),
  trials: z.array(trial),
  costs: z.array(z.object({ variant: z.string(), seed: z.int(), tokens: z.int(), seconds: z.number() })),
  curves: z.array(z.object({ variant: z.string(), seed: z.int(), points: lossPoints })),
  current: underway.optional(),
});
export type Comparing = z.infer<typeof comparing>;
