import { type LowRank, type ModelConfig, networkOf } from "../../lm/config.ts";
import { keysPerQuery } from "../../lm/transformer/attention.ts";
import { rankOf, type Sides } from "../../lm/transformer/low-rank.ts";

/** What a model costs by formula; a multiply-add is two operations, and only products of matrices count. */
export interface Cost {
  readonly parameters: number;
  /** Forward, at the given length. */
  readonly flopsPerToken: number;
  /** Forward and backward. */
  readonly trainingFlopsPerToken: number;
}

/** Up to this vocabulary the gradient of the embedding is a product with one-hot vectors. */
const oneHotVocabulary = 1024;

/**
 * With W the parameters of a layer's matrices (r (out + in) for a low-rank one), d the width, a = heads x
 * headDim, V the vocabulary and n the keys that a query sees: 2 W + 4 a n a layer and 2 V d for the head forward.
 * Backward takes twice that, 4 for each number that a norm reads (its gradient is two products), and 2 V d more
 * for the embedding where the vocabulary is small.
 */
export function costOf(config: ModelConfig, length: number): Cost {
  const { vocabularySize, dModel, layers, heads, kvHeads, headDim, tiedHead, qkNorm } = config;
  const matrices = attentionMatrices(config) + feedForwardMatrices(config);
  const gains = 2 * dModel + (qkNorm ? 2 * headDim : 0);
  const table = vocabularySize * dModel;
  const attended = 4 * heads * headDim * keysPerQuery(length);
  const normed = layers * (2 * dModel + (qkNorm ? (heads + kvHeads) * headDim : 0)) + dModel;
  const flopsPerToken = layers * (2 * matrices + attended) + 2 * table;
  return {
    parameters: layers * (matrices + gains) + dModel + (tiedHead ? 1 : 2) * table,
    flopsPerToken,
    trainingFlopsPerToken:
      3 * flopsPerToken + 4 * normed + (vocabularySize <= oneHotVocabulary ? 2 * table : 0),
  };
}

function attentionMatrices({ attention, dModel, heads, kvHeads, headDim }: ModelConfig): number {
  const lowRank = attention.type === "low-rank" ? attention : undefined;
  const [wide, narrow] = [heads * headDim, kvHeads * headDim];
  return (
    matrix([wide, dModel], lowRank) + 2 * matrix([narrow, dModel], lowRank) + matrix([dModel, wide], lowRank)
  );
}

function feedForwardMatrices(config: ModelConfig): number {
  const { dModel } = config;
  const { type, size, lowRank } = networkOf(config);
  const widening = type === "swiglu" ? 2 : 1;
  return widening * matrix([size, dModel], lowRank) + matrix([dModel, size], lowRank);
}

function matrix(sides: Sides, lowRank: LowRank | undefined): number {
  const [outputs, inputs] = sides;
  return lowRank === undefined ? outputs * inputs : rankOf(lowRank, sides) * (outputs + inputs);
}

/**
 * Hidden width of the feed-forward that brings a model with low-rank attention nearest to the parameters of
 * `dense` without exceeding them: the surplus divided by what one hidden unit takes.
 */
export function matchedSize(dense: ModelConfig, low: ModelConfig): number {
  const surplus = attentionMatrices(dense) - attentionMatrices(low);
  const { type, size } = networkOf(dense);
  const unit = (type === "swiglu" ? 3 : 2) * dense.dModel;
  return size + Math.floor(surplus / unit);
}
