import { createGraph, type Graph, input, type Value } from "../../engine/graph.ts";
import { add, gather, linear, reshape } from "../../engine/ops.ts";
import type { Adapter } from "../adapter.ts";
import type { ModelConfig } from "../config.ts";
import { feedForward } from "./feed-forward.ts";
import { checkAdapters } from "./lora.ts";
import { norm } from "./norm.ts";
import { embeddingWeight, linearWeight, type Weight, type WeightScope } from "./parameters.ts";
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
  /** Those of the adapters, which are inputs too. */
  readonly adapters: readonly Weight[];
  /** What each projection of an attention and each Memory Layer reads, [batch * length, inputs], by the layer's name. */
  readonly inputs: ReadonlyMap<string, Value>;
}

export interface TransformerOptions {
  readonly adapter?: Adapter | undefined;
  /**
   * Where rows hold several texts, one after another, the tokens of the longest: a token then sees its own text
   * alone, and its place in it is fed as `places`, int64 [batch, length].
   */
  readonly longest?: number | undefined;
}

/** Decoder-only transformer with pre-norm blocks, as in Llama; weights are inputs named as in its checkpoints. */
export function transformer(
  config: ModelConfig,
  shape: BatchShape,
  { adapter, longest }: TransformerOptions = {},
): TransformerGraph {
  const graph = createGraph();
  const weights: Weight[] = [];
  const inputs = new Map<string, Value>();
  const adapters = adapter && { adapter, weights: [] };
  const residualScale = 1 / Math.sqrt(2 * config.layers);
  const scope: WeightScope = { graph, weights, inputs, residualScale, adapters };
  const { vocabularySize, dModel } = config;
  const where = place(graph, config, shape, longest);
  const tokens = input(graph, "tokens", "int64", [shape.batch, shape.length]);
  const table = embeddingWeight(
    scope,
    "model.embed_tokens.weight",
    [vocabularySize, dModel],
    config.tiedHead,
  );
  let x = reshape(embedded(scope, config, gather(table, tokens), where), [
    shape.batch * shape.length,
    dModel,
  ]);
  for (let layer = 0; layer < config.layers; layer++) x = block(scope, layer, config, x, shape, where);
  const hidden = norm(scope, "model.norm", config, x);
  const head = config.tiedHead ? table : linearWeight(scope, "lm_head.weight", [vocabularySize, dModel]);
  if (adapters !== undefined) checkAdapters(adapters.adapter, adapters.weights);
  const logits = linear(hidden, head);
  return { graph, tokens, hidden, logits, weights, inputs, adapters: adapters?.weights ?? [] };
}

/** Embeddings [batch, length, dModel] of the tokens, with those of their places where positions are learned. */
function embedded(
  scope: WeightScope,
  { position, dModel, tiedHead }: ModelConfig,
  tokens: Value,
  { longest, rowsOf }: Place,
): Value {
  if (position.type !== "learned") return tokens;
  if (longest > position.length) {
    throw new RangeError(`${longest} tokens, and learned positions for ${position.length}`);
  }
  const sides = [position.length, dModel] as const;
  const places = embeddingWeight(scope, "model.embed_positions.weight", sides, tiedHead);
  return add(tokens, rowsOf(places));
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
  const normed = (part: string, states: Value): Value => norm(scope, `${name}.${part}`, config, states);
  const attended = selfAttention(
    scope,
    `${name}.self_attn`,
    config,
    normed("input_layernorm", x),
    shape,
    where,
  );
  const middle = add(x, attended);
  const read = normed("post_attention_layernorm", config.block === "parallel" ? x : middle);
  return add(middle, feedForward(scope, `${name}.mlp`, config, read));
}

/** The weights of a model of this shape, in order, without building more than a graph of one token. */
export function weightsOf(config: ModelConfig): readonly Weight[] {
  return transformer(config, { batch: 1, length: 1 }).weights;
}
