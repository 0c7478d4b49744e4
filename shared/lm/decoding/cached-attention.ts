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
import {
  add,
  concat,
  gather,
  linear,
  matmul,
  mul,
  rmsNorm,
  softmax,
  split,
  sub,
  transpose,
} from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import type { RotationTables } from "../position/rotation.ts";
import { rotationTables } from "../position/tables.ts";
import { linearLayer } from "../transformer/low-rank.ts";
import { biasWeight, gainWeight, linearWeight, type WeightScope } from "../transformer/parameters.ts";

/**
 * The graph of a decoder is written for one row and one token over a cache of one place, and runs with any number of
 * each: operations here name no size but a model's own. 0 in a reshape keeps the axis that stands there.
 */
const kept = 0;

/** What all layers of a decoder's graph share: where tokens stand, and what of the cache they see. */
export interface CacheScope {
  /** Place of each token: int64 [rows, tokens]. */
  readonly places: Value;
  readonly mixing: Mixing;
  readonly rotate: (x: Value, heads: number) => Value;
}

/**
 * How attention goes over the cache. `kernel`: onnxruntime's GroupQueryAttention, one operation in place of a score of
 * them, which copies the cache at every run: for caches that are small beside the weights. `products`: reads the
 * cache where it lies.
 */
type Mixing =
  | {
      readonly by: "kernel";
      /** Per row, tokens that it holds after this run, less one: int32 [rows]. */
      readonly last: Value;
      /** Tokens of the longest row after this run: int32 []. */
      readonly total: Value;
    }
  | {
      readonly by: "products";
      /**
       * Added to the scores, -Infinity on what is not seen: float32 [rows, heads or 1, tokens, held + tokens], the
       * places of the cache first and then the new tokens.
       */
      readonly bias: Value;
      /** [held, tokens]: int64 [2]. */
      readonly lengths: Value;
    };

/** Whether the kernel knows the model's attention, and its copies of the cache cost less than an eighth of the weights' reading. */
export function kernelMixes(
  { position, headDim, kvHeads, layers }: ModelConfig,
  { window, rows, parameters }: { window: number; rows: number; parameters: number },
): boolean {
  const cached = 2 * layers * rows * kvHeads * window * headDim;
  return position.type !== "alibi" && headDim % 16 === 0 && cached <= parameters / 8;
}

export function cacheScope(
  graph: Graph,
  config: ModelConfig,
  { window, kernel }: { window: number; kernel: boolean },
): CacheScope {
  const places = input(graph, "places", "int64", [1, 1]);
  const biased = config.position.type === "alibi" ? config.heads : 1;
  return {
    places,
    mixing: kernel
      ? { by: "kernel", last: input(graph, "last", "int32", [1]), total: input(graph, "total", "int32", []) }
      : {
          by: "products",
          bias: input(graph, "bias", "float32", [1, biased, 1, 2]),
          lengths: input(graph, "lengths", "int64", [2]),
        },
    rotate: rotation(graph, config, places, window),
  };
}

/** A layer of a decoder's graph. */
export interface LayerScope {
  readonly layer: number;
  readonly config: ModelConfig;
  readonly cache: CacheScope;
}

/** Keys and values of the new tokens, [rows, tokens, kvHeads * headDim] each, as they go into the cache. */
export interface NewEntries {
  readonly key: Value;
  readonly value: Value;
}

/**
 * Self-attention of the new tokens x [rows, tokens, dModel] over the cache and themselves -> the same shape. Inputs
 * `cache.<layer>.key` and `cache.<layer>.value`, in the shapes of `cacheShapes`. The cache is only read: the new
 * entries are outputs, for onnxruntime's binding copies every output, and the cache is large.
 */
export function cachedAttention(
  scope: WeightScope,
  { layer, config, cache }: LayerScope,
  x: Value,
): { readonly output: Value; readonly entries: NewEntries } {
  const name = `model.layers.${layer}.self_attn`;
  const { heads, headDim, dModel, attention } = config;
  const { q, k, v } = queriesKeysValues(scope, name, config, cache, x);
  const { mixing } = cache;
  const shapes = cacheShapes(config, { rows: 1, held: 1, kernel: mixing.by === "kernel" });
  const held = {
    key: input(scope.graph, `cache.${layer}.key`, "float32", shapes.key),
    value: input(scope.graph, `cache.${layer}.value`, "float32", shapes.value),
  };
  const mix = mixing.by === "kernel" ? mixByKernel : mixByProducts;
  const mixed = mix({ config, mixing, held }, { q, k, v });
  const output = linearLayer(scope, `${name}.o_proj`, [dModel, heads * headDim], mixed, {
    lowRank: attention.type === "low-rank" ? attention : undefined,
    bias: config.biases?.output,
  });
  return { output, entries: { key: k, value: v } };
}

