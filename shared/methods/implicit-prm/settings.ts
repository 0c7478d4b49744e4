import type { TrainInput } from "./input.ts";
import { paceOf } from "./tuned.ts";

/** A loss and how it is trained with. */
export interface RewardSettings
  extends Pick<TrainInput, "loss" | "beta" | "lambda">,
    Omit<TrainInput["training"], "steps" | "learningRate"> {
  readonly steps: number;
  readonly learningRate: number;
}

/** The settings of an input; what is absent there is what the loss was tuned to. */
export function rewardSettings({ loss, beta, lambda, training }: TrainInput): RewardSettings {
  return { loss, beta, lambda, ...training, ...paceOf(loss, training) };
}
