import type { Value } from "../../engine/graph.ts";
import { add, matmul, transpose } from "../../engine/ops.ts";
import { type Adapter, adapterNames, hasAdapter, projectionOf } from "../adapter.ts";
import type { Sides } from "./low-rank.ts";
import { uniformWeight, type Weight, type WeightScope, zeroWeight } from "./parameters.ts";

/**
 * y, what the layer of this name makes of x, with what its adapter adds: y + alpha / rank (x A^T) B^T. A begins as
 * U(+-inputs^-1/2), as in PEFT, and B at 0, so that nothing is added at first. y itself where it has no adapter.
 */
export function adapted(
  scope: WeightScope,
  layer: string,
  [outputs, inputs]: Sides,
  x: Value,
  y: Value,
): Value {
  const { adapters } = scope;
  if (adapters === undefined || !hasAdapter(adapters.adapter, layer)) return y;
  const { rank, alpha } = adapters.adapter;
  const names = adapterNames(layer);
  const own = { ...scope, weights: adapters.weights };
  const down = uniformWeight(own, names.down, [rank, inputs]);
  const up = zeroWeight(own, names.up, [outputs, rank]);
  const inner = matmul(x, down, { transB: true, alpha: alpha / rank });
  // B is turned by an operation of its own, so that its gradient turns the [tokens, rank] side: half the time.
  return add(y, matmul(inner, transpose(up, [1, 0])));
}

/** Throws RangeError where a projection that is named, or all of them, are not in the model. */
export function checkAdapters({ projections = [] }: Adapter, weights: readonly Weight[]): void {
  const found = new Set(weights.map(({ name }) => projectionOf(name)));
  const missing = projections.find((projection) => !found.has(projection));
  if (missing !== undefined) throw new RangeError(`projections: the model has no ${missing}`);
  if (weights.length === 0) throw new RangeError("projections: the model has none that an adapter fits");
}
