import type { RopeConfig } from "./config.ts";
import { plainRotation, type RotationShape, type RotationTables } from "./rotation.ts";
import { scaledRotation } from "./scaling.ts";

/** `theta^(-2m / headDim)` for m = 0 .. headDim / 2 - 1 (RoFormer, arXiv 2104.09864), in radians a token. */
export function ropeFrequencies(theta: number, headDim: number): number[] {
  return Array.from({ length: headDim / 2 }, (_, m) => theta ** ((-2 * m) / headDim));
}

/**
 * RoPE's tables, stretched where the configuration says so; one table for all heads. With `rotaryDim` the
 * first rotaryDim / 2 of the pairs (j, j + headDim / 2) turn by theta^(-2m / rotaryDim), and the others stand:
 * a model whose heads rotate their first rotaryDim elements, as GPT-NeoX, is this one with its rows reordered.
 */
export function ropeTables(config: RopeConfig, shape: RotationShape): RotationTables {
  const frequencies = ropeFrequencies(config.theta, config.rotaryDim ?? shape.headDim);
  if (config.scaling === undefined) return plainRotation(frequencies, shape);
  const scaled = scaledRotation(
    frequencies,
    config.theta,
    config.scaling,
    (shape.offset ?? 0) + shape.length,
  );
  return plainRotation(scaled.frequencies, shape, scaled.amplitude);
}
