import { configure, type ModelConfig } from "../../../shared/lm/config.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";

export function small(given: Partial<ModelConfig> = {}): ModelConfig {
  return configure({
    vocabularySize: 17,
    contextLength: 12,
    dModel: 32,
    layers: 2,
    heads: 2,
    position: { type: "rope", theta: 10_000 },
    ...given,
  });
}

const biases = { qkv: true, output: true, feedForward: true } as const;
const lowRank = { rank: 4, initialisation: "default" } as const;

/** Small models of every kind of layer that a cache can be kept for. */
export const models: Record<string, ModelConfig> = {
  "rope, heads of 16": small(),
  "rope, heads of 8, which the kernel pads": small({ heads: 4, kvHeads: 4, headDim: 8 }),
  "heads of 20, grouped queries": small({ heads: 4, kvHeads: 2, headDim: 20 }),
  "all queries share a key, untied head": small({ heads: 4, kvHeads: 1, headDim: 16, tiedHead: false }),
  "QK-norm": small({ qkNorm: true }),
  "QK-norm, heads of 8, grouped queries": small({ heads: 4, kvHeads: 2, headDim: 8, qkNorm: true }),
  alibi: small({ heads: 4, kvHeads: 2, headDim: 16, position: { type: "alibi" } }),
  "no positions": small({ position: { type: "nope" } }),
  fope: small({
    heads: 4,
    kvHeads: 2,
    headDim: 16,
    position: {
      ...{ type: "fope", theta: 10_000, trainingLength: 12, sigma: 0.3 },
      ...{ clip: true, series: true, pad: "plain", seed: 1 },
    },
  }),
  yarn: small({
    position: { type: "rope", theta: 10_000, scaling: { type: "yarn", factor: 2, originalLength: 6 } },
  }),
  "LayerNorm, biases, learned positions, tanh GELU: GPT-2": small({
    norm: "layer",
    biases,
    position: { type: "learned", length: 12 },
    feedForward: { type: "gelu", size: 64, approximation: "tanh" },
  }),
  "parallel blocks, partial rotation, heads of 8: GPT-NeoX": small({
    norm: "layer",
    biases,
    block: "parallel",
    heads: 4,
    kvHeads: 4,
    headDim: 8,
    position: { type: "rope", theta: 10_000, rotaryDim: 4 },
    feedForward: { type: "gelu", size: 64 },
    tiedHead: false,
  }),
  "a sliding window, grouped queries: Mistral": small({
    heads: 4,
    kvHeads: 2,
    headDim: 16,
    slidingWindow: 3,
  }),
  "biases and QK-norm, heads of 8": small({ heads: 4, kvHeads: 2, headDim: 8, qkNorm: true, biases }),
  "low-rank attention and feed-forward": small({
    attention: { type: "low-rank", ...lowRank, activation: "silu" },
    feedForward: { type: "gelu", size: 40, lowRank },
  }),
};

/** Random values in biases and gains too, which begin at 0 and 1. */
export const weightsFor = (config: ModelConfig) => {
  const random = createRandom(3, "weights");
  const varied = (values: Float32Array) => values.map((value) => value + 0.2 * random.normal());
  return new Map([...initialWeights(weightsOf(config), 3)].map(([name, values]) => [name, varied(values)]));
};
