import { describe, expect, test } from "vitest";
import { checkedExport } from "../../shared/lm/checked-export.ts";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import { createRandom } from "../../shared/lm/random.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";

function randomModel(position: ModelConfig["position"]) {
  const config = configure({
    ...{ vocabularySize: 20, contextLength: 8, dModel: 16, layers: 1, heads: 2, position },
  });
  const random = createRandom(1, "weights");
  const draw = (size: number) => Float32Array.from({ length: size }, () => random.normal() / 4);
  const weights = new Map(
    weightsOf(config).map(({ name, shape }) => [name, draw(shape.reduce((a, b) => a * b, 1))]),
  );
  return { config, weights };
}

describe("an exported graph", () => {
  test.each([
    [
      { type: "rope", theta: 10_000 },
      { batch: 3, length: 8 },
    ],
    [{ type: "alibi" }, { batch: 1, length: 20 }],
  ] as const)("has the model's logits: %j at %j", async (position, shape) => {
    const { onnx, difference } = await checkedExport(randomModel(position), shape, 1);
    expect(difference).toBeLessThan(1e-5);
    expect(onnx.length).toBeGreaterThan(1000);
  });

  test("that gives no numbers is refused", async () => {
    const model = randomModel({ type: "nope" });
    model.weights.set("model.norm.weight", new Float32Array(16).fill(Number.NaN));
    await expect(checkedExport(model, { batch: 1, length: 4 }, 1)).rejects.toThrow("differ from the model's");
  });
});
