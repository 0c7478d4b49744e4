import * as z from "zod";
import { lossPoints } from "../loss-curve.ts";
import { underway } from "../train.ts";
import { weightValues } from "./small-model.ts";
import { storedBytes } from "./stored-arrays.ts";

/** One model's loss on the held-out real text, and how it came to its rows. */
const trial = z.object({
  arm: z.enum(["real", "mixture", "replace", "accumulate", "edit", "control"]),
  generation: z.int(),
  rule: z.int().optional(),
  share: z.number().nullable(),
  seed: z.int(),
  bitsPerByte: z.number(),
  candidateRate: z.number().nullable(),
  changedRate: z.number().nullable(),
});
export type Trial = z.infer<typeof trial>;

const rates = z.object({ candidates: z.int(), changed: z.int(), tokens: z.int() });
export type Rates = z.infer<typeof rates>;

const trained = z.object({ name: z.string(), points: lossPoints });

/** Where a study stands: the prior, the jobs that are done, the rows that later ones need, and the job under way. */
export const collapsing = z.object({
  prior: z.object({
    training: underway.optional(),
    weights: weightValues.optional(),
    bitsPerByte: z.number().optional(),
  }),
  job: z.int(),
  trials: z.array(trial),
  curves: z.array(trained),
  /** The seed under way, and its rows by name. */
  seed: z.int(),
  sets: z.record(z.string(), storedBytes),
  /** What the edits of the seed under way came to, by the name of the rows. */
  rates: z.record(z.string(), rates),
  /** The training under way, or its weights and what its model has written so far. */
  current: z
    .object({
      training: underway.optional(),
      weights: weightValues.optional(),
      written: storedBytes.optional(),
    })
    .optional(),
});
export type Collapsing = z.infer<typeof collapsing>;
