import type { Value } from "../../engine/graph.ts";
import { gelu, geluTanh, swiglu } from "../../engine/ops.ts";
import type { ModelConfig } from "../config.ts";
import { linearLayer } from "./low-rank.ts";
import { memoryFeedForward } from "./memory-layer.ts";
import type { WeightScope } from "./parameters.ts";
import { productKeyMemory } from "./product-key-memory.ts";

/** Position-wise network on x [tokens, dModel] -> the same shape. */
export function feedForward(scope: WeightScope, name: string, config: ModelConfig, x: Value): Value {
  const { dModel, feedForward: kind } = config;
  if (kind.type === "memory") return memoryFeedForward(scope, name, config, kind, x);
  if (kind.type === "product-key") return productKeyMemory(scope, name, config, kind, x);
  const { size, lowRank } = kind;
  const options = { lowRank, bias: config.biases?.feedForward };
  const widen = (part: string) => linearLayer(scope, `${name}.${part}`, [size, dModel], x, options);
  const narrow = (hidden: Value) =>
    linearLayer(scope, `${name}.down_proj`, [dModel, size], hidden, {
      ...options,
      scale: scope.residualScale,
    });
  switch (kind.type) {
    case "swiglu":
      return narrow(swiglu(widen("gate_proj"), widen("up_proj")));
    case "gelu": {
      const activation = kind.approximation === "tanh" ? geluTanh : gelu;
      return narrow(activation(widen("up_proj")));
    }
  }
}
