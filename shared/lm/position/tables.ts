import { alibiBias } from "./alibi.ts";
import type { PositionConfig } from "./config.ts";
import { fopeTables } from "./fope.ts";
import { ropeTables } from "./rope.ts";
import type { RotationShape, RotationTables } from "./rotation.ts";

/** The rotation of queries and keys; undefined where the position embedding rotates nothing (ALiBi, NoPE). */
export function rotationTables(position: PositionConfig, shape: RotationShape): RotationTables | undefined {
  switch (position.type) {
    case "rope":
      return ropeTables(position, shape);
    case "fope":
      return fopeTables(position, shape);
    case "alibi":
    case "nope":
      return undefined;
  }
}

/**
 * What is added to the attention scores beside the causal mask, the mask included: [heads, length, length];
 * undefined where it is the mask alone.
 */
export function attentionBias(
  position: PositionConfig,
  shape: { readonly heads: number; readonly length: number },
): Float32Array | undefined {
  return position.type === "alibi" ? alibiBias(shape) : undefined;
}
