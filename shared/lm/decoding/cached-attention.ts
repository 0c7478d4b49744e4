import {
  apply,
  constant,
  type Graph,
  input,
  integers,
  operation,
  sizeOf,
  type Value,
} from "../../engine/graph.ts";
import { add, concat, gather, linear, mul, reshape, rmsNorm, split, sub } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import type { RotationTables } from "../position/rotation.ts";
import { rotationTables } from "../position/tables.ts";
import { linearLayer } from "../transformer/low-rank.ts";
import { biasWeight, gainWeight, linearWeight, type WeightScope } from "../transformer/parameters.ts";

/**
 * The graph of a decoder is written for one row and one token, and runs with any number of both: operations here
 * name no size but a model's own. 0 in a reshape keeps the axis that stands there.
 */
const anyRows = 0;

/** Width of a head in onnxruntime's kernel, which wants a multiple of 16: the rest of both halves is zeros. */
export function kernelHeadDim(headDim: number): number {
  return 16 * Math.ceil(headDim / 16);
}

/** What all layers of a decoder's graph share: where each row stands, and the rotation by place. */
export interface CacheScope {
  readonly window: number;
  /** Whether one product may make queries, keys and values. */
  readonly packed: boolean;
  /** Per row, tokens that it holds after this run, less one: int32 [rows]. */
  readonly last: Value;
  /** Tokens of the longest row after this run: int32 []. */
  readonly total: Value;
  /** Place of each token: int64 [rows, tokens]. */
  readonly places: Value;
  readonly rotation: Rotation;
  /** Added to the scores: float32 [rows, heads, tokens, total]. */
  readonly bias: Value | undefined;
}

/** By the attention kernel itself where one table serves all heads; else before it, by tables of each head. */
type Rotation =
  | { readonly by: "kernel"; readonly cos: Value; readonly sin: Value }
  | { readonly by: "heads"; readonly tables: RotationTables }
  | { readonly by: "nothing" };

export function cacheScope(
  graph: Graph,
  config: ModelConfig,
  { window, packed }: Pick<CacheScope, "window" | "packed">,
): CacheScope {
  const { heads, kvHeads, headDim, position } = config;
  const tables = rotationTables(position, { headDim, heads: kvHeads, length: window });
  return {
    window,
    packed,
    last: input(graph, "last", "int32", [1]),
    total: input(graph, "total", "int32", []),
    places: input(graph, "places", "int64", [1, 1]),
    rotation: rotationBy(graph, tables, window),
    bias: position.type === "alibi" ? input(graph, "bias", "float32", [1, heads, 1, 1]) : undefined,
  };
}

function rotationBy(graph: Graph, tables: RotationTables | undefined, window: number): Rotation {
  if (tables === undefined) return { by: "nothing" };
  if (!tables.shared) return { by: "heads", tables };
  const half = tables.cos.length / window;
  const width = kernelHeadDim(2 * half) / 2;
  const table = (from: Float32Array, rest: number) => {
    const padded = new Float32Array(window * width).fill(rest);
    for (let row = 0; row < window; row++) {
      padded.set(from.subarray(row * half, (row + 1) * half), row * width);
    }
    return constant(graph, padded, [window, width]);
  };
  return { by: "kernel", cos: table(tables.cos, 1), sin: table(tables.sin, 0) };
}

/** A layer of a decoder's graph. */
export interface LayerScope {
  readonly layer: number;
  readonly config: ModelConfig;
  readonly cache: CacheScope;
}

/** Keys and values of a layer, [rows, kvHeads, window, kernelHeadDim] each, as they are after the run. */
export interface Present {
  readonly key: Value;
  readonly value: Value;
}

/**
 * Self-attention on x [rows, tokens, dModel] over what the rows hold and the new tokens -> the same shape. The new
 * keys and values are written into the cache in place: feed and fetch the same arrays as
 * `past.<layer>.key` and `.value`.
 */
