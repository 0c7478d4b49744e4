import { describe, expect, test } from "vitest";
import { adamWDefaults } from "../../../shared/engine/adamw.ts";
import { compile } from "../../../shared/engine/program.ts";
import { constantSchedule } from "../../../shared/engine/schedule.ts";
import type { Adapter } from "../../../shared/lm/adapter.ts";
import { configure, type ModelConfig } from "../../../shared/lm/config.ts";
import { adapterWeightsOf, mergeAdapters } from "../../../shared/lm/fine-tuning/adapter-tuning.ts";
import { createExampleFeeds, placeExample } from "../../../shared/lm/fine-tuning/example.ts";
import {
  createInstructionTuning,
  createOutcomeTuning,
  type OutcomeExample,
} from "../../../shared/lm/fine-tuning/fine-tuning.ts";
import { outcomeLossNames, rowsPerExample } from "../../../shared/lm/fine-tuning/outcome-loss.ts";
import { createResponseScorer } from "../../../shared/lm/fine-tuning/response-scorer.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import type { TrainingStart, WeightValues } from "../../../shared/lm/training.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { transformer, weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { small, weightsFor } from "../decoding/models.ts";
import { largestDifference, logitsOf } from "../logits.ts";
import { lossGradients } from "./loss-gradients.ts";
import { models, randomExample, trainedAdapters } from "./models.ts";

const adapter: Adapter = { rank: 3, alpha: 5 };
const tokens = Array.from({ length: 12 }, (_, i) => (i * i * 7 + 3 * i) % 17);

/** Logits of one sequence by a model with adapters beside its projections. */
async function adaptedLogits(
  config: ModelConfig,
  values: WeightValues,
  given = adapter,
): Promise<Float32Array> {
  const model = transformer(config, { batch: 1, length: tokens.length }, { adapter: given });
  const program = await compile(model.graph, { logits: model.logits }, { threads: 1 });
  const fed = { ...Object.fromEntries(values), tokens: BigInt64Array.from(tokens, BigInt) };
  const logits = Float32Array.from((await program.run(fed)).logits, Number);
  await program.release();
  return logits;
}

describe.each(Object.entries(models))("adapters beside %s", (_, config) => {
  const base = weightsFor(config);

  test("at first they change no bit, and merged they are the same model", async () => {
    const fresh = initialWeights(adapterWeightsOf(config, adapter), 1);
    expect(await adaptedLogits(config, new Map([...base, ...fresh]))).toEqual(
      await logitsOf(config, base, tokens),
    );
    const trained = trainedAdapters(config, adapter);
    const beside = await adaptedLogits(config, new Map([...base, ...trained]));
    const merged = await logitsOf(config, mergeAdapters(base, adapter, trained), tokens);
    expect(largestDifference(beside, await logitsOf(config, base, tokens))).toBeGreaterThan(0.1);
    expect(largestDifference(beside, merged)).toBeLessThan(3e-5);
  });

  test("the gradients of A and B are s B^T dW and s dW A^T", async () => {
    const random = createRandom(2, "rows");
    const shape = { batch: 2, length: 10 };
    const feeds = createExampleFeeds(shape.batch, shape.length);
    for (let place = 0; place < 2; place++)
      placeExample(feeds, randomExample(random, 8 + place, 17), { place, length: 10 });
    const trained = trainedAdapters(config, adapter);
    const values = new Map([...base, ...trained]);
    const beside = await lossGradients(config, values, shape, feeds, { adapter });
    const whole = await lossGradients(config, mergeAdapters(base, adapter, trained), shape, feeds);
    expect(beside.loss).toBeCloseTo(whole.loss, 5);
    expect([...beside.slopes.keys()]).toEqual([...trained.keys()]);
    for (const { name, shape: sides } of adapterWeightsOf(config, adapter)) {
      const layer = name.replace(/\.lora_[AB]\.weight$/, "");
      const dW = whole.slopes.get(`${layer}.weight`) ?? new Float32Array();
      const [a, b] = ["A", "B"].map((which) => trained.get(`${layer}.lora_${which}.weight`) ?? []);
      const inputs = (a?.length ?? 0) / adapter.rank;
      const scale = adapter.alpha / adapter.rank;
      const expected = Float64Array.from({ length: (sides[0] ?? 0) * (sides[1] ?? 0) }, (_, at) => {
        const [row, column] = [Math.floor(at / (sides[1] ?? 1)), at % (sides[1] ?? 1)];
        let total = 0;
        if (name.includes("lora_A"))
          for (let out = 0; out < dW.length / inputs; out++)
            total += (b?.[out * adapter.rank + row] ?? 0) * (dW[out * inputs + column] ?? 0);
        else
          for (let i = 0; i < inputs; i++)
            total += (dW[row * inputs + i] ?? 0) * (a?.[column * inputs + i] ?? 0);
        return scale * total;
      });
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largestDifference(beside.slopes.get(name) ?? [], expected)).toBeLessThan(1e-4 * largest + 1e-6);
    }
  });
});

