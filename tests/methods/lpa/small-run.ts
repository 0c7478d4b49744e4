import { type CompareInput, input } from "../../../shared/methods/lpa/input.ts";
import type { VariantResult } from "../../../shared/methods/lpa/output.ts";

/** Losses and parameters of a small run (d 96, 3 layers, 400 steps, bytes); speeds, memory and rates are made up. */
const measured = [
  { name: "dense", rank: null, loss: 1.733, parameters: 357_000, speed: 20_000 },
  { name: "low-attention", rank: 24, loss: 1.755, parameters: 302_000, speed: 21_000 },
  { name: "low-attention", rank: 12, loss: 1.795, parameters: 274_000, speed: 22_000 },
  { name: "matched", rank: 24, loss: 1.719, parameters: 357_000, speed: 19_000 },
  { name: "low-feed-forward", rank: 24, loss: 1.81, parameters: 237_000, speed: 23_000 },
  { name: "low-all", rank: 24, loss: 1.905, parameters: 182_000, speed: 24_000 },
  { name: "silu", rank: 24, loss: 1.76, parameters: 302_000, speed: 20_500 },
  { name: "other-initialisation", rank: 24, loss: 1.78, parameters: 302_000, speed: 21_000 },
] as const;

/** The small run's variants; with several seeds, every loss and speed gets its standard deviation. */
export function smallRun(seeds = 3, sd = 0.005): VariantResult[] {
  return measured.map(({ name, rank, loss, parameters, speed }) => ({
    name,
    rank,
    initialisation: rank === null ? null : name === "other-initialisation" ? "default" : "variance-matched",
    seeds,
    feedForward: name === "matched" ? 320 : 256,
    parameters,
    flopsPerToken: 2 * parameters,
    trainingFlopsPerToken: 6 * parameters,
    tokensPerSecond: speed,
    tokensPerSecondSd: seeds > 1 ? 200 : 0,
    stepBytes: 20_000_000,
    learningRate: 4e-3,
    loss: { mean: loss, sd: seeds > 1 ? sd : 0 },
    perplexity: Math.exp(loss),
    tuning: [2e-3, 4e-3, 8e-3].map((learningRate) => ({
      learningRate,
      loss: loss + Math.abs(Math.log(learningRate / 4e-3)),
    })),
  }));
}

export function compareInput(given: object = {}): CompareInput {
  const parsed = input.parse({
    task: "compare",
    model: { dModel: 96, layers: 3, heads: 4 },
    ranks: [24, 12],
    ...given,
  });
  if (parsed.task !== "compare") throw new Error("A comparison was asked for");
  return parsed;
}
