import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ModelConfig } from "../../shared/lm/config.ts";
import type { WeightValues } from "../../shared/lm/training.ts";

/** Value types of GGUF, version 3. */
const types = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 } as const;
const alignment = 32;

type Entry =
  | { readonly type: "uint32" | "float32"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "array"; readonly of: "int32" | "float32"; readonly value: readonly number[] }
  | { readonly type: "array"; readonly of: "string"; readonly value: readonly string[] };

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Writes a Llama-shaped model of ours as float32 GGUF for llama.cpp, with a vocabulary of tokens that have no meaning:
 * what is compared are token ids.
 */
export async function writeGguf(path: string, config: ModelConfig, weights: WeightValues): Promise<void> {
  const tensors = tensorsOf(config, weights);
  let offset = 0;
  const infos = tensors.map(({ name, shape, data }) => {
    const at = offset;
    offset += padded(data.byteLength);
    return Buffer.concat([
      string(name),
      uint32(shape.length),
      ...shape.toReversed().map(uint64),
      uint32(0), // float32
      uint64(at),
    ]);
  });
  const entries = Object.entries(entriesOf(config));
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    uint32(3),
    uint64(tensors.length),
    uint64(entries.length),
    ...entries.map(([key, entry]) => Buffer.concat([string(key), encoded(entry)])),
    ...infos,
  ]);
  function* parts() {
    yield header;
    yield Buffer.alloc(padded(header.length) - header.length);
    for (const { data } of tensors) {
      yield Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      yield Buffer.alloc(padded(data.byteLength) - data.byteLength);
    }
  }
  await pipeline(Readable.from(parts()), createWriteStream(path));
}

function entriesOf(config: ModelConfig): Record<string, Entry> {
  const { position, feedForward } = config;
  if (position.type !== "rope" || !("size" in feedForward))
    throw new Error("a Llama-shaped model is expected");
  const count = (value: number): Entry => ({ type: "uint32", value });
  const number = (value: number): Entry => ({ type: "float32", value });
  const tokens = Array.from({ length: theirVocabulary(config) }, (_, id) => tokenOf(id));
  return {
    "general.architecture": { type: "string", value: "llama" },
    "llama.context_length": count(config.contextLength),
    "llama.embedding_length": count(config.dModel),
    "llama.block_count": count(config.layers),
    "llama.feed_forward_length": count(feedForward.size),
    "llama.attention.head_count": count(config.heads),
    "llama.attention.head_count_kv": count(config.kvHeads),
    "llama.attention.layer_norm_rms_epsilon": number(config.normEpsilon),
    "llama.rope.dimension_count": count(config.headDim),
    "llama.rope.freq_base": number(position.theta),
    "llama.vocab_size": count(tokens.length),
    "tokenizer.ggml.model": { type: "string", value: "llama" },
    "tokenizer.ggml.tokens": { type: "array", of: "string", value: tokens.map(({ text }) => text) },
    "tokenizer.ggml.scores": { type: "array", of: "float32", value: tokens.map((_, id) => -id) },
    "tokenizer.ggml.token_type": { type: "array", of: "int32", value: tokens.map(({ kind }) => kind) },
    "tokenizer.ggml.bos_token_id": count(1),
    "tokenizer.ggml.eos_token_id": count(2),
  };
}

/** llama.cpp wants a token for each byte, after three special ones. */
const smallestVocabulary = 259;
const theirVocabulary = ({ vocabularySize }: ModelConfig) => Math.max(vocabularySize, smallestVocabulary);

/** Rows of the vocabulary that we do not have, as copies of the first, the unknown token's, which nothing prefers. */
function filledUp(table: Tensor, config: ModelConfig): Tensor {
  const rows = theirVocabulary(config);
  const first = table.data.subarray(0, config.dModel);
  const data = new Float32Array(rows * config.dModel);
  data.set(table.data);
  for (let row = config.vocabularySize; row < rows; row++) data.set(first, row * config.dModel);
  return { ...table, shape: [rows, config.dModel], data };
}

