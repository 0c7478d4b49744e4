import { constant, type Graph, type Value } from "../../engine/graph.ts";
import type { ModelConfig } from "../config.ts";
import { alibiSlopes } from "../position/alibi.ts";
import { rotationTables } from "../position/tables.ts";
import { type Rotate, rotation } from "./rotate.ts";

/** How attention knows the place of a token: a rotation of queries and keys, a bias on their scores, or both. */
export interface Place {
  readonly rotate: Rotate;
  readonly bias: AttentionBias;
}

/** The place of each of `length` tokens, as constants of the graph that all layers share. */
export function place(
  graph: Graph,
  { position, heads, kvHeads, headDim }: ModelConfig,
  length: number,
): Place {
  const tables = rotationTables(position, { headDim, heads: kvHeads, length });
  return {
    rotate: tables === undefined ? (x) => x : rotation(graph, tables, length, headDim),
    bias: attentionBias(graph, position.type === "alibi" ? alibiSlopes(heads) : [0]),
  };
}

/** Additive attention bias for queries start.. and keys 0..: [heads or 1, queries, keys]. */
export type AttentionBias = (start: number, queries: number, keys: number) => Value;

/**
 * The causal mask, -Infinity on the keys after each query, less slope (i - j): ALiBi's,
 * or 0 for all heads. Each block is made once and shared by all layers.
 */
function attentionBias(graph: Graph, slopes: readonly number[]): AttentionBias {
  const made = new Map<string, Value>();
  return (start, queries, keys) => {
    const key = `${start} ${queries} ${keys}`;
    const block =
      made.get(key) ?? constant(graph, biases(slopes, start, queries, keys), [slopes.length, queries, keys]);
    made.set(key, block);
    return block;
  };
}

function biases(slopes: readonly number[], start: number, queries: number, keys: number): Float32Array {
  const bias = new Float32Array(slopes.length * queries * keys).fill(Number.NEGATIVE_INFINITY);
  slopes.forEach((slope, head) => {
    for (let query = 0; query < queries; query++) {
      const row = (head * queries + query) * keys;
      for (let key = 0; key <= start + query; key++)
        bias[row + key] = slope === 0 ? 0 : slope * (key - start - query);
    }
  });
  return bias;
}
