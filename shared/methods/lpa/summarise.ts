import { networkOf } from "../../lm/config.ts";
import { meanSd } from "../measured.ts";
import type { Comparing } from "../tuned-comparison.ts";
import { costOf } from "./cost.ts";
import type { CompareInput } from "./input.ts";
import type { VariantResult } from "./output.ts";
import type { Variant } from "./variants.ts";

/** One variant's figures over its seeds. */
export function summarise(
  { key, name, rank, initialisation, config }: Variant,
  { trainingLength }: Pick<CompareInput, "trainingLength">,
  { trials, tuned }: Pick<Comparing, "trials" | "tuned">,
): VariantResult {
  const own = trials.filter((trial) => trial.variant === key);
  const [first] = own;
  if (first === undefined) throw new Error(`${key} was not trained`);
  const loss = meanSd(own.map((trial) => trial.loss));
  const speed = meanSd(own.map((trial) => trial.tokensPerSecond));
  const { parameters, flopsPerToken } = costOf(config, trainingLength);
  return {
    name,
    rank,
    initialisation,
    seeds: own.length,
    feedForward: networkOf(config).size,
    parameters,
    flopsPerToken,
    trainingFlopsPerToken: first.flopsPerToken,
    tokensPerSecond: Math.round(speed.mean),
    tokensPerSecondSd: Math.round(speed.sd),
    stepBytes: first.stepBytes,
    learningRate: first.learningRate,
    loss,
    perplexity: Math.exp(loss.mean),
    tuning: tuned
      .filter((one) => one.variant === key)
      .map((one) => ({ learningRate: one.learningRate, loss: one.loss })),
  };
}
