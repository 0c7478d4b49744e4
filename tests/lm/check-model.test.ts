import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkModel } from "../../shared/lm/check-model.ts";
import { type ModelSource, memorySource } from "../../shared/lm/model-source.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../shared/lm/safetensors.ts";
import { loadModel, parametersOf } from "../../shared/lm/stored-model.ts";
import { smallModel } from "../fixtures/small-model.ts";

type Files = ReadonlyMap<string, Uint8Array>;

const good = smallModel();

const text = (content: unknown) => new TextEncoder().encode(JSON.stringify(content));
const without = (...names: readonly string[]): Files =>
  new Map([...good].filter(([name]) => !names.includes(name)));
const and = (files: Files, more: Readonly<Record<string, Uint8Array>>): Files =>
  new Map([...files, ...Object.entries(more)]);
const check = (files: Files) => checkModel(memorySource(files));

/** The good model with other fields in its config.json, by the family's words alone. */
function configured(change: object): Files {
  const { tenfold: _, ...config } = JSON.parse(new TextDecoder().decode(good.get("config.json")));
  return and(good, { "config.json": text({ ...config, ...change }) });
}

/** The good model with other tensors. */
function stored(change: (tensors: Map<string, StoredTensor>) => void): Files {
  const tensors = new Map(decodeSafetensors(good.get("model.safetensors") ?? new Uint8Array()).tensors);
  change(tensors);
  return and(good, { "model.safetensors": encodeSafetensors(tensors) });
}

/** The good model's weights in two pieces, with an index of what lies where. */
function inPieces(moved: (index: Record<string, string>) => void = () => undefined): Files {
  const all = [...decodeSafetensors(good.get("model.safetensors") ?? new Uint8Array()).tensors];
  const piece = (number: number) => `model-0000${number}-of-00002.safetensors`;
  const index = Object.fromEntries(all.map(([name], i) => [name, piece(1 + (i % 2))]));
  moved(index);
  return and(without("model.safetensors"), {
    [piece(1)]: encodeSafetensors(new Map(all.filter((_, i) => i % 2 === 0))),
    [piece(2)]: encodeSafetensors(new Map(all.filter((_, i) => i % 2 === 1))),
    "model.safetensors.index.json": text({ weight_map: index }),
  });
}

const norm = "model.layers.1.input_layernorm.weight";
const bytes = (length: number) => new Uint8Array(length);

describe("a model that is sound", () => {
  test.each<[string, Files]>([
    ["in one file", good],
    ["in pieces", inPieces()],
    ["without our own words in its configuration", configured({})],
    ["with norms of queries and keys", smallModel({ qkNorm: true })],
    ["of our own architecture", smallModel({ position: { type: "alibi" } })],
    ["with a README beside", and(good, { "README.md": text("hello") })],
  ])("%s is told of, and loads", async (_, files) => {
    const checked = await check(files);
    const { config } = await loadModel(files);
    expect(checked).toMatchObject({
      summary: {
        parameters: parametersOf(config),
        ...{ contextLength: 12, vocabulary: 256, width: 16, layers: 2, heads: 2 },
        ...{ position: config.position.type, dtype: "float32" },
      },
    });
  });

  test("says its architecture", async () => {
    expect(await check(good)).toMatchObject({
      summary: { architecture: "LlamaForCausalLM", family: "llama" },
    });
  });

  test("is not read beyond the headers of its weights", async () => {
    const source = memorySource(good);
    let read = 0;
    const counting: ModelSource = {
      ...source,
      async read(name, from, to) {
        if (name === "model.safetensors") read += to - from;
        return source.read(name, from, to);
      },
    };
    expect(await checkModel(counting)).toHaveProperty("summary");
    const file = good.get("model.safetensors") ?? bytes(0);
    const header = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
    expect(read).toBeLessThanOrEqual(header);
    expect(header).toBeLessThan(file.length / 10);
  });

  const data = join(import.meta.dirname, "../../../shared/data/models");
  test.skipIf(!existsSync(data)).each([
    ["stories260K", ["stories260K.bin", "tok512.bin"], { vocabulary: 512, layers: 5, width: 64 }],
    [
      "babyllama-tok105",
      ["tok105_model5000.bin", "tok105.model"],
      { vocabulary: 105, layers: 5, width: 128 },
    ],
  ] as const)(
    "may be a llama2.c checkpoint: %s (skipped where the data is not)",
    async (folder, names, facts) => {
      const files = new Map<string, Uint8Array>();
      for (const name of names) files.set(name, await readFile(join(data, folder, name)));
      const { config } = await loadModel(files);
      expect(await check(files)).toMatchObject({
        summary: { architecture: "llama2.c", family: "llama", parameters: parametersOf(config), ...facts },
      });
    },
  );
});

