import * as z from "zod";
import { viewsOf } from "../../engine/trainer.ts";
import type { ModelConfig } from "../../lm/config.ts";
import type { WeightValues } from "../../lm/training.ts";
import { weightsOf } from "../../lm/transformer/transformer.ts";
import { type Underway, underway } from "../train.ts";
import { tokenScores } from "./scoring.ts";

/** How far a run of `train` is: each part is whole before the next begins. */
export const trainState = z.object({
  policy: underway.optional(),
  solutions: z.array(z.string()),
  reference: tokenScores,
  mismatched: tokenScores,
  reward: underway.optional(),
  policyScores: tokenScores,
  referenceScores: tokenScores,
});
export type TrainState = z.infer<typeof trainState>;

export const nothingDone: TrainState = {
  solutions: [],
  reference: [],
  mismatched: [],
  policyScores: [],
  referenceScores: [],
};

/** The weights of a training where it stands. */
export function weightsAt(config: ModelConfig, { training }: Underway): WeightValues {
  return viewsOf(weightsOf(config), training.parameters);
}
