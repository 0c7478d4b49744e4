import { describe, expect, test } from "vitest";
import { loadModel } from "../../../shared/lm/stored-model.ts";
import memoryformer from "../../../shared/methods/memoryformer/method.ts";
import type { Output } from "../../../shared/methods/memoryformer/output.ts";
import { memoryRun } from "../../fixtures/memory-context.ts";
import { runToEnd, sentences } from "../../fixtures/run-to-end.ts";

const datasets = new Map([["text", sentences]]);

const small = {
  dataset: "text",
  trainingLength: 32,
  model: { dModel: 16, layers: 1, heads: 2 },
  variants: ["dense", "dense-flops", "memory-paper", "memory-released", "product-key"],
  memory: { bits: [4] },
  productKey: { heads: 1, topK: 3, keyDim: 8 },
  seeds: 2,
  training: { steps: 6, batch: 4, tuningShare: 0.5, denseRates: [1e-3, 4e-3], memoryRates: [5e-3] },
  evaluationTokens: 256,
  latency: { widths: [] },
};

const finish = (given: object = {}, outOfTime = () => false) =>
  runToEnd(memoryformer, { ...small, ...given }, { datasets, outOfTime });

/** Speed is of the clock; all other figures are of the seed. */
function withoutSpeed({ variants, ...rest }: Output) {
  return { ...rest, variants: variants.map((variant) => ({ ...variant, tokensPerSecond: 0 })) };
}

describe("a MemoryFormer run", () => {
  test("gives every variant its figures, and leaves its report, plots, tables and models", async () => {
    const { output, last } = await finish();
    expect(output.variants.map(({ name }) => name)).toEqual([
      "dense",
      "dense-flops",
      "memory-paper-4",
      "memory-released-4",
      "product-key",
    ]);
    for (const { loss, seeds, tokensPerSecond, gflops, gflopsCounted } of output.variants) {
      expect([loss.mean > 1 && loss.mean < 8, loss.sd > 0, seeds]).toEqual([true, true, 2]);
      expect(tokensPerSecond).toBeGreaterThan(0);
      expect(gflopsCounted / gflops).toBeGreaterThan(0.9);
    }
    const [dense, , memory] = output.variants;
    expect(dense?.tuning.map(({ learningRate }) => learningRate)).toEqual([1e-3, 4e-3]);
    const tried = dense?.tuning.toSorted((a, b) => (a.loss ?? 0) - (b.loss ?? 0))[0];
    expect(dense?.learningRate).toBe(tried?.learningRate);
    expect(dense?.buckets).toEqual([]);
    expect(memory?.buckets.map(({ layer, bits }) => [layer, bits])).toEqual([
      ["layers.0.self_attn.qkv_memory", 4],
      ["layers.0.mlp.up_memory", 4],
      ["layers.0.mlp.down_memory", 6],
    ]);
    for (const { used, entropy, shares } of memory?.buckets ?? []) {
      expect([used > 0 && used <= 1, entropy > 0 && entropy <= 1]).toEqual([true, true]);
      expect(shares.at(-1)?.share).toBeCloseTo(1, 9);
    }
    expect(memory?.sample?.length).toBeGreaterThan(0);
    expect([...last.artifacts.keys()].sort()).toEqual([
      "bucket-use.svg",
      "loss-by-bytes.svg",
      "loss-by-flops.svg",
      "report.html",
      "training-loss.svg",
      "variants.csv",
    ]);
    const model = await loadModel(last.models.get("memoryformer-memory-released-4") ?? new Map());
    expect(model.config.attention).toEqual({ type: "memory", bits: 4, weighting: "released" });
    expect(last.models.size).toBe(5);
  });

  test("cut after every unit of work and resumed, ends with the same figures, bit for bit", async () => {
    const given = { variants: ["dense", "memory-released"] };
    const whole = await finish(given);
    let asked = 0;
    const cut = await finish(given, () => ++asked % 3 === 0);
    expect(cut.slices).toBeGreaterThan(10);
    expect(withoutSpeed(cut.output)).toEqual(withoutSpeed(whole.output));
    expect(cut.last.models).toEqual(whole.last.models);
  });

  test("times layers at the widths that are asked for", async () => {
    const { output, last } = await finish({ variants: ["dense"], seeds: 1, latency: { widths: [128, 64] } });
    expect(
      output.latency.map(({ d, memory, dense }) => [d, memory.bytes, memory.tableBytes, dense.bytes]),
    ).toEqual([
      [64, 4 * 8 * 64, 4 * 8 * 256 * 64, 4 * 64 * 64],
      [128, 4 * 16 * 128, 4 * 16 * 256 * 128, 4 * 128 * 128],
    ]);
    for (const { memory, dense } of output.latency) {
      expect(Math.min(memory.microseconds, dense.microseconds)).toBeGreaterThan(0);
    }
    expect(last.artifacts.has("latency.svg")).toBe(true);
  });

  test("stops when it is cancelled", async () => {
    const { context } = memoryRun({ datasets });
    const signal = AbortSignal.abort(new Error("enough"));
    const input = memoryformer.input.parse(small);
    await expect(memoryformer.run(input, { ...context, signal })).rejects.toThrow("enough");
  });
});

describe("an input", () => {
  test.each([
    ["a text too short", { trainingLength: 400, characters: 1000 }, "must be at least 1203"],
    [
      "an evaluation shorter than a row",
      { trainingLength: 512, evaluationTokens: 512 },
      "more than the training",
    ],
    ["a width that heads do not divide", { model: { dModel: 18, heads: 4 } }, "dModel / heads"],
    ["a number of bits given twice", { memory: { bits: [4, 4] } }, "must not repeat"],
  ])("with %s is refused where it is wrong", (_, given, message) => {
    const parsed = memoryformer.input.safeParse(given);
    expect(JSON.stringify(parsed.error?.issues)).toContain(message);
  });

  test("names the text that it needs", () => {
    const parsed = memoryformer.input.parse(small);
    expect(memoryformer.needs?.(parsed)).toEqual({
      datasets: [{ path: "/dataset", id: "text", kinds: ["text"], minBytes: 99 }],
    });
  });
});
