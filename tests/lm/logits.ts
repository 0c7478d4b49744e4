import { compile } from "../../shared/engine/program.ts";
import type { ModelConfig } from "../../shared/lm/config.ts";
import type { WeightValues } from "../../shared/lm/training.ts";
import { transformer } from "../../shared/lm/transformer/transformer.ts";

/** Logits [length, vocabulary] of one sequence, by the graph. */
export async function logitsOf(
  config: ModelConfig,
  weights: WeightValues,
  tokens: readonly number[],
): Promise<Float32Array> {
  const { graph, logits } = transformer(config, { batch: 1, length: tokens.length });
  const program = await compile(graph, { logits }, { threads: 1 });
  const outputs = await program.run({
    ...Object.fromEntries(weights),
    tokens: BigInt64Array.from(tokens, BigInt),
  });
  const copy = Float32Array.from(outputs.logits, Number);
  await program.release();
  return copy;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Number.NaN))),
    0,
  );
}
