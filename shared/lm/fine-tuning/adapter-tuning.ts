import { type Adapter, adapterNames } from "../adapter.ts";
import type { ModelConfig } from "../config.ts";
import type { WeightValues } from "../training.ts";
import type { Weight } from "../transformer/parameters.ts";
import { transformer } from "../transformer/transformer.ts";
import type { ExampleGraph } from "./example-graph.ts";

/**
 * A training of adapters alone beside the base's weights, which stay as they are. What is trained are the adapters'
 * weights: it starts from scratch, from such weights or from a checkpoint of them.
 */
export interface AdapterTuning extends Adapter {
  readonly base: WeightValues;
}

/** What is trained of a graph, and what is fed beside it. */
export function trainedOf(
  { weights, adapters }: Pick<ExampleGraph, "weights" | "adapters">,
  adapter: AdapterTuning | undefined,
): { readonly weights: readonly Weight[]; readonly frozen?: WeightValues } {
  return adapter === undefined ? { weights } : { weights: adapters, frozen: adapter.base };
}

/** The adapters' weights of a model of this shape, in the order of the layers. Throws RangeError where it has none. */
export function adapterWeightsOf(config: ModelConfig, adapter: Adapter): readonly Weight[] {
  return transformer(config, { batch: 1, length: 1 }, { adapter }).adapters;
}

/** Plain weights: W + alpha / rank B A for each projection with an adapter, and all others as they are. */
export function mergeAdapters(base: WeightValues, adapter: Adapter, adapters: WeightValues): WeightValues {
  return new Map(
    [...base].map(([name, values]) => {
      const { down, up } = adapterNames(name.replace(/\.weight$/, ""));
      const [a, b] = [adapters.get(down), adapters.get(up)];
      if (a === undefined || b === undefined) return [name, values];
      return [name, plusProduct(values, b, a, adapter)];
    }),
  );
}

/** W + alpha / rank B A, each element summed in float64. */
function plusProduct(
  w: Float32Array,
  b: Float32Array,
  a: Float32Array,
  { rank, alpha }: Adapter,
): Float32Array {
  const inputs = a.length / rank;
  const row = new Float64Array(inputs);
  const merged = new Float32Array(w.length);
  for (let output = 0; output < b.length / rank; output++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = ((b[output * rank + k] ?? 0) * alpha) / rank;
      for (let i = 0; i < inputs; i++) row[i] = (row[i] ?? 0) + factor * (a[k * inputs + i] ?? 0);
    }
    const start = output * inputs;
    for (let i = 0; i < inputs; i++) merged[start + i] = (w[start + i] ?? 0) + (row[i] ?? 0);
  }
  return merged;
}