/** Three special tokens, the bytes, and then as many words as it takes. */
function tokenOf(id: number): { readonly text: string; readonly kind: number } {
  if (id === 0) return { text: "<unk>", kind: 2 };
  if (id < 3) return { text: id === 1 ? "<s>" : "</s>", kind: 3 };
  if (id < 259) return { text: `<0x${(id - 3).toString(16).toUpperCase().padStart(2, "0")}>`, kind: 6 };
  return { text: `t${id}`, kind: 1 };
}

function tensorsOf(config: ModelConfig, weights: WeightValues): readonly Tensor[] {
  const { dModel, heads, kvHeads, headDim, vocabularySize, layers, tiedHead, feedForward } = config;
  const size = "size" in feedForward ? feedForward.size : 0;
  const tensor = (name: string, ours: string, shape: readonly number[]): Tensor => {
    const data = weights.get(ours);
    if (data === undefined) throw new Error(`no weight ${ours}`);
    return { name, shape, data };
  };
  const blocks = Array.from({ length: layers }, (_, layer) => {
    const [theirs, ours] = [`blk.${layer}`, `model.layers.${layer}`];
    const rotated = (side: string, count: number): Tensor => {
      const given = tensor(`${theirs}.attn_${side}.weight`, `${ours}.self_attn.${side}_proj.weight`, [
        count * headDim,
        dModel,
      ]);
      return { ...given, data: interleaved(given.data, count, headDim) };
    };
    return [
      tensor(`${theirs}.attn_norm.weight`, `${ours}.input_layernorm.weight`, [dModel]),
      rotated("q", heads),
      rotated("k", kvHeads),
      tensor(`${theirs}.attn_v.weight`, `${ours}.self_attn.v_proj.weight`, [kvHeads * headDim, dModel]),
      tensor(`${theirs}.attn_output.weight`, `${ours}.self_attn.o_proj.weight`, [dModel, heads * headDim]),
      tensor(`${theirs}.ffn_norm.weight`, `${ours}.post_attention_layernorm.weight`, [dModel]),
      tensor(`${theirs}.ffn_gate.weight`, `${ours}.mlp.gate_proj.weight`, [size, dModel]),
      tensor(`${theirs}.ffn_up.weight`, `${ours}.mlp.up_proj.weight`, [size, dModel]),
      tensor(`${theirs}.ffn_down.weight`, `${ours}.mlp.down_proj.weight`, [dModel, size]),
    ];
  });
  const table = (name: string, ours: string) =>
    filledUp(tensor(name, ours, [vocabularySize, dModel]), config);
  return [
    table("token_embd.weight", "model.embed_tokens.weight"),
    ...blocks.flat(),
    tensor("output_norm.weight", "model.norm.weight", [dModel]),
    ...(tiedHead ? [] : [table("output.weight", "lm_head.weight")]),
  ];
}

/** Rows of a projection whose pairs lie half a head apart, with each pair's side by side: llama.cpp rotates these. */
function interleaved(matrix: Float32Array, heads: number, headDim: number): Float32Array {
  const columns = matrix.length / (heads * headDim);
  const half = headDim / 2;
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < heads * headDim; row++) {
    const [head, at] = [Math.floor(row / headDim), row % headDim];
    const from = head * headDim + Math.floor(at / 2) + (at % 2) * half;
    result.set(matrix.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return result;
}

const padded = (bytes: number) => alignment * Math.ceil(bytes / alignment);

function encoded(entry: Entry): Buffer {
  switch (entry.type) {
    case "uint32":
      return Buffer.concat([uint32(types.uint32), uint32(entry.value)]);
    case "float32":
      return Buffer.concat([uint32(types.float32), float32(entry.value)]);
    case "string":
      return Buffer.concat([uint32(types.string), string(entry.value)]);
    case "array": {
      const items =
        entry.of === "string"
          ? entry.value.map(string)
          : entry.value.map((value) => (entry.of === "int32" ? uint32(value) : float32(value)));
      return Buffer.concat([uint32(types.array), uint32(types[entry.of]), uint64(items.length), ...items]);
    }
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}
