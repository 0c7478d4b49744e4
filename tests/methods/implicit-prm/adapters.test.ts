import { expect, test } from "vitest";
import { loadModel } from "../../../shared/lm/stored-model.ts";
import method from "../../../shared/methods/implicit-prm/method.ts";
import type { MemoryOptions } from "../../fixtures/memory-context.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";
import { preferencesContent, randomModel, sums } from "./fixtures.ts";

const before = randomModel(1);
const options: MemoryOptions = {
  seed: 3,
  models: new Map([["before", before]]),
  contents: new Map([["sums", preferencesContent("sums", sums)]]),
};
const adapter = { rank: 2, alpha: 4, projections: ["q_proj", "down_proj"], files: true };
const input = {
  task: "train",
  data: { from: "preferences", dataset: "sums", model: "before" },
  ...{ beta: 0.5, training: { steps: 6, batch: 8, learningRate: 1e-2, adapter }, draws: 10 },
};

test("adapters are trained beside the model, merged and left by themselves, cut or not", async () => {
  const whole = await runToEnd(method, input, options);
  let asked = 0;
  const cut = await runToEnd(method, input, { ...options, outOfTime: () => asked++ % 2 === 1 });
  expect(cut.slices).toBeGreaterThan(3);
  expect(cut.output).toEqual(whole.output);
  expect(cut.last.artifacts).toEqual(whole.last.artifacts);
  expect(cut.last.models).toEqual(whole.last.models);
  if (whole.output.task !== "train") throw new Error("a training expected");
  const [base, tuned] = [before, whole.last.models.get(whole.output.model) ?? new Map()];
  const [from, to] = [await loadModel(base), await loadModel(tuned)];
  const moved = [...to.weights].filter(([name, values]) => values.join() !== from.weights.get(name)?.join());
  expect(moved.map(([name]) => name)).toEqual([
    "model.layers.0.self_attn.q_proj.weight",
    "model.layers.0.mlp.down_proj.weight",
  ]);
  const { body = "" } = whole.last.artifacts.get("adapter_config.json") ?? {};
  expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({
    ...{ peft_type: "LORA", r: 2, lora_alpha: 4, base_model_name_or_path: "before" },
    target_modules: ["q_proj", "down_proj"],
  });
  expect([...whole.last.artifacts.keys()]).toContain("adapter_model.safetensors");
  const { files: _, ...merged } = adapter;
  const without = await runToEnd(
    method,
    { ...input, training: { ...input.training, adapter: merged } },
    options,
  );
  expect(without.last.models).toEqual(whole.last.models);
  expect([...without.last.artifacts.keys()]).not.toContain("adapter_config.json");
});

test("a projection that the model has not is refused by its field", async () => {
  const asked = { ...input.training, adapter: { ...adapter, projections: ["query_proj"] } };
  await expect(runToEnd(method, { ...input, training: asked }, options)).rejects.toThrow(
    "training.adapter.projections: the model has no query_proj",
  );
  const twice = { ...input.training, adapter: { ...adapter, projections: ["q_proj", "q_proj"] } };
  expect(method.input.safeParse({ ...input, training: twice }).error?.issues[0]?.path).toEqual([
    "training",
    "adapter",
    "projections",
  ]);
});