/**
 * Shapes of a layer's cache: [rows, kvHeads, held, headDim], but for the keys of `products`, whose last axis are the
 * places, so that a single query is a product with rows in a row.
 */
export function cacheShapes(
  { kvHeads, headDim }: Pick<ModelConfig, "kvHeads" | "headDim">,
  { rows, held, kernel }: { rows: number; held: number; kernel: boolean },
): { readonly key: readonly number[]; readonly value: readonly number[] } {
  const value = [rows, kvHeads, held, headDim];
  return { key: kernel ? value : [rows, kvHeads, headDim, held], value };
}

interface Mixed {
  readonly config: ModelConfig;
  readonly mixing: Mixing;
  readonly held: { readonly key: Value; readonly value: Value };
}

interface Projected {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
}

/** The heads' outputs in a row, [rows, tokens, heads * headDim], by one operation. */
function mixByKernel({ config, mixing, held }: Mixed, { q, k, v }: Projected): Value {
  if (mixing.by !== "kernel") throw new Error("the kernel's inputs are missing");
  const { heads, kvHeads, headDim, slidingWindow = -1 } = config;
  const [mixed] = operation(
    q.graph,
    "GroupQueryAttention",
    [q, k, v, held.key, held.value, mixing.last, mixing.total],
    [q, held.key, held.value],
    {
      domain: "com.microsoft",
      attributes: {
        num_heads: heads,
        kv_num_heads: kvHeads,
        scale: { float: 1 / Math.sqrt(headDim) },
        local_window_size: slidingWindow,
      },
    },
  );
  if (mixed === undefined) throw new Error("an output expected");
  return mixed;
}

/** The heads' outputs in a row, [rows, tokens, heads * headDim], by products with the cache and with the new tokens. */
function mixByProducts({ config, mixing, held }: Mixed, { q, k, v }: Projected): Value {
  if (mixing.by !== "products") throw new Error("the bias is missing");
  const { heads, kvHeads, headDim } = config;
  const group = heads / kvHeads;
  const queries = grouped(transpose(headsOf(q, heads, headDim), [0, 2, 1, 3]), kvHeads, group);
  const keys = transpose(headsOf(k, kvHeads, headDim), [0, 2, 3, 1]);
  const values = transpose(headsOf(v, kvHeads, headDim), [0, 2, 1, 3]);
  const alpha = 1 / Math.sqrt(headDim);
  const scores = concat([matmul(queries, held.key, { alpha }), matmul(queries, keys, { alpha })], 3);
  const p = grouped(softmax(add(ungrouped(scores, heads, group), mixing.bias)), kvHeads, group);
  const [overHeld, overNew] = splitAt(p, mixing.lengths);
  const mixed = add(matmul(overHeld, held.value), matmul(overNew, values));
  return joinHeads(transpose(ungrouped(mixed, heads, group), [0, 2, 1, 3]));
}

/** [rows, heads, tokens, n] -> [rows, kvHeads, group * tokens, n]: queries that share their keys in one product. */
function grouped(x: Value, kvHeads: number, group: number): Value {
  return group === 1 ? x : resized(x, [kept, kvHeads, -1, kept], [1, kvHeads, group, x.shape[3] ?? 0]);
}

function ungrouped(x: Value, heads: number, group: number): Value {
  return group === 1 ? x : resized(x, [kept, heads, -1, kept], [1, heads, 1, x.shape[3] ?? 0]);
}

/** Queries, keys and values of the new tokens by head, [rows, tokens, heads * headDim] each. */
function queriesKeysValues(
  scope: WeightScope,
  name: string,
  config: ModelConfig,
  { rotate }: CacheScope,
  x: Value,
): { readonly q: Value; readonly k: Value; readonly v: Value } {
  const { heads, kvHeads, headDim, dModel, attention, qkNorm, normEpsilon, position } = config;
  const options = {
    lowRank: attention.type === "low-rank" ? attention : undefined,
    bias: config.biases?.qkv,
  };
  const project = (side: string, count: number) =>
    linearLayer(scope, `${name}.${side}_proj`, [count * headDim, dModel], x, options);
  if (options.lowRank === undefined && !qkNorm && position.type !== "fope") {
    const [q, k] = split(
      rotate(joinedQueriesKeys(scope, name, config, x), heads + kvHeads),
      [heads * headDim, kvHeads * headDim],
      2,
    );
    if (q === undefined || k === undefined) throw new Error("two parts expected");
    return { q, k, v: project("v", kvHeads) };
  }
  const placed = (side: "q" | "k", count: number): Value => {
    const states = project(side, count);
    if (!qkNorm) return rotate(states, count);
    const gain = gainWeight(scope, `${name}.${side}_norm.weight`, headDim);
    return rotate(joinHeads(rmsNorm(headsOf(states, count, headDim), gain, normEpsilon)), count);
  };
  return { q: placed("q", heads), k: placed("k", kvHeads), v: project("v", kvHeads) };
}

