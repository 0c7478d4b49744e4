import { float32Tensor, type StoredTensor } from "../safetensors.ts";
import type { FourierCoefficients } from "./fope.ts";

/**
 * The coefficients under the names and in the layout that vLLM reads for FoPE: `rotary_emb.sin_coef` and
 * `rotary_emb.cos_coef`, each [key-value heads, D, d], one pair for all layers; and the live frequencies as
 * `rotary_emb.inv_freq`, [D], which vLLM computes itself and skips. The released code has a pair in each
 * block, under `transformer.blocks.<n>.pos_emb.`: give that as the prefix.
 */
export function fourierTensors(
  coefficients: FourierCoefficients,
  heads: number,
  prefix = "model.rotary_emb.",
): Map<string, StoredTensor> {
  const { frequencies, columns, sin, cos } = coefficients;
  const shape = [heads, frequencies.length, columns];
  return new Map([
    [`${prefix}sin_coef`, float32Tensor(sin, shape)],
    [`${prefix}cos_coef`, float32Tensor(cos, shape)],
    [`${prefix}inv_freq`, float32Tensor(Float32Array.from(frequencies), [frequencies.length])],
  ]);
}
