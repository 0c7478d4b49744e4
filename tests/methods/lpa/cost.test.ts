import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adamWDefaults } from "../../../shared/engine/adamw.ts";
import { flopsOf } from "../../../shared/engine/flops.ts";
import { constantSchedule } from "../../../shared/engine/schedule.ts";
import { configure, type LowRank, type ModelConfig } from "../../../shared/lm/config.ts";
import { windowsOf } from "../../../shared/lm/rows.ts";
import { parametersOf } from "../../../shared/lm/stored-model.ts";
import { createTraining } from "../../../shared/lm/training.ts";
import { transformer } from "../../../shared/lm/transformer/transformer.ts";
import { costOf } from "../../../shared/methods/lpa/cost.ts";
import { input } from "../../../shared/methods/lpa/input.ts";
import { variantsOf } from "../../../shared/methods/lpa/variants.ts";

const lowRank: fc.Arbitrary<LowRank> = fc.record({
  rank: fc.integer({ min: 1, max: 40 }),
  activation: fc.constantFrom("silu", undefined),
  initialisation: fc.constantFrom("default", "variance-matched"),
});

const configs: fc.Arbitrary<ModelConfig> = fc
  .record({
    kvHeads: fc.constantFrom(1, 2, 4),
    headDim: fc.constantFrom(2, 4, 8),
    layers: fc.integer({ min: 1, max: 3 }),
    vocabularySize: fc.constantFrom(7, 1500),
    size: fc.integer({ min: 1, max: 50 }),
    type: fc.constantFrom("swiglu" as const, "gelu" as const),
    attention: fc.option(lowRank, { nil: undefined }),
    narrow: fc.option(lowRank, { nil: undefined }),
    tiedHead: fc.boolean(),
    qkNorm: fc.boolean(),
  })
  .map(({ attention, narrow, size, type, ...rest }) =>
    configure({
      ...rest,
      contextLength: 8,
      dModel: 16,
      heads: 4,
      position: { type: "rope", theta: 10_000 },
      attention: attention === undefined ? { type: "dense" } : { type: "low-rank", ...attention },
      feedForward: { type, size, lowRank: narrow },
    }),
  );

describe("a model's cost by formula", () => {
  test("is what its weights and its graph hold", () => {
    fc.assert(
      fc.property(configs, fc.constantFrom(1, 5, 128, 200), (config, length) => {
        const { parameters, flopsPerToken } = costOf(config, length);
        expect(parameters).toBe(parametersOf(config));
        const { graph, logits } = transformer(config, { batch: 2, length });
        expect(flopsOf(graph, [logits]).products).toBeCloseTo(flopsPerToken * 2 * length, 4);
      }),
      { numRuns: 40 },
    );
  });

  test("of a training step is what the trainer counts", async () => {
    await fc.assert(
      fc.asyncProperty(configs, async (config) => {
        const training = await createTraining(
          config,
          {
            seed: 0,
            batch: 2,
            length: 8,
            schedule: constantSchedule({ peak: 1e-3, steps: 1, warmupSteps: 0 }),
            adamW: adamWDefaults,
            threads: 1,
            rows: windowsOf(new Uint8Array(20), 8),
          },
          { from: "scratch" },
        );
        await training.release();
        expect(training.cost.flops.products).toBe(costOf(config, 8).trainingFlopsPerToken * 16);
        expect(training.parameters).toBe(costOf(config, 8).parameters);
      }),
      { numRuns: 12 },
    );
  });
});

describe("the models of a comparison", () => {
  const given = { model: { dModel: 96, layers: 3, heads: 4 }, ranks: [24, 12] };
  const parsed = input.parse({ task: "compare", ...given });
  if (parsed.task !== "compare") throw new Error("a comparison was asked for");
  const variants = new Map(variantsOf(parsed).map((variant) => [variant.key, variant]));
  const parameters = (key: string) => {
    const config = variants.get(key)?.config;
    return config === undefined ? Number.NaN : costOf(config, 64).parameters;
  };

  test("are low-rank attention at every rank, and the others at the first", () => {
    expect([...variants.keys()]).toEqual([
      "dense",
      "low-attention-24",
      "low-attention-12",
      "matched-24",
      "low-feed-forward-24",
      "low-all-24",
      "silu-24",
      "other-initialisation-24",
    ]);
    expect(variants.get("other-initialisation-24")?.initialisation).toBe("default");
    expect(variants.get("silu-24")?.config.attention).toMatchObject({ activation: "silu", rank: 24 });
    expect(variants.get("low-all-24")?.config).toMatchObject({
      attention: { type: "low-rank" },
      feedForward: { lowRank: { rank: 24 } },
    });
  });

  test("at r = d/4 attention has half the dense one's parameters, and the matched model gives them to the feed-forward", () => {
    expect(parameters("dense") - parameters("low-attention-24")).toBe(3 * 2 * 96 * 96);
    const missing = parameters("dense") - parameters("matched-24");
    expect(missing).toBeGreaterThanOrEqual(0);
    expect(missing).toBeLessThan(3 * 3 * 96); // one more hidden unit in each layer would exceed it
  });

  test("of the paper's 130M size save what the paper prints: 18.9M, all of it in attention", () => {
    const paper = input.parse({ ...paperInput });
    if (paper.task !== "compare") throw new Error("a comparison was asked for");
    const [dense, low] = variantsOf(paper).map(({ config }) => costOf(config, 1024).parameters);
    expect(((dense ?? 0) - (low ?? 0)) / 1e6).toBeCloseTo(134.1 - 115.2, 1);
  });
});

const paperInput = {
  task: "compare",
  model: { dModel: 768, layers: 12, heads: 12, feedForward: 2048 },
  ranks: [128],
  variants: ["dense", "low-attention"],
};
