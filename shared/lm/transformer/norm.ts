import type { Value } from "../../engine/graph.ts";
import { layerNorm, rmsNorm } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { biasWeight, gainWeight, type WeightScope } from "./parameters.ts";

/** The norm of the configuration on x [..., dModel]: declares `<name>.weight`, and `<name>.bias` for LayerNorm. */
export function norm(
  scope: WeightScope,
  name: string,
  { dModel, norm: kind, normEpsilon }: ModelConfig,
  x: Value,
): Value {
  const gain = gainWeight(scope, `${name}.weight`, dModel);
  if (kind !== "layer") return rmsNorm(x, gain, normEpsilon);
  return layerNorm(x, gain, biasWeight(scope, `${name}.bias`, dModel), normEpsilon);
}
