import { input, type Value } from "../../engine/graph.ts";
import { crossEntropy, mul, neg, reshape } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import type { BatchShape } from "../transformer/self-attention.ts";
import { type TransformerGraph, type TransformerOptions, transformer } from "../transformer/transformer.ts";

/** A transformer over rows of prompt and response; its inputs are those of `ExampleFeeds`, or of `PackedFeeds`. */
export interface ExampleGraph extends Pick<TransformerGraph, "graph" | "weights" | "adapters"> {
  /** log p of each response's tokens given all before them, 0 elsewhere: [batch, length]. */
  readonly logProbabilities: Value;
  /** 1 on the tokens of responses, [batch, length]. */
  readonly mask: Value;
}

export function exampleGraph(
  config: ModelConfig,
  { batch, length }: BatchShape,
  options: TransformerOptions = {},
): ExampleGraph {
  const { graph, logits, weights, adapters } = transformer(config, { batch, length }, options);
  const targets = input(graph, "targets", "int64", [batch * length]);
  const mask = input(graph, "mask", "float32", [batch, length]);
  const each = reshape(neg(crossEntropy(logits, targets)), [batch, length]);
  return { graph, weights, adapters, mask, logProbabilities: mul(each, mask) };
}
