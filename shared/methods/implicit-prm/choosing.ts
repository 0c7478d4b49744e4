import { candidatesOf, type Rewarded } from "./scoring.ts";
import { type BestOfN, bestOfN, sizesUpTo } from "./voting.ts";

/**
 * Every choice at every N. Empty where a problem has fewer than two candidates. Throws an Error where `sizes` asks for
 * more candidates than every problem has.
 */
export function chooseAmong(
  rewarded: readonly Rewarded[],
  { sizes, draws }: { readonly sizes?: readonly number[] | undefined; readonly draws: number },
  seed: number,
): { bestOfN: BestOfN[]; problems: number } {
  const problems = candidatesOf(rewarded);
  const most = Math.min(...problems.map((candidates) => candidates.length));
  const over = sizes?.find((n) => n > most);
  if (over !== undefined) throw new Error(`sizes: ${over} candidates, where a prompt has ${most}`);
  if (most < 2) return { bestOfN: [], problems: problems.length };
  return {
    bestOfN: bestOfN(problems, sizes ?? sizesUpTo(most), { draws, seed }),
    problems: problems.length,
  };
}