/** Queries and keys in a row by one product, [rows, tokens, (heads + kvHeads) * headDim]. */
function joinedQueriesKeys(scope: WeightScope, name: string, config: ModelConfig, x: Value): Value {
  const { heads, kvHeads, headDim, dModel, biases } = config;
  const sizes = { q: heads * headDim, k: kvHeads * headDim };
  const matrix = (side: "q" | "k") =>
    linearWeight(scope, `${name}.${side}_proj.weight`, [sizes[side], dModel]);
  const product = linear(x, concat([matrix("q"), matrix("k")], 0));
  if (biases?.qkv !== true) return product;
  const bias = (side: "q" | "k") => biasWeight(scope, `${name}.${side}_proj.bias`, sizes[side]);
  return add(product, concat([bias("q"), bias("k")], 0));
}

/** Half-split rotation of [rows, tokens, heads * headDim] by the places of the tokens. */
function rotation(
  graph: Graph,
  { position, headDim, kvHeads }: ModelConfig,
  places: Value,
  window: number,
): CacheScope["rotate"] {
  const tables = rotationTables(position, { headDim, heads: kvHeads, length: window });
  if (tables === undefined) return (x) => x;
  if (!tables.shared) return (x, heads) => rotateByHead(x, tables, { places, window, heads, kvHeads });
  const [cos, sin] = [tables.cos, tables.sin].map((table) => constant(graph, table, [window, headDim / 2]));
  return (x, heads) =>
    apply("RotaryEmbedding", [x, places, cos, sin], x, {
      domain: "com.microsoft",
      attributes: { interleaved: 0, num_heads: heads },
    });
}

interface ByHead {
  readonly places: Value;
  readonly window: number;
  readonly heads: number;
  readonly kvHeads: number;
}

/** The rotation where each key-value head has a table of its own, which the queries that share the head follow. */
function rotateByHead(x: Value, tables: RotationTables, { places, window, heads, kvHeads }: ByHead): Value {
  const headDim = (x.shape[2] ?? 0) / heads;
  const half = headDim / 2;
  const tableOf = Array.from({ length: heads }, (_, head) => Math.floor((head * kvHeads) / heads));
  const at = (table: Float32Array) =>
    gather(constant(x.graph, byPlace(table, { window, half, tableOf }), [window, heads, half]), places);
  const [cos, sin] = [at(tables.cos), at(tables.sin)];
  const [a, b] = split(headsOf(x, heads, headDim), [half, half], 3);
  if (a === undefined || b === undefined) throw new Error("two halves expected");
  return joinHeads(concat([sub(mul(a, cos), mul(b, sin)), add(mul(b, cos), mul(a, sin))], 3));
}

/** Tables [kvHeads, window, half] -> [window, heads, half]. */
function byPlace(
  table: Float32Array,
  { window, half, tableOf }: { window: number; half: number; tableOf: readonly number[] },
): Float32Array {
  const heads = tableOf.length;
  const result = new Float32Array(window * heads * half);
  for (let place = 0; place < window; place++) {
    for (const [head, kvHead] of tableOf.entries()) {
      const from = (kvHead * window + place) * half;
      result.set(table.subarray(from, from + half), (place * heads + head) * half);
    }
  }
  return result;
}

/** [rows, tokens, heads * dim] -> [rows, tokens, heads, dim]. */
function headsOf(x: Value, heads: number, dim: number): Value {
  return resized(x, [kept, kept, heads, dim], [1, 1, heads, dim]);
}

/** [rows, tokens, heads, dim] -> [rows, tokens, heads * dim]. */
function joinHeads(x: Value): Value {
  const size = sizeOf(x.shape.slice(2));
  return resized(x, [kept, kept, size], [1, 1, size]);
}

/** A reshape to sizes that are known when the graph runs; `shape` is what they are for one row and one token. */
function resized(x: Value, sizes: readonly number[], shape: readonly number[]): Value {
  return apply("Reshape", [x, integers(x.graph, sizes)], { dtype: x.dtype, shape });
}

/** The first lengths[0] and the last lengths[1] of the last axis. */
function splitAt(x: Value, lengths: Value): readonly [Value, Value] {
  const shape = [...x.shape.slice(0, -1), 1];
  const part = { dtype: x.dtype, shape } as const;
  const [first, second] = operation(x.graph, "Split", [x, lengths], [part, part], {
    attributes: { axis: -1 },
  });
  if (first === undefined || second === undefined) throw new Error("two parts expected");
  return [first, second];
}
