import { apply, createGraph, type Graph, input, integers, type Value } from "../../engine/graph.ts";
import { add, gather, linear, rmsNorm } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { feedForward } from "../transformer/feed-forward.ts";
import {
  embeddingWeight,
  gainWeight,
  linearWeight,
  type Weight,
  type WeightScope,
} from "../transformer/parameters.ts";
import { cachedAttention, cacheScope } from "./cached-attention.ts";

/** The graph that reads tokens after those in a cache: the same one for a prompt and for a step. */
export interface DecodeGraph {
  readonly graph: Graph;
  /** `logits` of the wanted tokens, and the cache after the run. */
  readonly outputs: Readonly<Record<string, Value>>;
  readonly weights: readonly Weight[];
  /** Axes that are as long as a run makes them. */
  readonly freeAxes: Readonly<Record<string, readonly number[]>>;
}

/**
 * Inputs beside the weights: `tokens` int64 [rows, tokens]; `wanted` int64 [n], the places in the flattened tokens
 * whose logits are answered, [n, vocabularySize]; and what `cacheScope` and `cachedAttention` declare. With `packed`,
 * one product makes queries, keys and values where that is possible.
 */
export function decodeGraph(
  config: ModelConfig,
  { window, packed }: { window: number; packed: boolean },
): DecodeGraph {
  const graph = createGraph();
  const weights: Weight[] = [];
  const scope: WeightScope = { graph, weights, inputs: new Map(), residualScale: 1 };
  const { vocabularySize, dModel, layers, normEpsilon, tiedHead } = config;
  const cache = cacheScope(graph, config, { window, packed });
  const tokens = input(graph, "tokens", "int64", [1, 1]);
  const wanted = input(graph, "wanted", "int64", [1]);
  const table = embeddingWeight(scope, "model.embed_tokens.weight", [vocabularySize, dModel], tiedHead);
  const norm = (name: string, states: Value) =>
    rmsNorm(states, gainWeight(scope, `${name}.weight`, dModel), normEpsilon);
  const outputs: Record<string, Value> = {};
  let x = gather(table, tokens);
  for (let layer = 0; layer < layers; layer++) {
    const name = `model.layers.${layer}`;
    const { output, present } = cachedAttention(
      scope,
      { layer, config, cache },
      norm(`${name}.input_layernorm`, x),
    );
    const middle = add(x, output);
    x = add(
      middle,
      feedForward(scope, `${name}.mlp`, config, norm(`${name}.post_attention_layernorm`, middle)),
    );
    outputs[`present.${layer}.key`] = present.key;
    outputs[`present.${layer}.value`] = present.value;
  }
  const states = gather(flat(x, dModel), wanted);
  const head = tiedHead ? table : linearWeight(scope, "lm_head.weight", [vocabularySize, dModel]);
  outputs.logits = linear(norm("model.norm", states), head);
  return { graph, outputs, weights, freeAxes: freeAxesOf(layers) };
}

/** [rows, tokens, dModel] -> [rows * tokens, dModel]. */
function flat(x: Value, dModel: number): Value {
  return apply("Reshape", [x, integers(x.graph, [-1, dModel])], { dtype: x.dtype, shape: [1, dModel] });
}

function freeAxesOf(layers: number): Record<string, readonly number[]> {
  const caches = Array.from({ length: layers }, (_, layer) => [`past.${layer}.key`, `past.${layer}.value`]);
  return {
    tokens: [0, 1],
    places: [0, 1],
    last: [0],
    wanted: [0],
    bias: [0, 2, 3],
    ...Object.fromEntries(caches.flat().map((name) => [name, [0]])),
  };
}
