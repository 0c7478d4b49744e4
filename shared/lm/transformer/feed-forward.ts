import type { Value } from "../../engine/graph.ts";
import { gelu, linear, swiglu } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { linearWeight, type WeightScope } from "./parameters.ts";

/** Position-wise network on x [tokens, dModel] -> the same shape. */
export function feedForward(scope: WeightScope, name: string, config: ModelConfig, x: Value): Value {
  const { dModel, feedForward: kind } = config;
  const up = () => linearWeight(scope, `${name}.up_proj.weight`, [kind.size, dModel]);
  const down = () =>
    linearWeight(scope, `${name}.down_proj.weight`, [dModel, kind.size], scope.residualScale);
  switch (kind.type) {
    case "swiglu": {
      const gate = linearWeight(scope, `${name}.gate_proj.weight`, [kind.size, dModel]);
      return linear(swiglu(linear(x, gate), linear(x, up())), down());
    }
    case "gelu":
      return linear(gelu(linear(x, up())), down());
  }
}