export function cachedAttention(
  scope: WeightScope,
  { layer, config, cache }: LayerScope,
  x: Value,
): { readonly output: Value; readonly present: Present } {
  const name = `model.layers.${layer}.self_attn`;
  const { heads, kvHeads, headDim, dModel, attention } = config;
  const width = kernelHeadDim(headDim);
  const { packed, parts } = queriesKeysValues(scope, name, config, cache, x);
  const past = (side: string) =>
    input(scope.graph, `past.${layer}.${side}`, "float32", [1, kvHeads, cache.window, width]);
  const [key, value] = [past("key"), past("value")];
  const kernelRotates = cache.rotation.by === "kernel";
  const tables =
    cache.rotation.by === "kernel" ? [cache.rotation.cos, cache.rotation.sin] : [undefined, undefined];
  const [attended, presentKey, presentValue] = operation(
    scope.graph,
    "GroupQueryAttention",
    [
      ...(packed === undefined ? parts : [packed, undefined, undefined]),
      key,
      value,
      cache.last,
      cache.total,
      ...tables,
      undefined,
      cache.bias,
    ],
    [{ dtype: "float32", shape: [1, 1, heads * width] }, key, value],
    {
      domain: "com.microsoft",
      attributes: {
        num_heads: heads,
        kv_num_heads: kvHeads,
        do_rotary: Number(kernelRotates),
        rotary_interleaved: 0,
        scale: { float: 1 / Math.sqrt(headDim) },
        local_window_size: config.slidingWindow ?? -1,
      },
    },
  );
  if (attended === undefined || presentKey === undefined || presentValue === undefined) {
    throw new Error("three outputs expected");
  }
  const merged = unpadHeads(attended, heads, headDim);
  const output = linearLayer(scope, `${name}.o_proj`, [dModel, heads * headDim], merged, {
    lowRank: attention.type === "low-rank" ? attention : undefined,
    bias: config.biases?.output,
  });
  return { output, present: { key: presentKey, value: presentValue } };
}

interface Projections {
  /** All in one tensor where nothing is done to a part of them, so that one product makes them. */
  readonly packed: Value | undefined;
  readonly parts: readonly Value[];
}

/** Queries, keys and values by head, [rows, tokens, heads * kernelHeadDim] each. */
function queriesKeysValues(
  scope: WeightScope,
  name: string,
  config: ModelConfig,
  cache: CacheScope,
  x: Value,
): Projections {
  const { heads, kvHeads, headDim, dModel, attention, qkNorm, normEpsilon } = config;
  const counts = { q: heads, k: kvHeads, v: kvHeads } as const;
  const sides = ["q", "k", "v"] as const;
  const lowRank = attention.type === "low-rank" ? attention : undefined;
  const bias = config.biases?.qkv;
  if (cache.packed && lowRank === undefined && !qkNorm && cache.rotation.by !== "heads") {
    return { packed: packedProjection(scope, name, config, x), parts: [] };
  }
  const parts = sides.map((side) => {
    const count = counts[side];
    const layer = `${name}.${side}_proj`;
    const states = linearLayer(scope, layer, [count * headDim, dModel], x, { lowRank, bias });
    if (side === "v") return padLast(states, count, headDim);
    const gain = qkNorm ? gainWeight(scope, `${name}.${side}_norm.weight`, headDim) : undefined;
    const byHead = headsOf(states, count, headDim);
    const normed = gain === undefined ? byHead : rmsNorm(byHead, gain, normEpsilon);
    const placed =
      cache.rotation.by === "heads" ? rotate(normed, cache.rotation.tables, cache, count / kvHeads) : normed;
    return padLast(joinHeads(placed), count, headDim);
  });
  return { packed: undefined, parts };
}

/** Queries, keys and values in a row, [rows, tokens, (heads + 2 kvHeads) * kernelHeadDim]. */
function packedProjection(scope: WeightScope, name: string, config: ModelConfig, x: Value): Value {
  const { heads, kvHeads, headDim, dModel, biases } = config;
  const all = heads + 2 * kvHeads;
  const joined = (weight: (side: string, size: number) => Value) =>
    concat([weight("q", heads * headDim), weight("k", kvHeads * headDim), weight("v", kvHeads * headDim)], 0);
  const matrix = joined((side, size) => linearWeight(scope, `${name}.${side}_proj.weight`, [size, dModel]));
  const product = linear(x, padHeads(matrix, all, headDim));
  if (biases?.qkv !== true) return product;
  const bias = joined((side, size) => biasWeight(scope, `${name}.${side}_proj.bias`, size));
  return add(product, padHeads(bias, all, headDim));
}

