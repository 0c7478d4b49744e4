import type { SignHashOptions } from "../../shared/engine/ops.ts";
import type { LowRank, ModelConfig } from "../../shared/lm/config.ts";
import type { ProductKeyFeedForward } from "../../shared/lm/memory-config.ts";
import { alibiSlopes } from "../../shared/lm/position/alibi.ts";
import { rotationTables } from "../../shared/lm/position/tables.ts";
import type { WeightValues } from "../../shared/lm/training.ts";
import { bruteMemoryLayer, chunksOf } from "../engine/brute-memory-layer.ts";

type Row = Float64Array<ArrayBuffer>;

/** The transformer as its equations read, token by token in float64: slow, and written apart from the graph's. */
export function referenceLogits(
  config: ModelConfig,
  weights: WeightValues,
  tokens: readonly number[],
): Row[] {
  const w = (name: string) => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`no weight ${name}`);
    return found;
  };
  const table = w("model.embed_tokens.weight");
  const d = config.dModel;
  const rowOf = (of: Float32Array, at: number) => Float64Array.from(of.subarray(at * d, (at + 1) * d));
  let x = tokens.map((token) => rowOf(table, token));
  if (config.position.type === "learned") {
    x = sum(
      x,
      tokens.map((_, place) => rowOf(w("model.embed_positions.weight"), place)),
    );
  }
  const normed = (name: string, row: Row) =>
    config.norm === "layer"
      ? layerNorm(row, w(`${name}.weight`), w(`${name}.bias`), config.normEpsilon)
      : norm(row, w(`${name}.weight`), config.normEpsilon);
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `model.layers.${layer}`;
    const first = x.map((row) => normed(`${name}.input_layernorm`, row));
    const before = x;
    x = sum(
      x,
      attention(config, (part) => w(`${name}.self_attn.${part}`), first),
    );
    const read = config.block === "parallel" ? before : x;
    const again = read.map((row) => normed(`${name}.post_attention_layernorm`, row));
    x = sum(
      x,
      again.map((row) => feedForward(config, (part) => w(`${name}.mlp.${part}`), row)),
    );
  }
  const head = config.tiedHead ? table : w("lm_head.weight");
  return x.map((row) => apply(head, normed("model.norm", row)));
}

function attention(config: ModelConfig, w: (part: string) => Float32Array, x: readonly Row[]): Row[] {
  const { qkv, output } = config.biases ?? { qkv: false, output: false };
  const low = config.attention.type === "low-rank" ? config.attention : undefined;
  const [apply, last] = [layersOf(low, w, qkv), layersOf(low, w, output)];
  const { heads, kvHeads, headDim, position } = config;
  const tables = rotationTables(position, { headDim, heads: kvHeads, length: x.length });
  const projected = (part: "q" | "k" | "v", row: Row): Row => {
    if (config.attention.type !== "memory") return apply(`${part}_proj`, row);
    const starts = { q: 0, k: heads, v: heads + kvHeads };
    return memoryLayer(w("qkv_memory.weight"), config.attention, row).slice(starts[part] * headDim);
  };
  const project = (part: "q" | "k" | "v", row: Row, place: number, head: number, kvHead: number): Row => {
    const whole = projected(part, row).slice(head * headDim, (head + 1) * headDim);
    if (part === "v") return whole;
    const normed = config.qkNorm ? norm(whole, w(`${part}_norm.weight`), config.normEpsilon) : whole;
    if (tables === undefined) return normed;
    const start = ((tables.shared ? 0 : kvHead) * x.length + place) * (headDim / 2);
    return normed.map((value, j) => {
      const half = headDim / 2;
      const at = start + (j % half);
      const [c, s] = [tables.cos[at] ?? 0, tables.sin[at] ?? 0];
      return j < half ? value * c - (normed[j + half] ?? 0) * s : value * c + (normed[j - half] ?? 0) * s;
    });
  };
  const slopes = position.type === "alibi" ? alibiSlopes(heads) : [];
  const attended = x.map(() => new Float64Array(heads * headDim));
  for (let head = 0; head < heads; head++) {
    const kvHead = Math.floor(head / (heads / kvHeads));
    const q = x.map((row, place) => project("q", row, place, head, kvHead));
    const k = x.map((row, place) => project("k", row, place, kvHead, kvHead));
    const v = x.map((row, place) => project("v", row, place, kvHead, kvHead));
    for (const [i, query] of q.entries()) {
      const scores = k
        .slice(0, i + 1)
        .map((key, j) =>
          i - j < (config.slidingWindow ?? i + 1)
            ? dot(query, key) / Math.sqrt(headDim) - (slopes[head] ?? 0) * (i - j)
            : Number.NEGATIVE_INFINITY,
        );
      const probabilities = softmax(scores);
      probabilities.forEach((p, j) => {
        v[j]?.forEach((value, at) => {
          const row = attended[i];
          if (row !== undefined) row[head * headDim + at] = (row[head * headDim + at] ?? 0) + p * value;
        });
      });
    }
  }
  return config.attention.type === "memory" ? attended : attended.map((row) => last("o_proj", row));
}

