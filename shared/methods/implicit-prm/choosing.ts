import type { Response } from "./responses.ts";
import { candidatesOf, type Judged } from "./scoring.ts";
import { type BestOfN, bestOfN, sigmoid, sizesUpTo } from "./voting.ts";

/**
 * The N to choose among: those that are asked for, or powers of two up to the candidates that every problem has. None
 * where a problem has fewer than two. Throws an Error where `sizes` asks for more than every problem has.
 */
export function sizesFor(responses: readonly Response[], sizes: readonly number[] | undefined): number[] {
  const counts = [...Map.groupBy(responses, ({ problem }) => problem).values()].map(({ length }) => length);
  const most = counts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const over = sizes?.find((n) => n > most);
  if (over !== undefined) throw new Error(`sizes: ${over} candidates, where a prompt has ${most}`);
  return most < 2 ? [] : [...(sizes ?? sizesUpTo(most))];
}

/** Every choice at every N. */
export function chooseAmong(
  rewarded: readonly Judged[],
  {
    sizes,
    draws,
    seed,
  }: { readonly sizes: readonly number[]; readonly draws: number; readonly seed: number },
): { bestOfN: BestOfN[]; problems: number } {
  const problems = candidatesOf(rewarded, sigmoid);
  return { bestOfN: bestOfN(problems, sizes, { draws, seed }), problems: problems.length };
}
