import { describe, expect, test } from "vitest";
import { configure, type ModelConfig } from "../../../shared/lm/config.ts";
import { cachedDecoder } from "../../../shared/lm/decoding/cached-decoder.ts";
import { createDecoder } from "../../../shared/lm/decoding/create.ts";
import { isTokenwise, tokenDecoder } from "../../../shared/lm/decoding/token-decoder.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { decodesLike } from "./decodes-like.ts";
import { models, small, weightsFor } from "./models.ts";

const hash = { type: "memory", bits: 4, weighting: "released" } as const;

function memoryModel(given: Partial<ModelConfig> = {}): ModelConfig {
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
const tablesFor = (config: ModelConfig) =>
  new Map(
    [...initialWeights(weightsOf(config), 3)].map(([name, values]) => [name, values.map((v) => 4 * v)]),
  );

const memoryModels: Record<string, ModelConfig> = {
  "released weighting, rope": memoryModel(),
  "paper's weighting, alibi, untied head": memoryModel({
    attention: { ...hash, weighting: "paper", temperature: 2 },
    position: { type: "alibi" },
    tiedHead: false,
  }),
  "grouped queries, QK-norm, bits that do not divide d": memoryModel({
    attention: { ...hash, bits: 5 },
    kvHeads: 2,
    qkNorm: true,
  }),
};

describe.each(Object.entries(memoryModels))("Memory Layers by token: %s", (_, config) => {
  test("give the graph's logits, however the tokens come, go and stand side by side", async () => {
    const model = { config, weights: tablesFor(config) };
    await decodesLike(model, (given, options) => createDecoder(given, { ...options, threads: 1 }), {
      tolerance: 1e-3, // of logits in the tens
    });
  });
});

const tokenwise = Object.entries(models).filter(([, config]) => isTokenwise(config));

describe.each(tokenwise)("a small model by token: %s", (_, config) => {
  test("gives the graph's logits, however the tokens come, go and stand side by side", async () => {
    await decodesLike({ config, weights: weightsFor(config) }, async ({ config, weights }, options) =>
      tokenDecoder(config, weights, options),
    );
  });
});

test("only models with an exact GELU are none of these", () => {
  const others = Object.entries(models).flatMap(([name, config]) => (isTokenwise(config) ? [] : [name]));
  expect(others).toEqual([
    "parallel blocks, partial rotation, heads of 8: GPT-NeoX",
    "low-rank attention and feed-forward",
  ]);
});

test("logits are the same bytes whether tokens come one by one, all at once or beside others", async () => {
  const config = small({ heads: 4, kvHeads: 2, headDim: 8 });
  const decoder = tokenDecoder(config, weightsFor(config), { window: 12, rows: 2 });
  const tokens = [1, 5, 3, 16, 2];
  const whole = Float32Array.from(await decoder.read(tokens, { all: true }));
  for (const [i, token] of tokens.entries()) {
    const logits = await decoder.step([undefined, token]);
    expect(logits.slice(17)).toEqual(whole.slice(17 * i, 17 * (i + 1)));
  }
});

test("a small model is read by token and a large one by onnxruntime, to the same logits", async () => {
  const config = small({ dModel: 320, heads: 4, headDim: 80, kvHeads: 4 });
  const weights = weightsFor(config);
  const options = { window: 12, threads: 1 };
  const logits = async (decoder: Awaited<ReturnType<typeof createDecoder>>) => {
    const result = Float32Array.from(await decoder.read([3, 1, 4]));
    await decoder.release();
    return result;
  };
  const large = await logits(await createDecoder({ config, weights }, options));
  expect(large).toEqual(await logits(await cachedDecoder(config, weights, options)));
  expect(large).not.toEqual(await logits(tokenDecoder(config, weights, options)));
});

test("8 bits are refused where layers are no matrices", async () => {
  const config = memoryModel();
  const options = { window: 4, threads: 1, precision: "int8" } as const;
  await expect(createDecoder({ config, weights: tablesFor(config) }, options)).rejects.toThrow(
    "precision: int8 is for layers of matrices",
  );
});

test("a model with other layers is refused", () => {
  const mixed = memoryModel({ attention: { type: "dense" } });
  expect(() => tokenDecoder(mixed, tablesFor(mixed), { window: 4 })).toThrow(
    "the layers are not those of a decoder by token",
  );
});
