import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradients } from "../../shared/engine/gradient.ts";
import { input } from "../../shared/engine/graph.ts";
import { crossEntropy, mean } from "../../shared/engine/ops.ts";
import { compile } from "../../shared/engine/program.ts";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import type { PositionConfig } from "../../shared/lm/position/config.ts";
import { createRandom } from "../../shared/lm/random.ts";
import type { WeightValues } from "../../shared/lm/training.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { transformer, weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { largestDifference, logitsOf } from "./logits.ts";
import { referenceLogits } from "./reference-transformer.ts";

const rope: PositionConfig = { type: "rope", theta: 10_000 };
const fope = {
  type: "fope",
  theta: 10_000,
  trainingLength: 24,
  sigma: 0.5,
  clip: true,
  series: true,
  pad: "released",
  seed: 3,
} as const;

const positions: Record<string, PositionConfig> = {
  rope,
  yarn: { ...rope, scaling: { type: "yarn", factor: 4, originalLength: 24 } },
  ntk: { ...rope, scaling: { type: "ntk", factor: 4 } },
  "rope of half a head": { ...rope, rotaryDim: 4 },
  learned: { type: "learned", length: 24 },
  fope,
  "fope with plain padding": { ...fope, pad: "plain" },
  "fope without series": { ...fope, series: false },
  "fope without clipping": { ...fope, clip: false },
  alibi: { type: "alibi" },
  nope: { type: "nope" },
};

function small(given: Partial<ModelConfig> = {}): ModelConfig {
  return configure({
    vocabularySize: 13,
    contextLength: 24,
    dModel: 16,
    layers: 2,
    heads: 2,
    position: rope,
    ...given,
  });
}

const narrow = { rank: 5, initialisation: "variance-matched" } as const;
const lowRank = { type: "low-rank", ...narrow } as const;

const allBiases = { qkv: true, output: true, feedForward: true } as const;
const neox = {
  position: { ...rope, rotaryDim: 4 },
  norm: "layer",
  biases: allBiases,
  block: "parallel",
  feedForward: { type: "gelu", size: 20, approximation: "tanh" },
} as const;

/** Initial weights with every gain moved off 1 and every bias off 0, so that one left out shows, and embeddings of common size. */
function weightsFor(config: ModelConfig): WeightValues {
  const random = createRandom(5, "gains");
  return new Map(
    [...initialWeights(weightsOf(config), 1)].map(([name, values]) => [
      name,
      name.endsWith(".bias")
        ? values.map(() => 0.3 * random.normal())
        : name.includes("norm")
          ? values.map(() => 1 + 0.3 * random.normal())
          : values.map((value) => (name.includes("embed") ? 4 * value : value)),
    ]),
  );
}

const sequence = (length: number) => Array.from({ length }, (_, i) => (i * i * 7 + 3 * i) % 13);

const memory = (bits: number, weighting: "paper" | "released", temperature?: number) => {
  const hash = {
    type: "memory",
    bits,
    weighting,
    ...(temperature !== undefined && { temperature }),
  } as const;
  return { attention: hash, feedForward: { ...hash, extraBits: 2 } };
};
const memoryModels: Record<string, ModelConfig> = {
  "Memory Layers": small(memory(4, "paper", 0.7)),
  "Memory Layers, released weighting": small(memory(4, "released")),
  "Memory Layers, bits that do not divide d, grouped queries, ALiBi": small({
    ...memory(3, "released"),
    heads: 4,
    kvHeads: 2,
    position: { type: "alibi" },
  }),
  "Memory Layers, QK-norm and fope": small({ ...memory(2, "paper"), qkNorm: true, position: fope }),
};

const configurations: Record<string, ModelConfig> = {
  ...Object.fromEntries(Object.entries(positions).map(([name, position]) => [name, small({ position })])),
  "QK-norm": small({ qkNorm: true }),
  "grouped queries": small({ heads: 4, kvHeads: 2, headDim: 4 }),
  "grouped queries with fope": small({ heads: 4, kvHeads: 2, headDim: 4, position: fope }),
  GELU: small({ feedForward: { type: "gelu", size: 20 } }),
  "untied head": small({ tiedHead: false }),
  ...memoryModels,
  "product-key memory": small({
    feedForward: { type: "product-key", keys: 5, heads: 2, topK: 3, keyDim: 6 },
  }),
  "product-key memory that reads more values than sub-keys": small({
    feedForward: { type: "product-key", keys: 3, heads: 1, topK: 7, keyDim: 4 },
  }),
  "low-rank attention": small({ attention: lowRank }),
  "low-rank attention, grouped queries": small({ heads: 4, kvHeads: 1, headDim: 4, attention: lowRank }),
  "low rank everywhere, with SiLU": small({
    attention: { ...lowRank, activation: "silu" },
    feedForward: { type: "swiglu", size: 20, lowRank: { ...narrow, activation: "silu" } },
  }),
  "approximate GELU": small({ feedForward: { type: "gelu", size: 20, approximation: "tanh" } }),
  LayerNorm: small({ norm: "layer" }),
  "biases of attention": small({ biases: { qkv: true, output: true, feedForward: false } }),
  "biases everywhere, low rank": small({
    ...{ biases: allBiases, heads: 4, kvHeads: 2, headDim: 4 },
    attention: lowRank,
    feedForward: { type: "swiglu", size: 20, lowRank: narrow },
  }),
  "parallel blocks": small({ block: "parallel" }),
  "sliding window": small({ slidingWindow: 7 }),
  "like GPT-NeoX": small(neox),
  "low-rank GELU": small({ feedForward: { type: "gelu", size: 20, lowRank: narrow } }),
};

