import { differentiateAs, fourDimensions, type Value } from "../../engine/graph.ts";
import {
  add,
  concat,
  matmul,
  mul,
  reshape,
  slice,
  softmax,
  split,
  sub,
  sum,
  transpose,
} from "../../engine/ops.ts";
import type { AttentionBias } from "./place.ts";

/** Queries of one block: bounds the memory of long sequences, and skips the keys after a block's end. */
const blockLength = 128;

/** Keys that a query of a sequence is multiplied with, on average: those after its block's end are left out. */
export function keysPerQuery(length: number): number {
  let pairs = 0;
  for (let start = 0; start < length; start += blockLength) {
    const end = Math.min(start + blockLength, length);
    pairs += (end - start) * end;
  }
  return pairs / length;
}

/**
 * softmax(scale q k^T + bias, over the keys up to each query) v.
 * q, k, v [batch, heads, length, headDim] -> the same shape; `bias` holds the causal mask. With a sliding
 * window, which is in the mask too, the keys that no query of a block sees are left out.
 */
export function causalAttention(
  q: Value,
  k: Value,
  v: Value,
  scale: number,
  bias: AttentionBias,
  slidingWindow = Number.POSITIVE_INFINITY,
): Value {
  const length = q.shape[2] ?? 0;
  if (length <= blockLength) return block(q, k, v, scale, bias(0, length, 0, length));
  const outputs: Value[] = [];
  for (let start = 0; start < length; start += blockLength) {
    const end = Math.min(start + blockLength, length);
    const first = Math.max(0, start - slidingWindow + 1);
    const seen = (x: Value) => slice(x, 2, first, end);
    const queries = slice(q, 2, start, end);
    outputs.push(block(queries, seen(k), seen(v), scale, bias(start, end - start, first, end)));
  }
  const [head, ...rest] = outputs;
  if (head === undefined) throw new RangeError("an empty sequence");
  return concat([head, ...rest], 2);
}

/** The softmax's sum over the keys, sum dP P, is the queries' sum dO O, which is shorter: arXiv 2205.14135, B.4. */
function block(q: Value, k: Value, v: Value, scale: number, bias: Value): Value {
  const p = softmax(add(matmul(q, k, { transB: true, alpha: scale }), bias));
  const o = matmul(p, v);
  return differentiateAs([q, k, v], [o], (dO) => {
    if (dO === undefined) return [];
    const delta = sum(mul(dO, o), [-1], true);
    const dS = mul(p, sub(matmul(dO, v, { transB: true }), delta));
    return [
      matmul(dS, k, { alpha: scale }),
      matmul(dS, q, { transA: true, alpha: scale }),
      matmul(p, dO, { transA: true }),
    ];
  })[0];
}

/** [batch * length, parts * heads * headDim] -> parts of [batch, heads, length, headDim]. */
export function splitHeads(
  x: Value,
  batch: number,
  length: number,
  heads: readonly number[],
  headDim: number,
): readonly Value[] {
  const all = heads.reduce((total, count) => total + count, 0);
  const turned = transpose(reshape(x, [batch, length, all, headDim]), [0, 2, 1, 3]);
  return heads.length === 1 ? [turned] : split(turned, heads, 1);
}

/** [batch, heads, length, headDim] -> [batch * length, heads * headDim]. */
export function mergeHeads(x: Value): Value {
  const [batch, heads, length, headDim] = fourDimensions(x);
  return reshape(transpose(x, [0, 2, 1, 3]), [batch * length, heads * headDim]);
}
