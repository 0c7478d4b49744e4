import { apply, createGraph, type Graph, input, integers, type Value } from "../../engine/graph.ts";
import { add, gather, linear } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { feedForward } from "../transformer/feed-forward.ts";
import { norm } from "../transformer/norm.ts";
import { embeddingWeight, linearWeight, type Weight, type WeightScope } from "../transformer/parameters.ts";
import { cachedAttention, cacheScope, type LayerScope, type NewEntries } from "./cached-attention.ts";

/** The graph that reads tokens after those in a cache: the same one for a prompt and for a step. */
export interface DecodeGraph {
  readonly graph: Graph;
  /** `logits` of the wanted tokens, and what goes into the cache. */
  readonly outputs: Readonly<Record<string, Value>>;
  readonly weights: readonly Weight[];
  /** Axes that are as long as a run makes them. */
  readonly freeAxes: Readonly<Record<string, readonly number[]>>;
}

/**
 * Inputs beside the weights: `tokens` int64 [rows, tokens]; `wanted` int64 [n], the places in the flattened tokens
 * whose logits are answered, [n, vocabularySize]; and what `cacheScope` and `cachedAttention` declare. `kernel`: see
 * `kernelMixes`.
 */
export function decodeGraph(
  config: ModelConfig,
  { window, kernel }: { window: number; kernel: boolean },
): DecodeGraph {
  const graph = createGraph();
  const weights: Weight[] = [];
  const scope: WeightScope = { graph, weights, inputs: new Map(), residualScale: 1 };
  const { vocabularySize, dModel, layers, tiedHead } = config;
  const cache = cacheScope(graph, config, { window, kernel });
  const tokens = input(graph, "tokens", "int64", [1, 1]);
  const wanted = input(graph, "wanted", "int64", [1]);
  const table = embeddingWeight(scope, "model.embed_tokens.weight", [vocabularySize, dModel], tiedHead);
  const outputs: Record<string, Value> = {};
  let x = embedded(scope, config, cache.places, gather(table, tokens));
  for (let layer = 0; layer < layers; layer++) {
    const made = block(scope, { layer, config, cache }, x);
    x = made.x;
    outputs[`new.${layer}.key`] = made.entries.key;
    outputs[`new.${layer}.value`] = made.entries.value;
  }
  const states = gather(flat(x, dModel), wanted);
  const head = tiedHead ? table : linearWeight(scope, "lm_head.weight", [vocabularySize, dModel]);
  outputs.logits = linear(norm(scope, "model.norm", config, states), head);
  return { graph, outputs, weights, freeAxes: freeAxesOf(layers, kernel) };
}

function embedded(
  scope: WeightScope,
  { position, dModel, tiedHead }: ModelConfig,
  places: Value,
  tokens: Value,
): Value {
  if (position.type !== "learned") return tokens;
  const sides = [position.length, dModel] as const;
  return add(tokens, gather(embeddingWeight(scope, "model.embed_positions.weight", sides, tiedHead), places));
}

function block(scope: WeightScope, at: LayerScope, x: Value): { x: Value; entries: NewEntries } {
  const { config, layer } = at;
  const name = `model.layers.${layer}`;
  const { output, entries } = cachedAttention(scope, at, norm(scope, `${name}.input_layernorm`, config, x));
  const middle = add(x, output);
  const read = config.block === "parallel" ? x : middle;
  const normed = norm(scope, `${name}.post_attention_layernorm`, config, read);
  return { x: add(middle, feedForward(scope, `${name}.mlp`, config, normed)), entries };
}

/** [rows, tokens, dModel] -> [rows * tokens, dModel]. */
function flat(x: Value, dModel: number): Value {
  return apply("Reshape", [x, integers(x.graph, [-1, dModel])], { dtype: x.dtype, shape: [1, dModel] });
}

function freeAxesOf(layers: number, kernel: boolean): Record<string, readonly number[]> {
  const caches = Array.from({ length: layers }, (_, layer) => ({
    [`cache.${layer}.key`]: [0, kernel ? 2 : 3],
    [`cache.${layer}.value`]: [0, 2],
  }));
  return Object.assign(
    { tokens: [0, 1], places: [0, 1], wanted: [0], last: [0], bias: [0, 2, 3] },
    ...caches,
  );
}
