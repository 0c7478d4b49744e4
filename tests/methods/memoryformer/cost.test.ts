import { describe, expect, test } from "vitest";
import { flopsOf } from "../../../shared/engine/flops.ts";
import type { ModelConfig } from "../../../shared/lm/config.ts";
import { parametersOf } from "../../../shared/lm/stored-model.ts";
import { hiddenWidth } from "../../../shared/lm/transformer/memory-layer.ts";
import { transformer } from "../../../shared/lm/transformer/transformer.ts";
import { multiplyAdds, paperBlock } from "../../../shared/methods/memoryformer/flops.ts";
import { input } from "../../../shared/methods/memoryformer/input.ts";
import { paperSizes } from "../../../shared/methods/memoryformer/paper.ts";
import { tableBytesOf, variantsOf } from "../../../shared/methods/memoryformer/variants.ts";

describe("the paper's table of a block's multiply-adds", () => {
  test.each(paperSizes.map((size) => [size.memory.name, size] as const))(
    "is what the formulas give to the digit printed, beside %s",
    (_, { d, dense, memory }) => {
      const found = paperBlock(d);
      expect(found.dense.withoutAttention.toFixed(1)).toBe(dense.withoutAttention.toFixed(1));
      expect(found.dense.total.toFixed(1)).toBe(dense.total.toFixed(1));
      // The paper prints 1.0 and 7.4 for its medium size, where its own 6 / tau s d^2 is .906.
      const printed =
        d === 768 ? ["0.9", "7.3"] : [memory.withoutAttention.toFixed(1), memory.total.toFixed(1)];
      expect([found.memory.withoutAttention.toFixed(1), found.memory.total.toFixed(1)]).toEqual(printed);
    },
  );

  test("counts the feed-forward's second layer as 1 / tau and the whole block as 5.25 / tau with two extra bits", () => {
    const [length, d, bits] = [64, 128, 8];
    const given = input.parse({
      model: { dModel: d, layers: 3, heads: 2 },
      trainingLength: length,
      variants: ["memory-released"],
      memory: { bits: [bits] },
    });
    const [variant] = variantsOf(given);
    if (variant === undefined) throw new Error("a variant expected");
    const { rest, attention } = multiplyAdds(variant.config, length);
    expect(rest - length * 256 * d).toBe(3 * (5.25 / bits) * length * d ** 2);
    expect(attention).toBe(3 * 2 * length ** 2 * d);
  });
});

describe("a comparison's models", () => {
  const given = input.parse({ memory: { bits: [4, 8] } });
  const variants = new Map(variantsOf(given).map((variant) => [variant.key, variant]));
  const configOf = (key: string) => {
    const found = variants.get(key);
    if (found === undefined) throw new Error(`no variant ${key}`);
    return found.config;
  };
  const cost = (key: string) => {
    const { attention, rest } = multiplyAdds(configOf(key), given.trainingLength);
    return attention + rest;
  };

  test("are the memory ones once for each number of bits, at rates of their own", () => {
    expect([...variants.keys()]).toEqual([
      "dense",
      "dense-flops",
      "dense-parameters",
      "memory-paper-4",
      "memory-paper-8",
      "memory-released-4",
      "memory-released-8",
      "product-key",
    ]);
    expect(variants.get("memory-paper-4")?.learningRates).toEqual(given.training.memoryRates);
    expect(variants.get("product-key")?.learningRates).toEqual(given.training.denseRates);
    expect(configOf("dense-flops").dModel).toBe(36);
    expect(variants.get("dense-flops")?.learningRates).toEqual([0.00711, 0.0142, 0.0284]); // 64 / 36 times
  });

  test("are matched to the model of the most bits within what a step of their size allows", () => {
    expect(Math.abs(cost("dense-flops") / cost("memory-paper-8") - 1)).toBeLessThan(0.1);
    const parameters = (key: string) => parametersOf(configOf(key));
    expect(Math.abs(parameters("dense-parameters") / parameters("memory-paper-8") - 1)).toBeLessThan(0.02);
    expect(Math.abs(parameters("product-key") / parameters("memory-paper-8") - 1)).toBeLessThan(0.02);
  });

  test("hold the bytes of tables that the formula gives: K 2^tau rows for each of the layers", () => {
    const [d, chunks] = [64, 8];
    const rows = chunks * 2 ** 8 * (3 * d + 10 * chunks) + chunks * 2 ** 10 * d;
    expect(tableBytesOf(configOf("memory-released-8"))).toBe(2 * 4 * rows);
    expect(tableBytesOf(configOf("dense"))).toBe(0);
    expect(parametersOf(configOf("memory-released-8"))).toBe(2_179_552);
  });

  test("take what the formula says, counted in the graph; the hash adds a multiply-add for each element", () => {
    const length = 32;
    for (const [key, { config }] of variants) {
      const { graph, logits } = transformer(config, { batch: 1, length });
      const counted = flopsOf(graph, [logits]).products / 2;
      const { attention, rest } = multiplyAdds(config, length);
      const hashed = 2 * length * (64 + 64 + hiddenElements(config));
      expect(counted).toBe(attention + rest + (key.startsWith("memory") ? hashed : 0));
    }
  });
});

/** Elements between the two layers of a feed-forward of Memory Layers: each is hashed too. */
function hiddenElements({ feedForward }: ModelConfig): number {
  return feedForward.type === "memory" ? hiddenWidth(64, feedForward) : 0;
}
