import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDecoder } from "../../../shared/lm/decoding/create.ts";
import { encodeSafetensors } from "../../../shared/lm/safetensors.ts";
import { encodeFromStart } from "../../../shared/lm/special-tokens.ts";
import { loadModel, modelFiles } from "../../../shared/lm/stored-model.ts";
import { largestDifference } from "../logits.ts";
import {
  encodeJson,
  expectSame,
  type Files,
  referenceModel,
  referenceModels,
  tensorsOf,
  withConfig,
  withTensors,
} from "./reference-models.ts";

const llama = referenceModel("llama-llama3").files;
const refused = (files: Files) => expect(loadModel(files)).rejects;

test.each(referenceModels)("the cached decoder gives the logits that NumPy computed: %s", async (name) => {
  const { files, tokens, logits } = referenceModel(name);
  const decoder = await createDecoder(await loadModel(files), { window: tokens.length, threads: 1 });
  const read = await decoder.read(tokens, { all: true });
  expect(largestDifference(read, logits)).toBeLessThan(1e-4);
  await decoder.release();
});

describe("config.json that asks for what is not computed here is refused by name", () => {
  test.each<readonly [string, string, Readonly<Record<string, unknown>>, string]>([
    ["llama-llama3", "an architecture", { model_type: "mamba" }, "config.json: model_type: mamba is none of"],
    [
      "llama-llama3",
      "an architecture without model_type",
      { model_type: undefined, architectures: ["T5ForConditionalGeneration"] },
      "config.json: architectures: T5ForConditionalGeneration is none of",
    ],
    [
      "llama-llama3",
      "another head",
      { architectures: ["LlamaForSequenceClassification"] },
      "config.json: architectures: LlamaForSequenceClassification is not LlamaForCausalLM",
    ],
    ["llama-llama3", "a missing size", { hidden_size: undefined }, "config.json: hidden_size: "],
    ["llama-llama3", "a size that is none", { num_hidden_layers: -1 }, "config.json: num_hidden_layers: "],
    ["llama-llama3", "heads that do not divide", { num_key_value_heads: 3 }, "kvHeads: must divide heads"],
    ["llama-llama3", "an activation", { hidden_act: "relu" }, "config.json: hidden_act: "],
    [
      "llama-llama3",
      "a scaling",
      { rope_scaling: { rope_type: "longrope" } },
      'rope_scaling/rope_type: "longrope"',
    ],
    [
      "llama-llama3",
      "an old scaling",
      { rope_scaling: { type: "su" } },
      'config.json: rope_scaling/type: "su"',
    ],
    [
      "llama-llama3",
      "a scaling's factor",
      { rope_scaling: { rope_type: "linear" } },
      "rope_scaling/factor: null",
    ],
    [
      "llama-llama3",
      "YaRN's ramp in fractions",
      { rope_scaling: { rope_type: "yarn", factor: 2, truncate: false } },
      "rope_scaling/truncate: false is not supported",
    ],
    [
      "llama-llama3",
      "part of a head",
      { partial_rotary_factor: 0.5 },
      "config.json: partial_rotary_factor: 0.5",
    ],
    [
      "llama-llama3",
      "quantised weights",
      { quantization_config: { bits: 4 } },
      'quantization_config: {"bits":4}',
    ],
    ["qwen2", "windows in some layers", { use_sliding_window: true }, "config.json: max_window_layers: 1"],
    [
      "qwen2",
      "layers of several kinds",
      { layer_types: ["full_attention", "sliding_attention"], use_sliding_window: true },
      'config.json: layer_types: ["full_attention","sliding_attention"] is not supported',
    ],
    [
      "gpt2",
      "another scale of attention",
      { scale_attn_by_inverse_layer_idx: true },
      "scale_attn_by_inverse_layer",
    ],
    [
      "gpt2",
      "attention without its scale",
      { scale_attn_weights: false },
      "config.json: scale_attn_weights: ",
    ],
    ["gpt2", "attention to another model", { add_cross_attention: true }, "add_cross_attention: true"],
    ["gpt2", "an odd head", { n_head: 32 }, "config.json: as read, headDim: "],
    ["gpt-neox", "an activation", { hidden_act: "quick_gelu" }, "config.json: hidden_act: "],
  ])("%s: %s", async (name, _, changes, message) => {
    await refused(withConfig(referenceModel(name).files, changes)).toThrow(message);
  });

  test("no JSON", async () => {
    await refused(new Map([...llama, ["config.json", new TextEncoder().encode("{")]])).toThrow(
      "config.json: ",
    );
    await refused(new Map([...llama, ["config.json", encodeJson(null)]])).toThrow(
      "config.json: architectures: ",
    );
  });
});

