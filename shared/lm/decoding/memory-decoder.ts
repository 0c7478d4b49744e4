import { createLookup, type LookupLayer } from "../../engine/kernels/lookup.ts";
import type { ModelConfig } from "../config.ts";
import type { MemoryFeedForward, MemoryHash } from "../memory-config.ts";
import { alibiSlopes } from "../position/alibi.ts";
import type { RotationTables } from "../position/rotation.ts";
import { rotationTables } from "../position/tables.ts";
import type { WeightValues } from "../training.ts";
import { type Decoder, rowLengths } from "./decoder.ts";
import type { DecoderOptions } from "./options.ts";

/** A model whose attention and feed-forward are Memory Layers. */
interface MemoryModel {
  readonly attention: MemoryHash;
  readonly feedForward: MemoryFeedForward;
}

/** Whether every layer of the model is a Memory Layer, so that `memoryDecoder` can run it. */
export function isMemoryModel({ attention, feedForward }: ModelConfig): boolean {
  return attention.type === "memory" && feedForward.type === "memory";
}

/** Keys and values of one layer, [position, kvHeads * headDim] each. */
interface Cache {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/**
 * A decoder for models of Memory Layers. A token costs a lookup per layer by the fused kernel, attention over the
 * cached keys and values, and the output head where its logits are wanted. Throws where the model has other layers.
 */
export function memoryDecoder(
  config: ModelConfig,
  weights: WeightValues,
  { window, rows = 1 }: Pick<DecoderOptions, "window" | "rows">,
): Decoder {
  const { attention, feedForward, vocabularySize } = config;
  if (attention.type !== "memory" || feedForward.type !== "memory") {
    throw new Error("a model of Memory Layers is expected");
  }
  const step = stepOf(config, { attention, feedForward }, weights, { window, rows });
  const lengths = rowLengths({ rows, window, vocabularySize });
  const stepped = new Float32Array(rows * vocabularySize);
  const readOne = (token: number, row: number, into?: Float32Array) => {
    step(token, row, lengths.of(row), into);
    lengths.add(row, 1);
  };
  return {
    vocabularySize,
    rows,
    window,
    length: lengths.of,
    async read(tokens, { row = 0, all = false } = {}) {
      lengths.check(tokens, row);
      const logits = new Float32Array((all ? tokens.length : 1) * vocabularySize);
      for (let i = 0; i < tokens.length; i++) {
        const wanted = all || i === tokens.length - 1;
        const at = all ? i * vocabularySize : 0;
        readOne(tokens[i] ?? 0, row, wanted ? logits.subarray(at, at + vocabularySize) : undefined);
      }
      return logits;
    },
    async step(tokens) {
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.check([token], row);
      for (const [row, token] of tokens.entries()) {
        const at = row * vocabularySize;
        if (token !== undefined) readOne(token, row, stepped.subarray(at, at + vocabularySize));
      }
      return stepped;
    },
    rollback: lengths.rollback,
    release: async () => {},
  };
}

type Step = (token: number, row: number, position: number, logits: Float32Array | undefined) => void;

/** Reads one token of a row at its position, and writes the logits after it where they are wanted. */
function stepOf(
  config: ModelConfig,
  model: MemoryModel,
  weights: WeightValues,
  { window, rows }: { window: number; rows: number },
): Step {
  const { dModel, layers, normEpsilon, tiedHead } = config;
  const weight = (name: string): Float32Array => {
    const values = weights.get(name);
    if (values === undefined) throw new Error(`no weight ${name}`);
    return values;
  };
  const names = Array.from({ length: layers }, (_, layer) => `model.layers.${layer}`);
  const lookup = createLookup(names.flatMap((name) => lookupLayers(config, model, name, weight)));
  const attend = Array.from({ length: rows }, () =>
    names.map((name) => attention(config, name, weight, window)),
  );
  const embedding = weight("model.embed_tokens.weight");
  const head = tiedHead ? embedding : weight("lm_head.weight");
  const norm = (x: Float32Array, gain: string) => rmsNorm(x, weight(gain), normEpsilon);
  return (token, row, position, logits) => {
    const x = embedding.slice(token * dModel, (token + 1) * dModel);
    for (const [layer, name] of names.entries()) {
      const joined = lookup.run(3 * layer, norm(x, `${name}.input_layernorm.weight`));
      addTo(x, attend[row]?.[layer]?.(joined, position));
      const hidden = lookup.run(3 * layer + 1, norm(x, `${name}.post_attention_layernorm.weight`));
      addTo(x, lookup.run(3 * layer + 2, norm(hidden, `${name}.mlp.norm.weight`)));
    }
    if (logits !== undefined) multiply(head, norm(x, "model.norm.weight"), logits);
  };
}

/** The three Memory Layers of a block, in the order in which they run. */
function lookupLayers(
  config: ModelConfig,
  { attention: hash, feedForward }: MemoryModel,
  name: string,
  weight: (name: string) => Float32Array,
): readonly LookupLayer[] {
  const { dModel, heads, kvHeads, headDim } = config;
  const deeper = { ...feedForward, bits: feedForward.bits + feedForward.extraBits };
  return [
    {
      tables: weight(`${name}.self_attn.qkv_memory.weight`),
      width: (heads + 2 * kvHeads) * headDim,
      hash,
    },
    {
      tables: weight(`${name}.mlp.up_memory.weight`),
      width: weight(`${name}.mlp.norm.weight`).length,
      hash: feedForward,
    },
    { tables: weight(`${name}.mlp.down_memory.weight`), width: dModel, hash: deeper },
  ];
}

/** Attention of one token over itself and those before it: from queries, keys and values in a row to the heads' outputs in a row. */
function attention(
  config: ModelConfig,
  name: string,
  weight: (name: string) => Float32Array,
  window: number,
): (joined: Float32Array, position: number) => Float32Array {
  const { heads, kvHeads, headDim, position: kind, qkNorm, normEpsilon } = config;
  const cache: Cache = {
    keys: new Float32Array(window * kvHeads * headDim),
    values: new Float32Array(window * kvHeads * headDim),
  };
  const tables = rotationTables(kind, { headDim, heads: kvHeads, length: window });
  const slopes = kind.type === "alibi" ? alibiSlopes(heads) : undefined;
  const scores = new Float32Array(window);
  const out = new Float32Array(heads * headDim);
  const group = heads / kvHeads;
  const placed = (x: Float32Array, side: "q" | "k", kvHead: number, position: number): Float32Array => {
    const normed = qkNorm ? rmsNorm(x, weight(`${name}.self_attn.${side}_norm.weight`), normEpsilon) : x;
    return tables === undefined ? normed : rotate(normed, tables, { kvHead, position, window });
  };
  return (joined, position) => {
    const part = (at: number) => joined.subarray(at * headDim, (at + 1) * headDim);
    for (let head = 0; head < kvHeads; head++) {
      const at = (position * kvHeads + head) * headDim;
      cache.keys.set(placed(part(heads + head), "k", head, position), at);
      cache.values.set(part(heads + kvHeads + head), at);
    }
    for (let head = 0; head < heads; head++) {
      const kvHead = Math.floor(head / group);
      const query = placed(part(head), "q", kvHead, position);
      const at = (key: number) => (key * kvHeads + kvHead) * headDim;
      for (let key = 0; key <= position; key++) {
        const distance = (slopes?.[head] ?? 0) * (position - key);
        scores[key] = dot(query, cache.keys, at(key)) / Math.sqrt(headDim) - distance;
      }
      const probabilities = softmax(scores.subarray(0, position + 1));
      const target = out.subarray(head * headDim, (head + 1) * headDim).fill(0);
      for (const [key, p] of probabilities.entries()) {
        const from = at(key);
        for (let j = 0; j < headDim; j++) target[j] = (target[j] ?? 0) + p * (cache.values[from + j] ?? 0);
      }
    }
    return out;
  };
}

function rotate(
  x: Float32Array,
  { cos, sin, shared }: RotationTables,
  { kvHead, position, window }: { kvHead: number; position: number; window: number },
): Float32Array {
  const half = x.length / 2;
  const row = ((shared ? 0 : kvHead) * window + position) * half;
  return x.map((value, j) => {
    const [c, s] = [cos[row + (j % half)] ?? 0, sin[row + (j % half)] ?? 0];
    return j < half ? value * c - (x[j + half] ?? 0) * s : value * c + (x[j - half] ?? 0) * s;
  });
}

function rmsNorm(x: Float32Array, gain: Float32Array, epsilon: number): Float32Array {
  const scale = 1 / Math.sqrt(dot(x, x, 0) / x.length + epsilon);
  return x.map((value, i) => value * scale * (gain[i] ?? 0));
}

/** <x, y[from ..]>. */
function dot(x: Float32Array, y: Float32Array, from: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (y[from + i] ?? 0);
  return sum;
}

function addTo(x: Float32Array, y: Float32Array | undefined): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) + (y?.[i] ?? 0);
}

function softmax(scores: Float32Array): Float32Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = Math.exp((scores[i] ?? 0) - largest);
    scores[i] = weight;
    total += weight;
  }
  return scores.map((weight) => weight / total);
}

function multiply(matrix: Float32Array, x: Float32Array, into: Float32Array): void {
  for (let row = 0; row < into.length; row++) into[row] = dot(x, matrix, row * x.length);
}
