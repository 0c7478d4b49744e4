import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import { windowsOf } from "../../shared/lm/rows.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/lm/safetensors.ts";
import {
  exportOnnx,
  type LanguageModel,
  loadModel,
  modelFiles,
  parametersOf,
} from "../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../shared/lm/tokenizers/byte.ts";
import { createTraining } from "../../shared/lm/training.ts";
import { largestDifference, logitsOf } from "./logits.ts";

const text = new TextEncoder().encode("It was the best of times, it was the worst of times.");
const fope = {
  type: "fope",
  theta: 10_000,
  trainingLength: 12,
  sigma: 0.3,
  clip: true,
  series: true,
  pad: "released",
  seed: 4,
} as const;

const lowRank = { type: "low-rank", rank: 4, initialisation: "default" } as const;

async function trained(given: Partial<ModelConfig> = {}): Promise<LanguageModel> {
  const config = configure({
    vocabularySize: 256,
    contextLength: 12,
    dModel: 16,
    layers: 2,
    heads: 2,
    position: { type: "rope", theta: 10_000 },
    ...given,
  });
  const training = await createTraining(
    config,
    {
      seed: 1,
      batch: 2,
      length: 12,
      schedule: constantSchedule({ peak: 1e-2, steps: 1, warmupSteps: 0 }),
      adamW: adamWDefaults,
      threads: 1,
      rows: windowsOf(text, 12),
    },
    { from: "scratch" },
  );
  for (let step = 0; step < 5; step++) await training.advance();
  const weights = training.weights();
  await training.release();
  return { config, weights, tokenizer: byteTokenizer };
}

const hash = { type: "memory", bits: 4, weighting: "released" } as const;
const memory = { attention: hash, feedForward: { ...hash, extraBits: 2 } };

const tokens = [...text.subarray(0, 12)];
const json = (files: ReadonlyMap<string, Uint8Array>) =>
  JSON.parse(new TextDecoder().decode(files.get("config.json")));

describe("a stored model", () => {
  test.each([
    ["rope", {}],
    ["fope", { position: fope }],
    ["an untied head", { tiedHead: false }],
    ["Memory Layers", memory],
    ["a product-key memory", { feedForward: { type: "product-key", keys: 4, heads: 2, topK: 3, keyDim: 8 } }],
    ["low-rank attention", { attention: lowRank }],
  ] as const)("gives the same logits when it is loaded and as ONNX: %s", async (_, given) => {
    const model = await trained(given);
    const logits = await logitsOf(model.config, model.weights, tokens);
    const loaded = await loadModel(modelFiles(model));
    expect(loaded.config).toEqual(model.config);
    expect(await logitsOf(loaded.config, loaded.weights, tokens)).toEqual(logits);
    const session = await InferenceSession.create(exportOnnx(model, { batch: 1, length: 12 }));
    expect(session.inputNames).toEqual(["tokens"]);
    const feed = new Tensor("int64", BigInt64Array.from(tokens, BigInt), [1, 12]);
    const { logits: exported } = await session.run({ tokens: feed });
    expect(exported?.dims).toEqual([1, 12, 256]);
    expect(largestDifference(exported?.data as Float32Array, logits)).toBeLessThan(1e-6);
    await session.release();
  });

  test("is named for the architecture that it is", async () => {
    const named = async (given: Partial<ModelConfig>) =>
      json(modelFiles(await trained(given))).architectures[0];
    expect(await named({})).toBe("LlamaForCausalLM");
    expect(await named({ qkNorm: true })).toBe("Qwen3ForCausalLM");
    expect(await named({ position: fope })).toBe("TenfoldForCausalLM");
    expect(await named(memory)).toBe("TenfoldForCausalLM");
    expect(await named({ attention: lowRank })).toBe("TenfoldForCausalLM");
  });

  test("has the files that transformers looks for, and names no token that it does not have", async () => {
    const files = modelFiles(await trained());
    expect([...files.keys()].sort()).toEqual([
      ...["config.json", "generation_config.json", "model.safetensors", "tokenizer.json"],
      "tokenizer_config.json",
    ]);
    const { model_type, bos_token_id, eos_token_id } = json(files);
    expect({ model_type, bos_token_id, eos_token_id }).toEqual({
      ...{ model_type: "llama", bos_token_id: null, eos_token_id: null },
    });
    const generation = new TextDecoder().decode(files.get("generation_config.json"));
    expect(JSON.parse(generation)).toMatchObject({ max_length: 12, eos_token_id: null });
    const { tensors, metadata } = decodeSafetensors(files.get("model.safetensors") ?? new Uint8Array());
    expect(metadata).toEqual({ format: "pt" });
    const layer = "model.layers.0.";
    expect([...tensors.keys()].filter((name) => name.startsWith(layer)).sort()).toEqual(
      [
        ...["input_layernorm", "mlp.down_proj", "mlp.gate_proj", "mlp.up_proj", "post_attention_layernorm"],
        ...["self_attn.k_proj", "self_attn.o_proj", "self_attn.q_proj", "self_attn.v_proj"],
      ].map((name) => `${layer}${name}.weight`),
    );
  });

  test("holds exactly its parameters, and FoPE's frozen tables beside them", async () => {
    const model = await trained({ position: fope });
    const { tensors } = decodeSafetensors(modelFiles(model).get("model.safetensors") ?? new Uint8Array());
    const learned = [...tensors].filter(([name]) => !name.includes("rotary_emb"));
    const size = learned.reduce((sum, [, { data }]) => sum + data.length / 4, 0);
    expect(size).toBe(parametersOf(model.config));
    expect([...tensors.keys()].filter((name) => name.includes("rotary_emb"))).toHaveLength(3);
  });

  test("with something missing or wrong is refused, and it is named", async () => {
    const files = modelFiles(await trained({ position: fope }));
    const without = (name: string) => new Map([...files].filter(([given]) => given !== name));
    await expect(loadModel(without("config.json"))).rejects.toThrow("there is no config.json");
    await expect(loadModel(without("tokenizer.json"))).rejects.toThrow("there is no tokenizer.json");
    const { tensors } = decodeSafetensors(files.get("model.safetensors") ?? new Uint8Array());
    const fewer = new Map([...tensors].filter(([name]) => name !== "model.norm.weight"));
    await expect(
      loadModel(new Map([...files, ["model.safetensors", encodeSafetensors(fewer)]])),
    ).rejects.toThrow("tensor model.norm.weight is missing");
    const config = json(files);
    config.tenfold.position.seed = 5;
    const reseeded = new Map([...files, ["config.json", new TextEncoder().encode(JSON.stringify(config))]]);
    await expect(loadModel(reseeded)).rejects.toThrow("sin_coef is not the one");
    config.tenfold.heads = 3;
    const wrong = new Map([...files, ["config.json", new TextEncoder().encode(JSON.stringify(config))]]);
    await expect(loadModel(wrong)).rejects.toThrow("config.json: tenfold/kvHeads: must divide heads");
  });
});
