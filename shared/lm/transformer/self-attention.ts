import { fourDimensions, type Value } from "../../engine/graph.ts";
import { add, concat, expand, linear, reshape, rmsNorm, split } from "../../engine/ops.ts";
import { hasAdapter } from "../adapter.ts";
import type { LowRank, ModelConfig } from "../config.ts";
import { causalAttention, mergeHeads, splitHeads } from "./attention.ts";
import { adapted } from "./lora.ts";
import { linearLayer } from "./low-rank.ts";
import { memoryProjections } from "./memory-layer.ts";
import { biasWeight, gainWeight, linearWeight, type WeightScope } from "./parameters.ts";
import type { Place } from "./place.ts";

/** Sizes of the batch that a graph is built for. */
export interface BatchShape {
  readonly batch: number;
  readonly length: number;
}

const sideNames = ["q", "k", "v"] as const;

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
  for (const side of sideNames) scope.inputs.set(`${name}.${side}_proj`, x);
  const [q, k, v] = queriesKeysValues(scope, name, config, x, { batch, length });
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
    config.slidingWindow,
  );
  const merged = mergeHeads(attended);
  if (config.attention.type === "memory") return merged;
  scope.inputs.set(`${name}.o_proj`, merged);
  return linearLayer(scope, `${name}.o_proj`, [dModel, heads * headDim], merged, {
    lowRank: lowRankOf(config),
    scale: scope.residualScale,
    bias: config.biases?.output,
  });
}

function lowRankOf({ attention }: ModelConfig): LowRank | undefined {
  return attention.type === "low-rank" ? attention : undefined;
}

/** Queries, keys and values by head, [batch, heads, length, headDim] each, before their place. */
function queriesKeysValues(
  scope: WeightScope,
  name: string,
  config: ModelConfig,
  x: Value,
  { batch, length }: BatchShape,
): readonly Value[] {
  const { dModel, heads, kvHeads, headDim } = config;
  const bias = config.biases?.qkv;
  const counts = [heads, kvHeads, kvHeads];
  const sides = (count: number) => [count * headDim, dModel] as const;
  if (config.attention.type === "memory") {
    const projected = memoryProjections(scope, name, config, config.attention, x);
    return splitHeads(projected, batch, length, counts, headDim);
  }
  const lowRank = lowRankOf(config);
  if (lowRank === undefined) {
    const projection = concat(
      [
        linearWeight(scope, `${name}.q_proj.weight`, sides(heads)),
        linearWeight(scope, `${name}.k_proj.weight`, sides(kvHeads)),
        linearWeight(scope, `${name}.v_proj.weight`, sides(kvHeads)),
      ],
      0,
    );
    const product = linear(x, projection);
    const states = bias ? add(product, joinedBias(scope, name, config)) : product;
    if (!hasAdapters(scope, name)) return splitHeads(states, batch, length, counts, headDim);
    const widths = counts.map((count) => count * headDim);
    const parts = split(states, widths, 1);
    return sideNames.flatMap((side, at) => {
      const [count = 0, part = states] = [counts[at], parts[at]];
      const whole = adapted(scope, `${name}.${side}_proj`, sides(count), x, part);
      return splitHeads(whole, batch, length, [count], headDim);
    });
  }
  return sideNames.flatMap((side) => {
    const count = side === "q" ? heads : kvHeads;
    const states = linearLayer(scope, `${name}.${side}_proj`, sides(count), x, { lowRank, bias });
    return splitHeads(states, batch, length, [count], headDim);
  });
}

/** Whether queries, keys or values have an adapter. */
function hasAdapters({ adapters }: WeightScope, name: string): boolean {
  return (
    adapters !== undefined && sideNames.some((side) => hasAdapter(adapters.adapter, `${name}.${side}_proj`))
  );
}

/** The biases of queries, keys and values in a row. */
function joinedBias(scope: WeightScope, name: string, { heads, kvHeads, headDim }: ModelConfig): Value {
  const of = (side: string, count: number) => biasWeight(scope, `${name}.${side}_proj.bias`, count * headDim);
  return concat([of("q", heads), of("k", kvHeads), of("v", kvHeads)], 0);
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
