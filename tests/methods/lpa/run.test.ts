import { beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../../../shared/lm/stored-model.ts";
import type { ModelFiles } from "../../../shared/methods/contract.ts";
import lpa from "../../../shared/methods/lpa/method.ts";
import type { CompareOutput } from "../../../shared/methods/lpa/output.ts";
import { type MemoryOptions, memoryRun } from "../../fixtures/memory-context.ts";
import { runToEnd, sentences } from "../../fixtures/run-to-end.ts";
import { largestDifference, logitsOf } from "../../lm/logits.ts";

const datasets = new Map([["text", sentences]]);

const small = {
  task: "compare",
  dataset: "text",
  trainingLength: 32,
  model: { dModel: 16, layers: 1, heads: 2, feedForward: 24 },
  ranks: [4, 2],
  seeds: 2,
  training: { steps: 6, batch: 4, learningRates: [2e-3, 8e-3], tuningShare: 0.5 },
  evaluationTokens: 256,
};

const finish = (input: unknown, options: MemoryOptions = {}, outOfTime = () => false) =>
  runToEnd(lpa, input, { datasets, ...options, outOfTime });

async function compare(given: object = {}, ...rest: [MemoryOptions?, (() => boolean)?]) {
  const { output, ...others } = await finish({ ...small, ...given }, ...rest);
  if (output.task !== "compare") throw new Error("a comparison was asked for");
  return { output, ...others };
}

async function convert(given: object, ...rest: [MemoryOptions?, (() => boolean)?]) {
  const { output, ...others } = await finish(
    { task: "convert", dataset: "text", evaluationTokens: 256, ...given },
    ...rest,
  );
  if (output.task !== "convert") throw new Error("a conversion was asked for");
  return { output, ...others };
}

/** Speed is of the clock; all other figures are of the seed. */
function withoutSpeed({ variants }: CompareOutput) {
  return variants.map(({ tokensPerSecond: _, tokensPerSecondSd: __, ...rest }) => rest);
}

describe("a comparison", () => {
  test("gives every variant its figures, and leaves its report, plots and models", async () => {
    const { output, last } = await compare();
    const { variants, findings } = output;
    expect(variants.map(({ name, rank }) => `${name} ${rank}`)).toEqual([
      "dense null",
      "low-attention 4",
      "low-attention 2",
      "matched 4",
      "low-feed-forward 4",
      "low-all 4",
      "silu 4",
      "other-initialisation 4",
    ]);
    for (const variant of variants) {
      expect(variant.seeds).toBe(2);
      expect(variant.loss.mean).toBeGreaterThan(1);
      expect(variant.loss.mean).toBeLessThan(8);
      expect(variant.loss.sd).toBeGreaterThan(0);
      expect(variant.tokensPerSecond).toBeGreaterThan(0);
      const best = variant.tuning.toSorted((a, b) => (a.loss ?? Infinity) - (b.loss ?? Infinity))[0];
      expect(variant.tuning.map(({ learningRate }) => learningRate)).toEqual(small.training.learningRates);
      expect(variant.learningRate).toBe(best?.learningRate);
    }
    expect(findings.length).toBe(9);
    expect([...last.artifacts.keys()]).toEqual([
      "report.html",
      "loss-by-parameters.svg",
      "loss-by-flops.svg",
      "tuning.svg",
      "training-loss.svg",
      "variants.csv",
    ]);
    expect(last.models.size).toBe(8);
    const { config, weights } = await loadModel(last.models.get("lpa-low-attention-4") ?? new Map());
    expect(config.attention).toMatchObject({ type: "low-rank", rank: 4 });
    expect(weights.get("model.layers.0.self_attn.q_proj.down.weight")).toHaveLength(4 * 16);
  });

  test("cut after every unit of work and resumed, ends with the same figures, bit for bit", async () => {
    const given = { variants: ["dense", "low-attention", "silu"] };
    const whole = await compare(given);
    let asked = 0;
    const cut = await compare(given, {}, () => ++asked % 3 === 0);
    expect(cut.slices).toBeGreaterThan(20);
    expect(withoutSpeed(cut.output)).toEqual(withoutSpeed(whole.output));
    expect(cut.last.models).toEqual(whole.last.models);
  });

  test("killed after any checkpoint and begun again from it, ends the same", async () => {
    const given = { variants: ["low-attention"], ranks: [2], seeds: 1 };
    const whole = await compare(given);
    expect(whole.last.checkpoints.length).toBeGreaterThanOrEqual(3);
    for (const from of whole.last.checkpoints) {
      const again = await compare(given, { from, models: whole.last.models });
      expect(withoutSpeed(again.output)).toEqual(withoutSpeed(whole.output));
      expect(again.last.models).toEqual(whole.last.models);
    }
  });

  test("with one rate tries none, and another seed gives other figures", async () => {
    const given = { variants: ["dense"], seeds: 1, training: { steps: 4, batch: 4, learningRates: [1e-3] } };
    const [one, other] = [await compare(given), await compare(given, { seed: 1 })];
    expect(one.output.variants[0]).toMatchObject({ tuning: [], learningRate: 1e-3 });
    expect(one.last.artifacts.has("tuning.svg")).toBe(false);
    expect(withoutSpeed(other.output)).not.toEqual(withoutSpeed(one.output));
  });

  test("stops when it is cancelled", async () => {
    const run = memoryRun({ datasets });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(lpa.run(lpa.input.parse(small), { ...run.context, signal })).rejects.toThrow("enough");
  });
});

describe("a conversion", () => {
  let models: ReadonlyMap<string, ModelFiles> = new Map();
  beforeAll(async () => {
    const training = { ...small.training, steps: 30 };
    models = (await compare({ variants: ["dense"], seeds: 1, training })).last.models;
  });
  const given = {
    model: "lpa-dense",
    ranks: [4, 2],
    calibrationTokens: 512,
    fineTuning: { steps: 4, batch: 2 },
  };

  test("scores every factorisation at every rank, before and after, and stores the models", async () => {
    const { output, last } = await convert(given, { models });
    expect(output.models.map(({ factorisation, rank }) => `${factorisation} ${rank}`)).toEqual([
      "plain 4",
      "activation-aware 4",
      "plain 2",
      "activation-aware 2",
    ]);
    for (const rank of [4, 2]) {
      const [plain, aware] = output.models.filter((model) => model.rank === rank);
      expect(aware?.outputError).toBeLessThan(plain?.outputError ?? 0);
      expect(plain?.weightError).toBeLessThan(aware?.weightError ?? 0);
      expect(plain?.after?.loss).not.toBe(plain?.before.loss);
    }
    expect(output.original.after).not.toBeNull();
    expect(output.findings).toHaveLength(4);
    const stored = await loadModel(last.models.get("lpa-activation-aware-2") ?? new Map());
    expect(stored.config.attention).toMatchObject({ type: "low-rank", rank: 2 });
    expect([...last.artifacts.keys()]).toEqual([
      "report.html",
      "loss-by-rank.svg",
      "training-loss.svg",
      "models.csv",
    ]);
  });

  test("at full rank gives the model's own logits and loss", async () => {
    const { output, last } = await convert({ ...given, ranks: [16], fineTuning: { steps: 0 } }, { models });
    const original = await loadModel(last.models.get("lpa-dense") ?? new Map());
    const tokens = [...new TextEncoder().encode("Sentence 7 follows.")];
    const expected = await logitsOf(original.config, original.weights, tokens);
    for (const { model, after, before } of output.models) {
      const { config, weights } = await loadModel(last.models.get(model) ?? new Map());
      expect(largestDifference(await logitsOf(config, weights, tokens), expected)).toBeLessThan(1e-4);
      expect(before.loss).toBeCloseTo(output.original.before.loss, 5);
      expect(after).toBeNull();
    }
    expect(last.artifacts.has("training-loss.svg")).toBe(false);
  });

  test("cut after every unit of work or killed after any checkpoint, ends the same", async () => {
    const whole = await convert(given, { models });
    let asked = 0;
    const cut = await convert(given, { models }, () => ++asked % 2 === 0);
    expect(cut.slices).toBeGreaterThan(10);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.models).toEqual(whole.last.models);
    for (const from of whole.last.checkpoints.filter((_, at) => at % 3 === 0)) {
      const again = await convert(given, { models, from });
      expect(again.output).toEqual(whole.output);
    }
  });

  test("of a model that is low-rank already, or to a rank above its width, is refused", async () => {
    const { last } = await convert({ ...given, ranks: [2], fineTuning: { steps: 0 } }, { models });
    const options = { models: last.models };
    await expect(convert({ ...given, model: "lpa-plain-2" }, options)).rejects.toThrow(
      "only dense attention is factored",
    );
    await expect(convert({ ...given, ranks: [17] }, options)).rejects.toThrow("above the width");
  });
});
