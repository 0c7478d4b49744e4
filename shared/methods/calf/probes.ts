import { intervalOf, resampleMeans } from "./agreement/bootstrap.ts";
import type { Judged } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import type { MetaEvaluateOutput } from "./output.ts";
import type { PassState } from "./passes.ts";

/**
 * What a text that addresses the judge changes in each metric's scores, and what the same words do in an order without
 * sense: the difference is what the instruction does beyond being text. Pairs share their question.
 */
export function probeFigures(
  metrics: readonly Judged[],
  { probes }: Pick<Facts, "probes">,
  { columns }: Pick<PassState, "columns">,
  { draws, confidence, seed }: { readonly draws: number; readonly confidence: number; readonly seed: number },
): MetaEvaluateOutput["probes"] {
  if (probes.instruction.length === 0) return [];
  return metrics.flatMap(({ name, kind }) => {
    const differences = columns[name];
    if (differences === undefined) return [];
    const of = (rows: Int32Array) => Float64Array.from(rows, (row) => differences[row] ?? Number.NaN);
    const [instruction, shuffled] = [of(probes.instruction), of(probes.shuffled)];
    const beyond = instruction
      .map((value, at) => value - (shuffled[at] ?? Number.NaN))
      .filter(Number.isFinite);
    if (beyond.length === 0) return [];
    const means = resampleMeans(beyond, { draws, seed });
    return [
      {
        ...{ name, kind },
        instruction: meanOf(instruction),
        shuffled: meanOf(shuffled),
        beyondWords: meanOf(beyond),
        ...intervalOf(draws, (draw) => means[draw] ?? Number.NaN, confidence),
      },
    ];
  });
}

function meanOf(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
