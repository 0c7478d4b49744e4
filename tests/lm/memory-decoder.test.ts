import { describe, expect, test } from "vitest";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import { createDecoder, generate, windowDecoder } from "../../shared/lm/generation.ts";
import { memoryDecoder } from "../../shared/lm/memory-decoder.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { largestDifference, logitsOf } from "./logits.ts";

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

const tokens = [1, 5, 3, 16, 2, 2, 9, 0, 11, 4];

describe.each(Object.entries(models))("the memory decoder: %s", (_, config) => {
  test("gives the graph's logits, whether tokens come one by one, all at once or changed", async () => {
    const weights = weightsFor(config);
    const decoder = memoryDecoder(config, weights, 12);
    const expected = async (given: readonly number[]) =>
      (await logitsOf(config, weights, given)).slice(-config.vocabularySize);
    for (let length = 1; length <= tokens.length; length++) {
      const given = tokens.slice(0, length);
      expect(largestDifference(await decoder.next(given), await expected(given))).toBeLessThan(1e-3);
    }
    const changed = [...tokens.slice(0, 4), 7, 7];
    expect(largestDifference(await decoder.next(changed), await expected(changed))).toBeLessThan(1e-3);
    const fresh = await memoryDecoder(config, weights, 12).next(tokens);
    expect(largestDifference(fresh, await expected(tokens))).toBeLessThan(1e-3);
  });
});

describe("generation", () => {
  test("takes the memory decoder for a model of Memory Layers and writes the window decoder's text", async () => {
    const config = small();
    const weights = weightsFor(config);
    const write = async (decoder: Awaited<ReturnType<typeof createDecoder>>) => {
      const text = await Array.fromAsync(
        generate(decoder, Uint8Array.of(3, 1), { maxTokens: 9, temperature: 1, seed: 2 }),
      );
      await decoder.release();
      return text;
    };
    const options = { window: 12, threads: 1 };
    const text = await write(await createDecoder(config, weights, options));
    expect(text).toEqual(await write(await windowDecoder(config, weights, options)));
    expect(new Set(text).size).toBeGreaterThan(1);
  });

  test("refuses more tokens than the window, and a model with other layers", async () => {
    const config = small();
    const decoder = memoryDecoder(config, weightsFor(config), 4);
    await expect(decoder.next([1, 2, 3, 4, 5])).rejects.toThrow("5 tokens in a window of 4");
    const dense = small({ attention: { type: "dense" } });
    expect(() => memoryDecoder(dense, weightsFor(dense), 4)).toThrow("a model of Memory Layers is expected");
  });
});
