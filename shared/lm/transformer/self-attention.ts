import { fourDimensions, type Value } from "../../engine/graph.ts";
import { concat, expand, linear, reshape, rmsNorm } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { causalAttention, mergeHeads, splitHeads } from "./attention.ts";
import { gainWeight, linearWeight, type WeightScope } from "./parameters.ts";
import type { Place } from "./place.ts";

/** Sizes of the batch that a graph is built for. */
export interface BatchShape {
  readonly batch: number;
  readonly length: number;
}

/** Multi-head self-attention on x [batch * length, dModel] -> the same shape. */
export function selfAttention(
  scope: WeightScope,
  name: string,
  config: ModelConfig,
  x: Value,
  { batch, length }: BatchShape,
  { rotate, bias }: Place,
): Value {
  const { dModel, heads, kvHeads, headDim, qkNorm, normEpsilon } = config;
  const width = (count: number) => [count * headDim, dModel] as const;
  const projection = concat(
    [
      linearWeight(scope, `${name}.q_proj.weight`, width(heads)),
      linearWeight(scope, `${name}.k_proj.weight`, width(kvHeads)),
      linearWeight(scope, `${name}.v_proj.weight`, width(kvHeads)),
    ],
    0,
  );
  const [q, k, v] = splitHeads(linear(x, projection), batch, length, [heads, kvHeads, kvHeads], headDim);
  if (q === undefined || k === undefined || v === undefined) throw new Error("three parts expected");
  const place = (side: "q" | "k", states: Value): Value => {
    const gain = qkNorm ? gainWeight(scope, `${name}.${side}_norm.weight`, headDim) : undefined;
    return rotate(gain === undefined ? states : rmsNorm(states, gain, normEpsilon));
  };
  const attended = causalAttention(
    place("q", q),
    repeatHeads(place("k", k), heads / kvHeads),
    repeatHeads(v, heads / kvHeads),
    1 / Math.sqrt(headDim),
    bias,
  );
  const output = linearWeight(scope, `${name}.o_proj.weight`, [dModel, heads * headDim], scope.residualScale);
  return linear(mergeHeads(attended), output);
}

/** Each key-value head `times` times in a row, for the query heads that share it. */
function repeatHeads(x: Value, times: number): Value {
  if (times === 1) return x;
  const [batch, heads, length, headDim] = fourDimensions(x);
  const spread = expand(reshape(x, [batch, heads, 1, length, headDim]), [
    batch,
    heads,
    times,
    length,
    headDim,
  ]);
  return reshape(spread, [batch, heads * times, length, headDim]);
}