test("a projection that a model has not is refused by its name", () => {
  const gelu = small({ feedForward: { type: "gelu", size: 40 } });
  const asked = { ...adapter, projections: ["q_proj", "gate_proj"] } as const;
  expect(() => adapterWeightsOf(gelu, asked)).toThrow("projections: the model has no gate_proj");
  const hash = { type: "memory", bits: 4, weighting: "paper" } as const;
  const tables = small({ attention: hash, feedForward: { ...hash, extraBits: 1 } });
  expect(() => adapterWeightsOf(tables, adapter)).toThrow("the model has none that an adapter fits");
});

const config = configure({
  ...{ vocabularySize: 11, contextLength: 40, dModel: 32, layers: 2, heads: 2 },
  position: { type: "rope", theta: 10_000 },
});
const base = initialWeights(weightsOf(config), 3);
const options = {
  ...{ seed: 5, batch: 3, length: 16, threads: 1 },
  schedule: constantSchedule({ peak: 1e-2, steps: 6, warmupSteps: 0 }),
  adamW: adamWDefaults,
};
const examples = Array.from({ length: 6 }, (_, i) => randomExample(createRandom(i, "x"), 6 + i, 11));
const at = (i: number) => examples[i % 6] ?? { prompt: [], response: [] };

describe("training", () => {
  test("takes the memory and the products of adapters, and leaves the base as it is", async () => {
    const before = new Map([...base].map(([name, values]) => [name, values.slice()]));
    let next = 0;
    const create = (start: TrainingStart, given?: Adapter) => {
      next = 0;
      const tuned = { ...options, adapter: given && { ...given, base } };
      return createInstructionTuning(config, tuned, () => at(next++), start);
    };
    const lora = await create({ from: "scratch" }, { rank: 2, alpha: 4 });
    const full = await create({ from: "weights", weights: base });
    const first = await lora.advance();
    next = 0;
    expect(first.loss).toBe((await full.advance()).loss);
    const parameters = adapterWeightsOf(config, { rank: 2, alpha: 4 });
    const count = parameters.reduce((sum, { shape: [a = 0, b = 0] }) => sum + a * b, 0);
    expect(lora.parameters).toBe(count);
    expect(lora.cost.memory.optimiser).toBe(8 * count);
    const inputs = (cost: typeof lora.cost) => cost.memory.inputs;
    expect(inputs(lora.cost) - inputs(full.cost)).toBe(4 * count);
    expect(lora.cost.flops.products).toBeLessThan(0.8 * full.cost.flops.products);
    let last = first;
    for (let i = 0; i < 5; i++) last = await lora.advance();
    expect(last.loss).toBeLessThan(first.loss - 0.05);
    expect(base).toEqual(before);
    const merged = mergeAdapters(base, { rank: 2, alpha: 4 }, lora.weights());
    expect([...merged].filter(([name, values]) => values !== base.get(name)).map(([name]) => name)).toEqual(
      [...base.keys()].filter((name) => name.includes("_proj")),
    );
    for (const one of [lora, full]) await one.release();
  });

  test.each(outcomeLossNames)("by %s, from what the reference knows to the same bytes", async (loss) => {
    const scorer = createResponseScorer({ config, weights: base }, { threads: 1 });
    const scores = await scorer.score(examples);
    await scorer.release();
    const rows = examples.map((example, i) => ({
      ...example,
      reference: scores[i]?.reduce((sum, value) => sum + value, 0) ?? Number.NaN,
    }));
    let next = 0;
    const draw = (): OutcomeExample => {
      const own = Array.from({ length: rowsPerExample(loss) }, () => rows[next++ % 6]);
      return { rows: own.filter((row) => row !== undefined), label: next % 2 };
    };
    const create = (start: TrainingStart) => {
      next = 0;
      const tuned = { ...options, loss, beta: 0.5, adapter: { rank: 2, alpha: 8, base } };
      return createOutcomeTuning(config, tuned, draw, start);
    };
    const whole = await create({ from: "scratch" });
    const losses = [(await whole.advance()).loss, (await whole.advance()).loss];
    const [checkpoint, drawn] = [whole.checkpoint(), next];
    losses.push((await whole.advance()).loss, (await whole.advance()).loss);
    const nothing = { ce: Math.LN2, dpo: Math.LN2, nca: 2 * Math.LN2, kto: 0.5 };
    expect(losses[0]).toBeCloseTo(nothing[loss], 5);
    expect(losses[3]).toBeLessThan((losses[0] ?? 0) - 0.01);
    const resumed = await create({ from: "checkpoint", checkpoint });
    next = drawn;
    await resumed.advance();
    await resumed.advance();
    expect(resumed.weights()).toEqual(whole.weights());
    for (const one of [whole, resumed]) await one.release();
  });
});
