import { describe, expect, test } from "vitest";
import { configure, type ModelConfig } from "../../../shared/lm/config.ts";
import { createDecoder } from "../../../shared/lm/decoding/create.ts";
import { memoryDecoder } from "../../../shared/lm/decoding/memory-decoder.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { decodesLike } from "./decodes-like.ts";

const hash = { type: "memory", bits: 4, weighting: "released" } as const;

function small(given: Partial<ModelConfig> = {}): ModelConfig {
  return configure({
    vocabularySize: 17,
    contextLength: 12,
    dModel: 24,
    layers: 2,
    heads: 4,
    position: { type: "rope", theta: 10_000 },
    attention: hash,
    feedForward: { ...hash, extraBits: 2 },
    ...given,
  });
}

/** Tables of a trained model's size, so that what the blocks add shows in the logits. */
const weightsFor = (config: ModelConfig) =>
  new Map(
    [...initialWeights(weightsOf(config), 3)].map(([name, values]) => [name, values.map((v) => 4 * v)]),
  );

const models: Record<string, ModelConfig> = {
  "released weighting, rope": small(),
  "paper's weighting, alibi, untied head": small({
    attention: { ...hash, weighting: "paper", temperature: 2 },
    position: { type: "alibi" },
    tiedHead: false,
  }),
  "grouped queries, QK-norm, bits that do not divide d": small({
    attention: { ...hash, bits: 5 },
    kvHeads: 2,
    qkNorm: true,
  }),
};

describe.each(Object.entries(models))("the memory decoder: %s", (_, config) => {
  test("gives the graph's logits, however the tokens come, go and stand side by side", async () => {
    const model = { config, weights: weightsFor(config) };
    await decodesLike(model, (given, options) => createDecoder(given, { ...options, threads: 1 }), {
      tolerance: 1e-3, // of logits in the tens
    });
  });
});

test("a model with other layers is refused", () => {
  const dense = small({ attention: { type: "dense" } });
  expect(() => memoryDecoder(dense, weightsFor(dense), { window: 4 })).toThrow(
    "a model of Memory Layers is expected",
  );
});
