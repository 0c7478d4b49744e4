import { dimension, type Value } from "../../engine/graph.ts";
import { embeddingBag, rmsNorm, signHash, stackedRows } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import type { MemoryFeedForward, MemoryHash } from "../memory-config.ts";
import { gainWeight, tableWeight, type WeightScope } from "./parameters.ts";

/** Chunks that a Memory Layer cuts an input of `width` into. */
export function chunksOf(width: number, { bits }: Pick<MemoryHash, "bits">): number {
  return Math.floor(width / bits);
}

export interface TableOptions {
  readonly width: number;
  /** Standard deviation of the tables' initial values. */
  readonly std: number;
}

/**
 * sum_k w(z_k) T_k[h(z_k)] over the chunks z_k of x [tokens, d] -> [tokens, width]. The tables are one weight
 * [chunks 2^bits, width], `<name>.weight`: row k 2^bits + code is chunk k's.
 */
export function memoryLayer(
  scope: WeightScope,
  name: string,
  hash: MemoryHash,
  x: Value,
  { width, std }: TableOptions,
): Value {
  scope.inputs.set(name, x);
  const chunks = chunksOf(dimension(x.shape, -1), hash);
  const tables = tableWeight(scope, `${name}.weight`, [chunks * 2 ** hash.bits, width], std);
  const hashed = signHash(x, hash);
  return embeddingBag(tables, stackedRows(hashed, hash.bits), hashed.weights, { parts: chunks });
}

/** Queries, keys and values of all heads from one hash, [tokens, (heads + 2 kvHeads) headDim]. */
export function memoryProjections(
  scope: WeightScope,
  name: string,
  { heads, kvHeads, headDim, dModel }: ModelConfig,
  hash: MemoryHash,
  x: Value,
): Value {
  const width = (heads + 2 * kvHeads) * headDim;
  return memoryLayer(scope, `${name}.qkv_memory`, hash, x, { width, std: Math.sqrt(2 / (5 * dModel)) });
}

/** Width between the two layers of a feed-forward: a chunk of the second for each chunk of the first. */
export function hiddenWidth(dModel: number, { bits, extraBits }: MemoryFeedForward): number {
  return (bits + extraBits) * chunksOf(dModel, { bits });
}

/** ML2(Norm(ML1(x))). */
export function memoryFeedForward(
  scope: WeightScope,
  name: string,
  { dModel, normEpsilon }: ModelConfig,
  kind: MemoryFeedForward,
  x: Value,
): Value {
  const { bits, extraBits } = kind;
  const width = hiddenWidth(dModel, kind);
  const std = 0.02;
  const hidden = memoryLayer(scope, `${name}.up_memory`, kind, x, { width, std });
  const normed = rmsNorm(hidden, gainWeight(scope, `${name}.norm.weight`, width), normEpsilon);
  const deeper = { ...kind, bits: bits + extraBits };
  return memoryLayer(scope, `${name}.down_memory`, deeper, normed, { width: dModel, std });
}
