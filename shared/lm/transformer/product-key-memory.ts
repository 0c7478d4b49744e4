import { dimension, integers, type Value } from "../../engine/graph.ts";
import {
  add,
  embeddingBag,
  gatherElements,
  matmul,
  mul,
  reshape,
  rmsNorm,
  slice,
  softmax,
  topK,
  transpose,
} from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import type { ProductKeyFeedForward } from "../memory-config.ts";
import { linearLayer } from "./low-rank.ts";
import { gainWeight, tableWeight, type WeightScope } from "./parameters.ts";

/**
 * The memory of arXiv 1907.05242 on x [tokens, dModel] -> the same shape: each head reads the topK of keys^2
 * values whose key, one of `keys` first halves and one of `keys` second halves, fits its query best, weighted
 * by softmax. Queries are normalised by RMSNorm; in the paper it is batch normalisation.
 */
export function productKeyMemory(
  scope: WeightScope,
  name: string,
  { dModel, normEpsilon }: ModelConfig,
  kind: ProductKeyFeedForward,
  x: Value,
): Value {
  const { keys, heads, topK: read, keyDim } = kind;
  const tokens = dimension(x.shape, 0);
  const projected = linearLayer(scope, `${name}.query_proj`, [heads * keyDim, dModel], x);
  const gain = gainWeight(scope, `${name}.query_norm.weight`, keyDim);
  const queries = rmsNorm(reshape(projected, [tokens, heads, keyDim]), gain, normEpsilon);
  const { scores, rows } = chosenValues(scope, name, kind, queries);
  const byToken = (side: Value) => reshape(transpose(side, [1, 0, 2]), [tokens, heads * read]);
  const values = tableWeight(scope, `${name}.values.weight`, [keys ** 2, dModel], dModel ** -0.5);
  return embeddingBag(values, byToken(rows), byToken(softmax(scores)));
}

/** The best values of each head and token, [heads, tokens, topK]: their scores, and their rows. */
function chosenValues(
  scope: WeightScope,
  name: string,
  { keys, heads, topK: read, keyDim }: ProductKeyFeedForward,
  queries: Value,
): { readonly scores: Value; readonly rows: Value } {
  const half = keyDim / 2;
  const tokens = dimension(queries.shape, 0);
  const subKeys = tableWeight(scope, `${name}.keys.weight`, [heads, 2, keys, half], half ** -0.5);
  const halves = transpose(reshape(queries, [tokens, heads, 2, half]), [1, 2, 0, 3]);
  const best = topK(matmul(halves, subKeys, { transB: true }), Math.min(read, keys));
  const width = dimension(best.indices.shape, -1);
  // A value among the best has both of its halves among the best: only their width^2 pairs are compared.
  const pairs = (first: Value, second: Value) => reshape(add(first, second), [heads, tokens, width ** 2]);
  const side = (of: Value, which: 0 | 1) =>
    reshape(
      slice(of, 1, which, which + 1),
      which === 0 ? [heads, tokens, width, 1] : [heads, tokens, 1, width],
    );
  const scores = pairs(side(best.values, 0), side(best.values, 1));
  const starts = mul(side(best.indices, 0), integers(queries.graph, keys));
  const rows = pairs(starts, side(best.indices, 1));
  const { values, indices } = topK(scores, read);
  return { scores: values, rows: gatherElements(rows, indices) };
}
