import type { VariantResult } from "../../../shared/methods/memoryformer/output.ts";

/** A variant of made-up figures, with those that matter to a test in their place. */
export function variant(given: Pick<VariantResult, "kind" | "bits"> & Partial<VariantResult>): VariantResult {
  return {
    name: `${given.kind}-${given.bits}`,
    dModel: 64,
    seeds: 3,
    parameters: 1000,
    tableBytes: given.bits === null ? 0 : 1e6 * given.bits,
    gflops: 0.02,
    gflopsWithoutAttention: given.bits === null ? 0.016 : 0.004,
    gflopsCounted: 0.02,
    tokensPerSecond: 1000,
    learningRate: 0.004,
    loss: { mean: 1.6, sd: 0.01 },
    trainingLoss: { mean: 1.55, sd: 0.01 },
    tuning: [
      { learningRate: 0.004, loss: 2 },
      { learningRate: 0.012, loss: null },
    ],
    buckets: [],
    sample: null,
    ...given,
  };
}