describe("the transformer", () => {
  test.each(Object.entries(configurations))("computes what its equations say: %s", async (_, config) => {
    const weights = weightsFor(config);
    const tokens = sequence(20);
    const expected = referenceLogits(config, weights, tokens).flatMap((row) => [...row]);
    expect(largestDifference(await logitsOf(config, weights, tokens), expected)).toBeLessThan(2e-5);
  });

  test("attention in blocks of queries is the same attention", async () => {
    const config = small({ layers: 1, dModel: 8, position: { type: "alibi" } });
    const weights = weightsFor(config);
    const tokens = sequence(530);
    const expected = referenceLogits(config, weights, tokens).flatMap((row) => [...row]);
    expect(largestDifference(await logitsOf(config, weights, tokens), expected)).toBeLessThan(2e-5);
  });

  test("a sliding window over several blocks of queries is the same window", async () => {
    for (const slidingWindow of [1, 40, 128, 200]) {
      const config = small({ layers: 1, dModel: 8, slidingWindow });
      const weights = weightsFor(config);
      const tokens = sequence(300);
      const expected = referenceLogits(config, weights, tokens).flatMap((row) => [...row]);
      expect(largestDifference(await logitsOf(config, weights, tokens), expected)).toBeLessThan(2e-5);
    }
  });

  test("a text longer than the learned positions is refused", () => {
    const config = small({ position: { type: "learned", length: 5 } });
    expect(() => transformer(config, { batch: 1, length: 6 })).toThrow("learned positions for 5");
  });

  test("no token sees what comes after it", async () => {
    const config = small();
    const weights = weightsFor(config);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 11 }),
        fc.integer({ min: 0, max: 12 }),
        async (place, token) => {
          const [one, other] = [sequence(12), sequence(12).with(place, token)];
          const [a, b] = [await logitsOf(config, weights, one), await logitsOf(config, weights, other)];
          expect(a.subarray(0, place * 13)).toEqual(b.subarray(0, place * 13));
        },
      ),
      { numRuns: 10 },
    );
  });

  test("FoPE with sigma 0 and no clipping is RoPE, bit for bit", async () => {
    const weights = weightsFor(small());
    const plain = small({ position: { ...fope, sigma: 0, clip: false } });
    expect(await logitsOf(plain, weights, sequence(24))).toEqual(
      await logitsOf(small(), weights, sequence(24)),
    );
  });

  test("the gradient of every weight agrees with finite differences", async () => {
    for (const config of [
      small({ dModel: 8, layers: 1, position: fope }),
      small({ dModel: 8, layers: 1, qkNorm: true }),
      small({ dModel: 8, layers: 1, ...neox }),
      small({
        ...{ dModel: 8, layers: 1, norm: "layer", slidingWindow: 3, biases: allBiases },
        position: { type: "learned", length: 6 },
        feedForward: { type: "swiglu", size: 12 },
      }),
      small({
        dModel: 8,
        layers: 1,
        attention: { ...lowRank, rank: 3 },
        feedForward: { type: "swiglu", size: 12, lowRank: { ...narrow, rank: 3, activation: "silu" } },
      }),
    ]) {
      expect(await gradientError(config)).toBeLessThan(5e-3);
    }
  });
});

/** Largest error of the derivative along random directions, one for each weight, relative to its size. */
async function gradientError(config: ModelConfig): Promise<number> {
  const [batch, length] = [2, 6];
  const model = transformer(config, { batch, length });
  const targets = input(model.graph, "targets", "int64", [batch * length]);
  const loss = mean(crossEntropy(model.logits, targets));
  const inputs = model.graph.inputs.filter(({ name }) =>
    model.weights.some((weight) => weight.name === name),
  );
  const slopes = gradients(
    loss,
    inputs.map(({ value }) => value),
  );
  const named = Object.fromEntries(inputs.map(({ name }, i) => [`d ${name}`, slopes[i] ?? loss]));
  const program = await compile(model.graph, { loss, ...named }, { threads: 1 });
  const weights = new Map([...weightsFor(config)].map(([name, values]) => [name, values.slice()]));
  const tokens = sequence(batch * length + 1);
  const feeds = {
    ...Object.fromEntries(weights),
    tokens: BigInt64Array.from(tokens.slice(0, -1), BigInt),
    targets: BigInt64Array.from(tokens.slice(1), BigInt),
  };
  const analytic = new Map(
    Object.entries(await program.run(feeds)).map(([name, d]) => [name, Float32Array.from(d, Number)]),
  );
  const random = createRandom(9, "directions");
  let worst = 0;
  for (const [name, values] of weights) {
    const direction = values.map(() => random.normal());
    const along = direction.reduce(
      (total, value, i) => total + value * (analytic.get(`d ${name}`)?.[i] ?? Number.NaN),
      0,
    );
    const before = values.slice();
    const shifted = async (by: number) => {
      for (const [i, value] of before.entries()) values[i] = value + by * (direction[i] ?? 0);
      return Number((await program.run(feeds)).loss?.[0]);
    };
    const step = 3e-3;
    const far = (await shifted(2 * step)) - (await shifted(-2 * step));
    const near = (await shifted(step)) - (await shifted(-step));
    values.set(before);
    const numeric = (8 * near - far) / (12 * step);
    worst = Math.max(worst, Math.abs(numeric - along) / Math.max(0.05, Math.abs(numeric)));
  }
  await program.release();
  return worst;
}
