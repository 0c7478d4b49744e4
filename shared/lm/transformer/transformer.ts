import { createGraph, type Graph, input, type Value } from "../../engine/graph.ts";
import { add, gather, linear, reshape, rmsNorm } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { feedForward } from "./feed-forward.ts";
import { embeddingWeight, gainWeight, linearWeight, type Weight, type WeightScope } from "./parameters.ts";
import { type Place, place } from "./place.ts";
import { type BatchShape, selfAttention } from "./self-attention.ts";

/** A transformer's graph for one batch shape. */
export interface TransformerGraph {
  readonly graph: Graph;
  /** Input `tokens`, int64 [batch, length]. */
  readonly tokens: Value;
  /** Last hidden states after the final norm, [batch * length, dModel]. */
  readonly hidden: Value;
  /** [batch * length, vocabularySize]. */
  readonly logits: Value;
  readonly weights: readonly Weight[];
  /** What each projection of an attention and each Memory Layer reads, [batch * length, inputs], by the layer's name. */
  readonly inputs: ReadonlyMap<string, Value>;
}

/** Decoder-only transformer with pre-norm blocks, as in Llama; weights are inputs named as in its checkpoints. */
export function transformer(config: ModelConfig, shape: BatchShape): TransformerGraph {
  const graph = createGraph();
  const weights: Weight[] = [];
  const inputs = new Map<string, Value>();
  const scope: WeightScope = { graph, weights, inputs, residualScale: 1 / Math.sqrt(2 * config.layers) };
  const { vocabularySize, dModel, normEpsilon } = config;
  const where = place(graph, config, shape.length);
  const tokens = input(graph, "tokens", "int64", [shape.batch, shape.length]);
  const table = embeddingWeight(
    scope,
    "model.embed_tokens.weight",
    [vocabularySize, dModel],
    config.tiedHead,
  );
  let x = reshape(gather(table, tokens), [shape.batch * shape.length, dModel]);
  for (let layer = 0; layer < config.layers; layer++) x = block(scope, layer, config, x, shape, where);
  const hidden = rmsNorm(x, gainWeight(scope, "model.norm.weight", dModel), normEpsilon);
  const head = config.tiedHead ? table : linearWeight(scope, "lm_head.weight", [vocabularySize, dModel]);
  return { graph, tokens, hidden, logits: linear(hidden, head), weights, inputs };
}

function block(
  scope: WeightScope,
  layer: number,
  config: ModelConfig,
  x: Value,
  shape: BatchShape,
  where: Place,
): Value {
  const name = `model.layers.${layer}`;
  const norm = (part: string, states: Value): Value =>
    rmsNorm(states, gainWeight(scope, `${name}.${part}.weight`, config.dModel), config.normEpsilon);
  const attended = selfAttention(
    scope,
    `${name}.self_attn`,
    config,
    norm("input_layernorm", x),
    shape,
    where,
  );
  const middle = add(x, attended);
  return add(middle, feedForward(scope, `${name}.mlp`, config, norm("post_attention_layernorm", middle)));
}

/** The weights of a model of this shape, in order, without building more than a graph of one token. */
export function weightsOf(config: ModelConfig): readonly Weight[] {
  return transformer(config, { batch: 1, length: 1 }).weights;
}