function feedForward(config: ModelConfig, w: (part: string) => Float32Array, x: Row): Row {
  const { feedForward: kind } = config;
  if (kind.type === "product-key") return productKeyMemory(config, kind, w, x);
  if (kind.type === "memory") {
    const hidden = norm(memoryLayer(w("up_memory.weight"), kind, x), w("norm.weight"), config.normEpsilon);
    return memoryLayer(w("down_memory.weight"), { ...kind, bits: kind.bits + kind.extraBits }, hidden);
  }
  const apply = layersOf(kind.lowRank, w, config.biases?.feedForward);
  const up = apply("up_proj", x);
  if (kind.type === "gelu")
    return apply(
      "down_proj",
      up.map((u) => (kind.approximation === "tanh" ? geluByTanh(u) : u * normalCdf(u))),
    );
  const gate = apply("gate_proj", x);
  return apply(
    "down_proj",
    up.map((u, i) => (u * (gate[i] ?? 0)) / (1 + Math.exp(-(gate[i] ?? 0)))),
  );
}

function memoryLayer(tables: Float32Array, hash: SignHashOptions, x: Row): Row {
  const width = tables.length / (chunksOf(x.length, hash) * 2 ** hash.bits);
  const c = new Float32Array(width);
  return Float64Array.from(
    bruteMemoryLayer({ rows: 1, d: x.length, width, hash }, { x: Float32Array.from(x), tables, c }).y,
  );
}

/** Every value's key is compared, where the model compares halves. */
function productKeyMemory(
  { dModel, normEpsilon }: ModelConfig,
  { keys, heads, topK, keyDim }: ProductKeyFeedForward,
  w: (part: string) => Float32Array,
  x: Row,
): Row {
  const queries = apply(w("query_proj.weight"), x);
  const out = new Float64Array(dModel);
  for (let head = 0; head < heads; head++) {
    const query = norm(
      queries.slice(head * keyDim, (head + 1) * keyDim),
      w("query_norm.weight"),
      normEpsilon,
    );
    const half = keyDim / 2;
    const score = (side: number, key: number) => {
      const start = ((head * 2 + side) * keys + key) * half;
      const parts = Float64Array.from(w("keys.weight").subarray(start, start + half));
      return dot(query.slice(side * half, (side + 1) * half), parts);
    };
    const scores = Array.from({ length: keys ** 2 }, (_, slot) => ({
      slot,
      score: score(0, Math.floor(slot / keys)) + score(1, slot % keys),
    }));
    const best = scores.sort((a, b) => b.score - a.score).slice(0, topK);
    softmax(best.map((one) => one.score)).forEach((p, i) => {
      const from = (best[i]?.slot ?? 0) * dModel;
      for (let j = 0; j < dModel; j++) out[j] = (out[j] ?? 0) + p * (w("values.weight")[from + j] ?? 0);
    });
  }
  return out;
}

/** A linear layer by its name: W x, or W_up a(W_down x), and a bias where it has one. */
function layersOf(lowRank: LowRank | undefined, w: (part: string) => Float32Array, bias = false) {
  const product = (part: string, x: Row): Row => {
    if (lowRank === undefined) return apply(w(`${part}.weight`), x);
    const inner = apply(w(`${part}.down.weight`), x);
    const kept = lowRank.activation === "silu" ? inner.map((u) => u / (1 + Math.exp(-u))) : inner;
    return apply(w(`${part}.up.weight`), kept);
  };
  return (part: string, x: Row): Row => {
    const y = product(part, x);
    return bias ? y.map((value, i) => value + (w(`${part}.bias`)[i] ?? Number.NaN)) : y;
  };
}

function geluByTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** Phi(x) by its Taylor series, which converges for the small x of these models. */
function normalCdf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / (2 * n);
    total += term / (2 * n + 1);
  }
  return 0.5 + total / Math.sqrt(2 * Math.PI);
}

function norm(x: Row, gain: Float32Array, epsilon: number): Row {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + epsilon);
  return x.map((value, i) => value * scale * (gain[i] ?? 0));
}

function layerNorm(x: Row, gain: Float32Array, bias: Float32Array, epsilon: number): Row {
  const mean = x.reduce((total, value) => total + value, 0) / x.length;
  const centred = x.map((value) => value - mean);
  const scale = 1 / Math.sqrt(dot(centred, centred) / x.length + epsilon);
  return centred.map((value, i) => value * scale * (gain[i] ?? 0) + (bias[i] ?? 0));
}

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function apply(matrix: Float32Array, x: Row): Row {
  return Float64Array.from({ length: matrix.length / x.length }, (_, row) =>
    x.reduce((total, value, column) => total + value * (matrix[row * x.length + column] ?? 0), 0),
  );
}

function dot(a: Row, b: Row): number {
  return a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);
}

function sum(a: readonly Row[], b: readonly Row[]): Row[] {
  return a.map((row, i) => row.map((value, j) => value + (b[i]?.[j] ?? 0)));
}
