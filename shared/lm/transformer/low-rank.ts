import type { Value } from "../../engine/graph.ts";
import { add, linear, silu } from "../../engine/ops.ts";
import type { LowRank } from "../config.ts";
import { adapted } from "./lora.ts";
import { biasWeight, linearWeight, uniformWeight, type WeightScope } from "./parameters.ts";

/** Sides of a linear layer's matrix. */
export type Sides = readonly [outputs: number, inputs: number];

/** The two maps of a low-rank layer: down [rank, inputs], up [outputs, rank]. */
export interface LowRankMaps {
  readonly down: Value;
  readonly up: Value;
}

/** E[silu(x)^2]^-1/2 for a standard normal x: brings what the activation leaves back to unit variance. */
export const siluGain = 1.6765324703310907;

/** The rank that a layer of these sides has: no more than a matrix of them can have. */
export function rankOf({ rank }: Pick<LowRank, "rank">, [outputs, inputs]: Sides): number {
  return Math.min(rank, outputs, inputs);
}

/** Declares `<name>.down.weight` and `<name>.up.weight`. `scale` is the dense layer's, on its standard deviation. */
export function lowRankMaps(
  scope: WeightScope,
  name: string,
  sides: Sides,
  lowRank: LowRank,
  scale = 1,
): LowRankMaps {
  const [outputs, inputs] = sides;
  const rank = rankOf(lowRank, sides);
  if (lowRank.initialisation === "default") {
    return {
      down: uniformWeight(scope, `${name}.down.weight`, [rank, inputs]),
      up: uniformWeight(scope, `${name}.up.weight`, [outputs, rank]),
    };
  }
  const gain = lowRank.activation === "silu" ? siluGain : 1;
  return {
    down: linearWeight(scope, `${name}.down.weight`, [rank, inputs]),
    up: linearWeight(scope, `${name}.up.weight`, [outputs, rank], scale * gain),
  };
}

/** What stands between the two maps. */
export function between({ activation }: LowRank, x: Value): Value {
  return activation === "silu" ? silu(x) : x;
}

export interface LinearOptions {
  readonly lowRank?: LowRank | undefined;
  /** Factor on the standard deviation of what the layer begins with. */
  readonly scale?: number;
  readonly bias?: boolean | undefined;
}

/**
 * x [tokens, inputs] through a linear layer -> [tokens, outputs]: one matrix, or two where `lowRank` is given,
 * and a bias `<name>.bias` where it has one.
 */
export function linearLayer(
  scope: WeightScope,
  name: string,
  sides: Sides,
  x: Value,
  { lowRank, scale = 1, bias = false }: LinearOptions = {},
): Value {
  const y = mapped(scope, name, sides, x, { lowRank, scale });
  return bias ? add(y, biasWeight(scope, `${name}.bias`, sides[0])) : y;
}

function mapped(
  scope: WeightScope,
  name: string,
  sides: Sides,
  x: Value,
  { lowRank, scale = 1 }: Omit<LinearOptions, "bias">,
): Value {
  if (lowRank === undefined) {
    const y = linear(x, linearWeight(scope, `${name}.weight`, sides, scale));
    return adapted(scope, name, sides, x, y);
  }
  const [outputs, inputs] = sides;
  const rank = rankOf(lowRank, sides);
  const { down, up } = lowRankMaps(scope, name, sides, lowRank, scale);
  const narrow = adapted(scope, `${name}.down`, [rank, inputs], x, linear(x, down));
  const inner = between(lowRank, narrow);
  return adapted(scope, `${name}.up`, [outputs, rank], inner, linear(inner, up));
}
