import { input, type Value } from "../../engine/graph.ts";
import { add, div, linear, mul, reshape, softplus, sub, sum } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import type { Random } from "../random.ts";
import {
  type TrainedLoss,
  type Training,
  type TrainingStart,
  trainOn,
  type WeightValues,
} from "../training.ts";
import { biasWeight, initialWeights, linearWeight, type Weight } from "../transformer/parameters.ts";
import type { BatchShape } from "../transformer/self-attention.ts";
import { type TransformerGraph, transformer } from "../transformer/transformer.ts";
import type { FineTuningOptions } from "./fine-tuning.ts";

/** A row of tokens that is judged at some of its places: at each by all tokens up to it, itself included. */
export interface JudgedRow {
  readonly tokens: ArrayLike<number>;
  readonly places: readonly number[];
}

/** What a value should be at each place, from 0 to 1. */
export interface LabelledRow extends JudgedRow {
  readonly labels: readonly number[];
}

/** A transformer with a scalar head in place of that over the vocabulary. */
export interface ValueGraph extends Pick<TransformerGraph, "graph" | "weights"> {
  /** Logits of values, [batch, length]. */
  readonly values: Value;
}

export function valueGraph(config: ModelConfig, { batch, length }: BatchShape): ValueGraph {
  const { graph, hidden, weights } = transformer(config, { batch, length });
  const head: Weight[] = [];
  const scope = { graph, weights: head, inputs: new Map<string, Value>(), residualScale: 1 };
  const matrix = linearWeight(scope, "value_head.weight", [1, config.dModel]);
  const values = add(linear(hidden, matrix), biasWeight(scope, "value_head.bias", 1));
  const body = weights.filter(({ name }) => name !== "lm_head.weight");
  return { graph, weights: [...body, ...head], values: reshape(values, [batch, length]) };
}

/** The weights of a model with values, in order. */
export function valueWeightsOf(config: ModelConfig): readonly Weight[] {
  return valueGraph(config, { batch: 1, length: 1 }).weights;
}

/** The body of a language model under a fresh head. */
export function withValueHead(config: ModelConfig, body: WeightValues, seed: number): WeightValues {
  const fresh = initialWeights(
    valueWeightsOf(config).filter(({ name }) => !body.has(name)),
    seed,
  );
  return new Map([...body, ...fresh]);
}

/** Mean cross-entropy of the values at the judged places of a batch; its inputs are those of `ValueFeeds`. */
export function valueLoss(config: ModelConfig, { batch, length }: BatchShape): TrainedLoss {
  const { graph, weights, values } = valueGraph(config, { batch, length });
  const labels = input(graph, "labels", "float32", [batch, length]);
  const mask = input(graph, "mask", "float32", [batch, length]);
  const each = sub(softplus(values), mul(labels, values));
  const loss = div(sum(mul(each, mask)), sum(mask));
  return { graph, weights, loss, tokens: batch * length };
}

/** Trains values towards labels. `draw` gives one row. */
export function createValueTuning(
  config: ModelConfig,
  options: FineTuningOptions,
  draw: (random: Random) => LabelledRow,
  start: TrainingStart,
): Promise<Training> {
  const { batch, length } = options;
  const feeds = createValueFeeds(batch, length);
  const pass = (random: Random) => {
    for (let place = 0; place < batch; place++) placeJudged(feeds, draw(random), { place, length });
    return { ...feeds };
  };
  return trainOn(valueLoss(config, { batch, length }), pass, options, start);
}

/** The inputs of a graph over judged rows, [batch, length] each. */
export interface ValueFeeds {
  readonly tokens: BigInt64Array;
  readonly labels: Float32Array;
  /** 1 at the judged places. */
  readonly mask: Float32Array;
}

export function createValueFeeds(batch: number, length: number): ValueFeeds {
  const size = batch * length;
  return {
    tokens: new BigInt64Array(size),
    labels: new Float32Array(size),
    mask: new Float32Array(size),
  };
}

/**
 * Puts a row into row `place`, zeros after it. Throws RangeError where it does not fit, or is judged at a place that it
 * has not, or at none.
 */
export function placeJudged(
  { tokens, labels, mask }: ValueFeeds,
  row: JudgedRow & Partial<LabelledRow>,
  { place, length }: { readonly place: number; readonly length: number },
): void {
  const used = row.tokens.length;
  if (used > length) throw new RangeError(`a row of ${used} tokens in one of ${length}`);
  if (row.places.length === 0) throw new RangeError("a row is judged at one place at least");
  const from = place * length;
  for (let i = 0; i < length; i++) tokens[from + i] = i < used ? BigInt(row.tokens[i] ?? 0) : 0n;
  labels.fill(0, from, from + length);
  mask.fill(0, from, from + length);
  for (const [i, at] of row.places.entries()) {
    if (!(at >= 0 && at < used)) throw new RangeError(`place ${at} of a row of ${used} tokens`);
    labels[from + at] = row.labels?.[i] ?? 0;
    mask[from + at] = 1;
  }
}