describe("a model is refused, with the place", () => {
  test.each<[string, Files, { file?: string; field?: string; message: RegExp }]>([
    [
      "of an unknown architecture",
      configured({ model_type: "mamba", architectures: ["MambaForCausalLM"] }),
      { file: "config.json", field: "/model_type", message: /^mamba is none of those known here: llama, / },
    ],
    [
      "whose head is for another task",
      configured({ architectures: ["LlamaForSequenceClassification"] }),
      {
        file: "config.json",
        field: "/architectures",
        message: /SequenceClassification is not LlamaForCausalLM/,
      },
    ],
    [
      "whose configuration is no JSON",
      and(good, { "config.json": new TextEncoder().encode("{'a': 1}") }),
      { file: "config.json", message: /JSON/ },
    ],
    [
      "without a size",
      configured({ hidden_size: undefined }),
      { file: "config.json", field: "/hidden_size", message: /expected number/ },
    ],
    [
      "that is quantised",
      configured({ quantization_config: { bits: 4 } }),
      { file: "config.json", field: "/quantization_config", message: /is not supported/ },
    ],
    [
      "with a scaling of RoPE that is unknown",
      configured({ rope_scaling: { rope_type: "spiral", factor: 2 } }),
      { file: "config.json", field: "/rope_scaling/rope_type", message: /spiral/ },
    ],
    [
      "whose heads do not fit",
      configured({ num_key_value_heads: 3 }),
      { file: "config.json", message: /kvHeads|must divide/ },
    ],
    ["without weights", without("model.safetensors"), { message: /there is no model\.safetensors/ }],
    [
      "with a tensor missing",
      stored((tensors) => tensors.delete(norm)),
      { field: norm, message: /^the tensor is missing$/ },
    ],
    [
      "with a tensor of another shape",
      stored((tensors) => tensors.set(norm, { dtype: "F32", shape: [8], data: bytes(32) })),
      { field: norm, message: /^the tensor is \[8\], not \[16\]$/ },
    ],
    [
      "with a tensor that belongs to nothing",
      stored((tensors) =>
        tensors.set("model.layers.9.mlp.gate", { dtype: "F32", shape: [1], data: bytes(4) }),
      ),
      { field: "model.layers.9.mlp.gate", message: /is in no LlamaForCausalLM/ },
    ],
    [
      "with weights of whole numbers",
      stored((tensors) => tensors.set(norm, { dtype: "I8", shape: [16], data: bytes(16) })),
      { field: norm, message: /is of I8, not of floating-point numbers/ },
    ],
    [
      "whose weights are cut",
      and(good, { "model.safetensors": (good.get("model.safetensors") ?? bytes(0)).subarray(0, -4) }),
      { file: "model.safetensors", message: /are not within/ },
    ],
    [
      "whose weights are something else",
      and(good, { "model.safetensors": new TextEncoder().encode("<!DOCTYPE html><title>Sign in</title>") }),
      { file: "model.safetensors", message: /header/ },
    ],
    [
      "whose header is no JSON",
      and(good, { "model.safetensors": Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7b) }),
      { file: "model.safetensors", message: /no JSON/ },
    ],
    [
      "whose weights are empty",
      and(good, { "model.safetensors": bytes(3) }),
      { file: "model.safetensors", message: /3 bytes has no header length/ },
    ],
    [
      "in pieces without their index",
      new Map([...inPieces()].filter(([name]) => !name.endsWith("index.json"))),
      { message: /there is no model\.safetensors/ },
    ],
    [
      "with a piece missing",
      new Map([...inPieces()].filter(([name]) => !name.startsWith("model-00002"))),
      { message: /there is no model-00002-of-00002\.safetensors/ },
    ],
    [
      "whose index places a tensor in the other piece",
      inPieces((index) => {
        index[norm] =
          index[norm]?.includes("-00001-") === true
            ? "model-00002-of-00002.safetensors"
            : "model-00001-of-00002.safetensors";
      }),
      { field: norm, message: /is missing in model-0000[12]/ },
    ],
    ["without a tokenizer", without("tokenizer.json"), { message: /there is no tokenizer\.json/ }],
    [
      "whose tokenizer is no JSON",
      and(good, { "tokenizer.json": new TextEncoder().encode("version https://git-lfs") }),
      { file: "tokenizer.json", message: /JSON/ },
    ],
    [
      "whose tokenizer has more tokens than it",
      smallModel({ vocabularySize: 100 }),
      { message: /the tokenizer has 256 tokens, the model only 100/ },
    ],
    [
      "that is a checkpoint of something else",
      new Map([["checkpoint.bin", bytes(100)]]),
      { message: /there is no config\.json/ },
    ],
  ])("%s", async (_, files, { message, ...place }) => {
    const checked = await check(files);
    expect(checked).toEqual({ errors: [{ ...place, message: expect.stringMatching(message) }] });
    await expect(loadModel(files)).rejects.toThrow();
  });

  test("and not for a fault of the machine", async () => {
    const broken: ModelSource = {
      ...memorySource(good),
      read: () => Promise.reject(new Error("no network")),
    };
    await expect(checkModel(broken)).rejects.toThrow("no network");
  });
});
