import type { PositionConfig } from "./config.ts";
import { fopeTables } from "./fope.ts";
import { ropeTables } from "./rope.ts";
import type { RotationShape, RotationTables } from "./rotation.ts";

/** The rotation of queries and keys; undefined where the position embedding rotates nothing (ALiBi, learned, NoPE). */
export function rotationTables(position: PositionConfig, shape: RotationShape): RotationTables | undefined {
  switch (position.type) {
    case "rope":
      return ropeTables(position, shape);
    case "fope":
      return fopeTables(position, shape);
    case "alibi":
    case "learned":
    case "nope":
      return undefined;
  }
}
