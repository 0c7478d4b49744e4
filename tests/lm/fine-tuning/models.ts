import type { Adapter } from "../../../shared/lm/adapter.ts";
import type { ModelConfig } from "../../../shared/lm/config.ts";
import { adapterWeightsOf } from "../../../shared/lm/fine-tuning/adapter-tuning.ts";
import type { Example } from "../../../shared/lm/fine-tuning/example.ts";
import { createRandom, type Random } from "../../../shared/lm/random.ts";
import type { WeightValues } from "../../../shared/lm/training.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { models as cacheable, small } from "../decoding/models.ts";

/** Small models of every kind of layer and of position. */
export const models: Record<string, ModelConfig> = {
  ...cacheable,
  "dynamic scaling": small({
    position: { type: "rope", theta: 10_000, scaling: { type: "dynamic", factor: 2, originalLength: 6 } },
  }),
  "product-key memory": small({
    feedForward: { type: "product-key", keys: 5, heads: 2, topK: 3, keyDim: 6 },
  }),
  "Memory Layers in the feed-forward": small({
    feedForward: { type: "memory", bits: 4, weighting: "paper", extraBits: 1 },
  }),
};

/** Adapters that are trained already: B is not 0. */
export function trainedAdapters(config: ModelConfig, adapter: Adapter): WeightValues {
  const random = createRandom(4, "adapters");
  const values = initialWeights(adapterWeightsOf(config, adapter), 5);
  return new Map(
    [...values].map(([name, value]) => [name, value.map((each) => each + 0.2 * random.normal())]),
  );
}

/** An example of so many tokens in a forward pass. */
export function randomExample(random: Random, length: number, vocabularySize: number): Example {
  const prompt = 1 + random.integer(length);
  const tokens = (count: number) => Array.from({ length: count }, () => random.integer(vocabularySize));
  return { prompt: tokens(prompt), response: tokens(length + 1 - prompt) };
}
