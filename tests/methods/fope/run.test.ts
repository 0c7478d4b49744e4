import { describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../../shared/lm/safetensors.ts";
import { loadModel } from "../../../shared/lm/stored-model.ts";
import fope from "../../../shared/methods/fope/method.ts";
import type { CompareOutput, ContinueOutput, Output } from "../../../shared/methods/fope/output.ts";
import { type MemoryOptions, memoryRun } from "../../fixtures/memory-context.ts";
import { runToEnd, sentences } from "../../fixtures/run-to-end.ts";

const datasets = new Map([["text", sentences]]);

const small = {
  task: "compare",
  dataset: "text",
  trainingLength: 32,
  multiples: [1, 4],
  model: { dModel: 16, layers: 1, heads: 2, feedForward: 24 },
  variants: ["rope", "fope", "alibi", "yarn"],
  seeds: 2,
  training: { steps: 6, batch: 4 },
  passkey: { trials: 4, depths: 2 },
  evaluationTokens: 256,
};

const finish = (input: unknown, options: MemoryOptions = {}, outOfTime = () => false) =>
  runToEnd(fope, input, { datasets, ...options, outOfTime });

/** Speed is of the clock; all other figures are of the seed. */
function withoutSpeed(output: Output): Output {
  if (output.task !== "compare") return output;
  return { ...output, variants: output.variants.map((variant) => ({ ...variant, tokensPerSecond: null })) };
}

const compare = async (given: object = {}, ...rest: [MemoryOptions?, (() => boolean)?]) =>
  finish({ ...small, ...given }, ...rest);

describe("a comparison", () => {
  test("gives every variant its figures at every length, and leaves its report, plots and models", async () => {
    const { output, last } = await compare();
    const { variants } = output as CompareOutput;
    expect(variants.map(({ name }) => name)).toEqual(small.variants);
    for (const { loss, passkey, seeds, tokensPerSecond, name } of variants) {
      expect(seeds).toBe(2);
      expect(loss.map(({ length }) => length)).toEqual([32, 128]);
      expect(passkey.map(({ length }) => length)).toEqual([32, 128]);
      expect(loss.every(({ mean, sd }) => mean > 1 && mean < 8 && sd > 0)).toBe(true);
      expect(tokensPerSecond === null).toBe(name === "yarn");
    }
    expect([...last.artifacts.keys()]).toEqual(
      expect.arrayContaining(["report.html", "loss-by-length.svg", "passkey-by-length.svg", "variants.csv"]),
    );
    expect([...last.models.keys()].sort()).toEqual(["fope-alibi", "fope-fope", "fope-rope"]);
    const model = await loadModel(last.models.get("fope-fope") ?? new Map());
    expect(model.config.position.type).toBe("fope");
    expect(last.metrics.filter(({ name }) => name === "training_loss")).toHaveLength(3 * 2 * 6);
  });

  test("cut after every unit of work and resumed, ends with the same figures, bit for bit", async () => {
    const whole = await compare();
    let asked = 0;
    const cut = await compare({}, {}, () => ++asked % 3 === 0);
    expect(cut.slices).toBeGreaterThan(20);
    expect(withoutSpeed(cut.output)).toEqual(withoutSpeed(whole.output));
    expect(cut.last.models).toEqual(whole.last.models);
  });

  test("another seed gives other figures", async () => {
    const [one, other] = [await compare({ seeds: 1 }), await compare({ seeds: 1 }, { seed: 1 })];
    expect(withoutSpeed(other.output)).not.toEqual(withoutSpeed(one.output));
  });

  test("stretched variants are looked at through a RoPE model also where RoPE itself is not asked for", async () => {
    const { output } = await compare({ seeds: 1, variants: ["yarn", "ntk"] });
    const [yarn, ntk] = (output as CompareOutput).variants;
    expect(yarn?.loss[0]).toEqual(ntk?.loss[0]);
    expect(yarn?.loss[1]).not.toEqual(ntk?.loss[1]);
  });

  test("stops when it is cancelled", async () => {
    const run = memoryRun({ datasets });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(fope.run(fope.input.parse(small), { ...run.context, signal })).rejects.toThrow("enough");
  });
});

describe("the other tasks", () => {
  test("convert writes frequencies and coefficients that the seed determines", async () => {
    const input = { task: "convert", headDim: 16, heads: 2, trainingLength: 100 };
    const { output, last } = await finish(input);
    // theta^(-2m/16) >= 2 pi / 100 for m = 0 .. 2: 1, .316, .1
    expect(output).toMatchObject({ task: "convert", liveFrequencies: 3, clippedFrequencies: 5 });
    const file = last.artifacts.get("fope-tables.safetensors")?.body;
    if (!(file instanceof Uint8Array)) throw new Error("a file of bytes expected");
    const { tensors, metadata } = decodeSafetensors(file);
    expect([...tensors.values()].map(({ shape }) => shape.join()).sort()).toEqual(["2,3,3", "2,3,3", "3"]);
    expect(metadata).toMatchObject({ theta: "10000", pad: "released" });
    const again = (await finish(input)).last.artifacts.get("fope-tables.safetensors")?.body;
    expect(again).toEqual(file);
    expect(last.artifacts.has("report.html")).toBe(true);
  });

  test("continue takes a RoPE model on as FoPE, the same whether it is cut or not", async () => {
    const { models } = (await compare({ seeds: 1, variants: ["rope"] })).last;
    const input = {
      task: "continue",
      model: "fope-rope",
      dataset: "text",
      trainingLength: 64,
      multiples: [1, 2],
      training: { steps: 4, batch: 2 },
      evaluationTokens: 256,
    };
    const whole = await finish(input, { models });
    const { before, converted, after } = whole.output as ContinueOutput;
    expect([before, converted, after].map((list) => list.map(({ length }) => length))).toEqual(
      Array.from({ length: 3 }, () => [64, 128]),
    );
    expect(converted).not.toEqual(before);
    expect(after).not.toEqual(converted);
    let asked = 0;
    const cut = await finish(input, { models }, () => ++asked % 2 === 0);
    expect(cut.slices).toBeGreaterThan(1);
    expect(cut.output).toEqual(whole.output);
    await expect(
      finish({ ...input, model: "fope-continued" }, { models: whole.last.models }),
    ).rejects.toThrow("only a RoPE model can be continued");
  });
});
