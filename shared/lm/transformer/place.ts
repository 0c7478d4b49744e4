import { constant, type Graph, input, type Value } from "../../engine/graph.ts";
import { cast, gather, greater, reshape, slice, where } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { alibiSlopes } from "../position/alibi.ts";
import { rotationTables } from "../position/tables.ts";
import { type Rotate, rotation, rotationAt } from "./rotate.ts";
import type { BatchShape } from "./self-attention.ts";

/** How attention knows the place of a token: a rotation of queries and keys, a bias on their scores, or both. */
export interface Place {
  readonly rotate: Rotate;
  readonly bias: AttentionBias;
  /** Tokens of the longest text that can be read. */
  readonly longest: number;
  /** The rows of a table [places, width] that belong to the tokens: [length, width], or [batch, length, width]. */
  readonly rowsOf: (table: Value) => Value;
}

/**
 * The place of each of `length` tokens, as constants of the graph that all layers share. With `longest` a row holds
 * texts of at most so many tokens, and where each token stands in its own is the input `places`.
 */
export function place(
  graph: Graph,
  { position, heads, kvHeads, headDim, slidingWindow }: ModelConfig,
  { batch, length }: BatchShape,
  longest?: number,
): Place {
  const tables = rotationTables(position, { headDim, heads: kvHeads, length: longest ?? length });
  const slopes = position.type === "alibi" ? alibiSlopes(heads) : [0];
  const bias = attentionBias(graph, slopes, slidingWindow);
  if (longest === undefined) {
    return {
      rotate: tables === undefined ? (x) => x : rotation(graph, tables, length, headDim),
      ...{ bias, longest: length, rowsOf: (table) => slice(table, 0, 0, length) },
    };
  }
  const places = input(graph, "places", "int64", [batch, length]);
  return {
    rotate: tables === undefined ? (x) => x : rotationAt(places, tables, longest, headDim),
    ...{ bias: withinTexts(places, bias), longest, rowsOf: (table) => gather(table, places) },
  };
}

/**
 * Additive attention bias for `queries` queries from `start` on and the keys [first, end): [heads or 1, queries, keys],
 * with a leading axis of the batch where its rows differ.
 */
export type AttentionBias = (start: number, queries: number, first: number, end: number) => Value;

/**
 * The causal mask, -Infinity on the keys after each query and on those before its sliding window, less
 * slope (i - j): ALiBi's, or 0 for all heads.
 */
function attentionBias(
  graph: Graph,
  slopes: readonly number[],
  slidingWindow = Number.POSITIVE_INFINITY,
): AttentionBias {
  return sharedBlocks((start, queries, first, end) =>
    constant(graph, biases(slopes, slidingWindow, { start, queries, first, end }), [
      slopes.length,
      queries,
      end - first,
    ]),
  );
}

/** The bias with -Infinity also on the keys before each query's own text, which are farther away than its place in it. */
function withinTexts(places: Value, bias: AttentionBias): AttentionBias {
  const { graph } = places;
  const [batch = 0] = places.shape;
  const own = cast(places, "float32");
  const hidden = constant(graph, Number.NEGATIVE_INFINITY);
  return sharedBlocks((start, queries, first, end) => {
    const keys = end - first;
    const distances = Float32Array.from(
      { length: queries * keys },
      (_, at) => start + Math.floor(at / keys) - (first + (at % keys)),
    );
    const before = reshape(slice(own, 1, start, start + queries), [batch, 1, queries, 1]);
    const outside = greater(constant(graph, distances, [queries, keys]), before);
    return where(outside, hidden, bias(start, queries, first, end));
  });
}

/** Makes each block once, for all layers. */
function sharedBlocks(make: AttentionBias): AttentionBias {
  const made = new Map<string, Value>();
  return (...block) => {
    const known = made.get(block.join()) ?? make(...block);
    made.set(block.join(), known);
    return known;
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