describe("weights that are not the configuration's are refused by name", () => {
  test("a tensor that is missing", async () => {
    const name = "model.layers.1.self_attn.k_proj.weight";
    await refused(withTensors(llama, (tensors) => tensors.delete(name))).toThrow(`tensor ${name} is missing`);
    const untied = withConfig(referenceModel("smollm").files, { tie_word_embeddings: false });
    await refused(untied).toThrow("tensor lm_head.weight is missing");
  });

  test("a tensor that is left over", async () => {
    const spare = { dtype: "F32", shape: [1], data: new Uint8Array(4) } as const;
    const name = "model.layers.0.self_attn.q_proj.bias";
    const more = withTensors(llama, (tensors) => tensors.set(name, spare));
    await refused(more).toThrow(`tensor ${name} is in no LlamaForCausalLM`);
    await refused(withConfig(llama, { num_hidden_layers: 1 })).toThrow(
      /tensor model\.layers\.1\..* is in no/,
    );
  });

  test("a tensor of another shape", async () => {
    await refused(withConfig(llama, { intermediate_size: 40 })).toThrow(
      "tensor model.layers.0.mlp.gate_proj.weight is [48,32], not [40,32]",
    );
    await refused(withConfig(referenceModel("gpt2").files, { n_inner: 64 })).toThrow(
      "tensor transformer.h.0.mlp.c_fc.weight is [32,128], not [32,64]",
    );
  });

  test("a tokenizer with more tokens than the model", async () => {
    const json = JSON.parse(new TextDecoder().decode(llama.get("tokenizer.json")));
    json.model.vocab.more = 64;
    await refused(new Map([...llama, ["tokenizer.json", encodeJson(json)]])).toThrow(
      "the tokenizer has 65 tokens, the model only 64",
    );
  });
});

test("what older checkpoints hold beside the weights does no harm", async () => {
  const { files } = referenceModel("smollm");
  const table = tensorsOf(files).get("model.embed_tokens.weight");
  if (table === undefined) throw new Error("no table");
  const more = withTensors(files, (tensors) => {
    tensors.set("lm_head.weight", table);
    tensors.set("model.layers.0.self_attn.rotary_emb.inv_freq", {
      ...{ dtype: "F32", shape: [4], data: new Uint8Array(16) },
    });
  });
  expectSame((await loadModel(more)).weights, (await loadModel(files)).weights);
});

test("names without the model's prefix are known", async () => {
  for (const name of ["smollm", "gpt-neox"]) {
    const { files } = referenceModel(name);
    const bare = withTensors(files, (tensors) => {
      for (const [full, tensor] of [...tensors]) {
        tensors.delete(full);
        tensors.set(full.replace(/^(model|gpt_neox)\./, ""), tensor);
      }
    });
    expectSame((await loadModel(bare)).weights, (await loadModel(files)).weights);
  }
});

test("a model over any shards, its tensors in any order, has the same weights", async () => {
  const whole = await loadModel(llama);
  const tensors = [...tensorsOf(llama)];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: tensors.length, maxLength: tensors.length }),
      async (shards) => {
        const files = new Map([...llama].filter(([name]) => name !== "model.safetensors"));
        const nameOf = (shard: number | undefined) => `model-0000${shard}-of-00003.safetensors`;
        for (const shard of new Set(shards)) {
          const held = tensors.filter((_, i) => shards[i] === shard);
          files.set(nameOf(shard), encodeSafetensors(new Map(held)));
        }
        const weight_map = Object.fromEntries(tensors.map(([name], i) => [name, nameOf(shards[i])]));
        files.set("model.safetensors.index.json", encodeJson({ metadata: {}, weight_map }));
        expectSame((await loadModel(files)).weights, whole.weights);
      },
    ),
    { numRuns: 10 },
  );
});

describe("special tokens", () => {
  const json = JSON.parse(new TextDecoder().decode(llama.get("tokenizer.json")));
  const begin = { id: 1, content: "@", special: true, single_word: false, lstrip: false, rstrip: false };
  const template = {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "@", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [],
    special_tokens: { "@": { id: "@", ids: [1], tokens: ["@"] } },
  };
  const withTokenizer = (changes: object) =>
    new Map([...llama, ["tokenizer.json", encodeJson({ ...json, ...changes })] as const]);

  test("are those of config.json, or of generation_config.json where it has them", async () => {
    expect((await loadModel(llama)).specialTokens).toEqual({ bos: 1, eos: [2], startsWithBos: false });
    const generation = encodeJson({ bos_token_id: 1, eos_token_id: [2, 7] });
    const files = new Map([...llama, ["generation_config.json", generation]]);
    expect((await loadModel(files)).specialTokens?.eos).toEqual([2, 7]);
  });

  test("are found by the names in tokenizer_config.json where no ids are given", async () => {
    const files = withConfig(withTokenizer({ added_tokens: [begin] }), {
      ...{ bos_token_id: undefined, eos_token_id: undefined },
    });
    const names = encodeJson({ bos_token: { content: "@" }, eos_token: "@" });
    const { specialTokens } = await loadModel(new Map([...files, ["tokenizer_config.json", names]]));
    expect(specialTokens).toEqual({ bos: 1, eos: [1], startsWithBos: false });
  });

  test.each([
    ["alone", template],
    [
      "among others",
      { type: "Sequence", processors: [{ type: "ByteLevel", trim_offsets: false }, template] },
    ],
  ])("begin a text where the tokenizer's post-processor, %s, puts them there", async (_, post_processor) => {
    const model = await loadModel(withTokenizer({ added_tokens: [begin], post_processor }));
    expect(model.specialTokens).toEqual({ bos: 1, eos: [2], startsWithBos: true });
    expect([...encodeFromStart(model, "AB")]).toEqual([1, 2, 3]);
    expect([...encodeFromStart(await loadModel(llama), "AB")]).toEqual([2, 3]);
  });

  test("are saved with the model", async () => {
    const model = await loadModel(withTokenizer({ added_tokens: [begin], post_processor: template }));
    expect((await loadModel(modelFiles(model))).specialTokens).toEqual(model.specialTokens);
  });
});
