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
  { position, heads, kvHeads, headDim, slidingWindow }: ModelConfig,
  length: number,
): Place {
  const tables = rotationTables(position, { headDim, heads: kvHeads, length });
  const slopes = position.type === "alibi" ? alibiSlopes(heads) : [0];
  return {
    rotate: tables === undefined ? (x) => x : rotation(graph, tables, length, headDim),
    bias: attentionBias(graph, slopes, slidingWindow),
  };
}

/** Additive attention bias for `queries` queries from `start` on and the keys [first, end): [heads or 1, queries, keys]. */
export type AttentionBias = (start: number, queries: number, first: number, end: number) => Value;

/**
 * The causal mask, -Infinity on the keys after each query and on those before its sliding window, less
 * slope (i - j): ALiBi's, or 0 for all heads. Each block is made once and shared by all layers.
 */
function attentionBias(
  graph: Graph,
  slopes: readonly number[],
  slidingWindow = Number.POSITIVE_INFINITY,
): AttentionBias {
  const made = new Map<string, Value>();
  return (start, queries, first, end) => {
    const key = `${start} ${queries} ${first} ${end}`;
    const block =
      made.get(key) ??
      constant(graph, biases(slopes, slidingWindow, { start, queries, first, end }), [
        slopes.length,
        queries,
        end - first,
      ]);
    made.set(key, block);
    return block;
  };
}

interface Block {
  readonly start: number;
  readonly queries: number;
  readonly first: number;
  readonly end: number;
}

function biases(
  slopes: readonly number[],
  slidingWindow: number,
  { start, queries, first, end }: Block,
): Float32Array {
  const keys = end - first;
  const bias = new Float32Array(slopes.length * queries * keys).fill(Number.NEGATIVE_INFINITY);
  slopes.forEach((slope, head) => {
    for (let query = 0; query < queries; query++) {
      const row = (head * queries + query) * keys - first;
      const place = start + query;
      for (let key = Math.max(first, place - slidingWindow + 1); key <= place; key++)
        bias[row + key] = slope === 0 ? 0 : slope * (key - place);
    }
  });
  return bias;
}