/** [rows, tokens, heads * dim] -> [rows, tokens, heads, dim]. */
function headsOf(x: Value, heads: number, dim: number): Value {
  const shape = [1, 1, heads, dim];
  return apply("Reshape", [x, integers(x.graph, [anyRows, anyRows, heads, dim])], { dtype: x.dtype, shape });
}

/** [rows, tokens, heads, dim] -> [rows, tokens, heads * dim]. */
function joinHeads(x: Value): Value {
  const size = sizeOf(x.shape.slice(2));
  return apply("Reshape", [x, integers(x.graph, [anyRows, anyRows, size])], {
    dtype: x.dtype,
    shape: [1, 1, size],
  });
}

/** Half-split rotation of x [rows, tokens, heads, headDim] by tables of each key-value head. */
function rotate(x: Value, tables: RotationTables, { window, places }: CacheScope, copies: number): Value {
  const [heads, dim] = [x.shape[2] ?? 0, x.shape[3] ?? 0];
  const half = dim / 2;
  const at = (table: Float32Array) =>
    gather(constant(x.graph, byPlace(table, { window, half, copies }), [window, heads, half]), places);
  const [cos, sin] = [at(tables.cos), at(tables.sin)];
  const [a, b] = split(x, [half, half], 3);
  if (a === undefined || b === undefined) throw new Error("two halves expected");
  return concat([sub(mul(a, cos), mul(b, sin)), add(mul(b, cos), mul(a, sin))], 3);
}

/** Tables [heads, window, half] -> [window, heads * copies, half]: each head's for the queries that share it. */
function byPlace(
  table: Float32Array,
  { window, half, copies }: { window: number; half: number; copies: number },
): Float32Array {
  const heads = table.length / (window * half);
  const turned = new Float32Array(table.length * copies);
  for (let place = 0; place < window; place++) {
    for (let head = 0; head < heads * copies; head++) {
      const from = (Math.floor(head / copies) * window + place) * half;
      turned.set(table.subarray(from, from + half), (place * heads * copies + head) * half);
    }
  }
  return turned;
}

/** Rows of a matrix [heads * headDim, ...] with zeros after each half of a head, as the kernel wants its width. */
function padHeads(matrix: Value, heads: number, headDim: number): Value {
  const missing = (kernelHeadDim(headDim) - headDim) / 2;
  if (missing === 0) return matrix;
  const rest = matrix.shape.slice(1);
  const halves = reshape(matrix, [heads * 2, headDim / 2, ...rest]);
  const pads = [0, 0, ...rest.map(() => 0), 0, missing, ...rest.map(() => 0)];
  return reshape(zerosAround(halves, pads), [heads * kernelHeadDim(headDim), ...rest]);
}

/** As `padHeads`, on the last axis of activations [rows, tokens, heads * headDim]. */
function padLast(x: Value, heads: number, headDim: number): Value {
  const missing = (kernelHeadDim(headDim) - headDim) / 2;
  if (missing === 0) return x;
  const halves = headsOf(x, heads * 2, headDim / 2);
  return joinHeads(zerosAround(halves, [0, 0, 0, 0, 0, 0, 0, missing]));
}

function unpadHeads(x: Value, heads: number, headDim: number): Value {
  const width = kernelHeadDim(headDim);
  if (width === headDim) return x;
  const halves = headsOf(x, heads * 2, width / 2);
  const [kept] = split(halves, [headDim / 2, (width - headDim) / 2], 3);
  if (kept === undefined) throw new Error("two parts expected");
  return joinHeads(kept);
}

/** Zeros before and after each axis: `pads` are all befores, then all afters. */
function zerosAround(x: Value, pads: readonly number[]): Value {
  const axes = x.shape.length;
  const shape = x.shape.map((size, axis) => size + (pads[axis] ?? 0) + (pads[axes + axis] ?? 0));
  return apply("Pad", [x, integers(x.graph, pads)], { dtype: x.dtype, shape });
}
