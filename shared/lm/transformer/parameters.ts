import { type Graph, input, type Shape, sizeOf, type Value } from "../../engine/graph.ts";
import type { Parameter } from "../../engine/trainer.ts";
import type { Adapter } from "../adapter.ts";
import { createRandom, fillNormal } from "../random.ts";

/** A weight of the model and how it begins. */
export interface Weight extends Parameter {
  /** Normal with a standard deviation, or uniform between two bounds; a gain begins at 1, a bias at 0. */
  readonly initial: { readonly std: number } | { readonly bound: number } | "ones" | "zeros";
}

/** A model's weights as inputs of one graph: called with each weight once, in the order of the layers. */
export interface WeightScope {
  readonly graph: Graph;
  readonly weights: Weight[];
  /** What each projection of an attention and each Memory Layer reads, [batch * length, inputs], by the layer's name. */
  readonly inputs: Map<string, Value>;
  /** Factor on the standard deviation of what writes into the residual stream: (2 layers)^-1/2, as GPT-2. */
  readonly residualScale: number;
  /** Adapters beside the projections, with their own weights; none when absent. */
  readonly adapters?: { readonly adapter: Adapter; readonly weights: Weight[] } | undefined;
}

/** A matrix [outputs, inputs] of a linear layer, initialised to preserve variance: std = inputs^-1/2. */
export function linearWeight(
  scope: WeightScope,
  name: string,
  [outputs, inputs]: readonly [number, number],
  scale = 1,
): Value {
  return declare(scope, {
    name,
    shape: [outputs, inputs],
    decay: true,
    initial: { std: scale / Math.sqrt(inputs) },
  });
}

/** A matrix [outputs, inputs] of a linear layer, initialised as PyTorch does by default: U(+-inputs^-1/2). */
export function uniformWeight(
  scope: WeightScope,
  name: string,
  [outputs, inputs]: readonly [number, number],
): Value {
  const initial = { bound: 1 / Math.sqrt(inputs) };
  return declare(scope, { name, shape: [outputs, inputs], decay: true, initial });
}

/** A matrix [outputs, inputs] of zeros. */
export function zeroWeight(scope: WeightScope, name: string, shape: readonly [number, number]): Value {
  return declare(scope, { name, shape, decay: true, initial: "zeros" });
}

/**
 * A table [vocabulary, dModel]. Rows of unit variance, so that a token is not drowned by what the blocks add
 * to it; where the table is the output head too, dModel^-1/2, so that logits begin with unit variance.
 */
export function embeddingWeight(
  scope: WeightScope,
  name: string,
  [vocabulary, dModel]: readonly [number, number],
  tiedHead: boolean,
): Value {
  const initial = { std: tiedHead ? 1 / Math.sqrt(dModel) : 1 };
  return declare(scope, { name, shape: [vocabulary, dModel], decay: true, initial });
}

/** Rows that are looked up, with the given standard deviation; weight decay applies, as to matrices. */
export function tableWeight(scope: WeightScope, name: string, shape: Shape, std: number): Value {
  return declare(scope, { name, shape, decay: true, initial: { std } });
}

export function gainWeight(scope: WeightScope, name: string, size: number): Value {
  return declare(scope, { name, shape: [size], decay: false, initial: "ones" });
}

export function biasWeight(scope: WeightScope, name: string, size: number): Value {
  return declare(scope, { name, shape: [size], decay: false, initial: "zeros" });
}

function declare(scope: WeightScope, weight: Weight): Value {
  scope.weights.push(weight);
  return input(scope.graph, weight.name, "float32", weight.shape);
}

/** Initial values by name: each weight has its own random stream, so that adding one moves no other. */
export function initialWeights(weights: readonly Weight[], seed: number): ReadonlyMap<string, Float32Array> {
  return new Map(
    weights.map(({ name, shape, initial }) => {
      const values = new Float32Array(sizeOf(shape));
      if (initial === "ones") return [name, values.fill(1)];
      if (initial === "zeros") return [name, values];
      const random = createRandom(seed, "initial weights", name);
      return [
        name,
        "std" in initial
          ? fillNormal(random, values, initial.std)
          : values.map(() => initial.bound * (2 * random.uniform() - 1)),
      ];
    }),
  );
}
