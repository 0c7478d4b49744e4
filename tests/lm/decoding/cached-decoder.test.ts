import { describe, expect, test } from "vitest";
import { cachedDecoder } from "../../../shared/lm/decoding/cached-decoder.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { largestDifference, logitsOf } from "../logits.ts";
import { decodesLike } from "./decodes-like.ts";
import { models, small, weightsFor } from "./models.ts";

describe.each(Object.entries(models))("the cached decoder: %s", (_, config) => {
  const kernel = config.position.type !== "alibi" && config.headDim % 16 === 0;
  test.each(kernel ? (["products", "kernel"] as const) : (["products"] as const))(
    "gives the graph's logits by %s, however the tokens come, go and stand side by side",
    async (attention) => {
      await decodesLike({ config, weights: weightsFor(config) }, ({ config, weights }, options) =>
        cachedDecoder(config, weights, { ...options, threads: 1, attention }),
      );
    },
  );
});

test("a prompt of several passes has the logits of the whole, after its last token and after each", async () => {
  const config = small({ layers: 1 });
  const weights = weightsFor(config);
  const random = createRandom(0, "prompt");
  const tokens = Array.from({ length: 1100 }, () => random.integer(17));
  const decoder = await cachedDecoder(config, weights, { window: 1200, threads: 2 });
  const expected = await logitsOf(config, weights, tokens);
  expect(largestDifference(await decoder.read(tokens, { all: true }), expected)).toBeLessThan(1e-4);
  decoder.rollback(3);
  const last = await decoder.read(tokens.slice(3));
  expect(largestDifference(last, expected.slice(-17))).toBeLessThan(1e-4);
  await decoder.release();
});

test.each(["rope, heads of 8, which the kernel pads", "QK-norm", "low-rank attention and feed-forward"])(
  "in 8 bits the logits are near those of the weights in 32: %s",
  async (name) => {
    const config = models[name] ?? small();
    const weights = initialWeights(weightsOf(config), 3);
    const tokens = [1, 5, 3, 16, 2, 2, 9, 0, 11, 4];
    const options = { window: 12, threads: 1, precision: "int8" } as const;
    const decoder = await cachedDecoder(config, weights, options);
    const logits = Float32Array.from(await decoder.read(tokens, { all: true }));
    await decoder.release();
    const exact = await logitsOf(config, weights, tokens);
    const size = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
    const difference = size(logits.map((logit, i) => logit - (exact[i] ?? Number.NaN))) / size(exact);
    expect(difference).toBeLessThan(0.04);
    expect(difference).toBeGreaterThan(1e-4); // which float32's rounding would not reach
  },
);

test("the same calls give the same bytes", async () => {
  const config = small({ heads: 4, kvHeads: 2, headDim: 8 });
  const weights = weightsFor(config);
  const trace = async () => {
    const decoder = await cachedDecoder(config, weights, { window: 12, threads: 2, rows: 2 });
    const logits = [Float32Array.from(await decoder.read([1, 2, 3], { row: 1, all: true }))];
    logits.push(Float32Array.from(await decoder.step([4, 5])));
    decoder.rollback(2, 1);
    logits.push(Float32Array.from(await decoder.step([6, 7])));
    await decoder.release();
    return logits;
  };
  expect(await trace()).toEqual(await trace());
});
