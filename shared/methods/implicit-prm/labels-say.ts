import { formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";

/**
 * Shares of right responses between which labels of responses can teach. Below the lower one most right answers of
 * running sums are guessed ones: a last digit at random is right in a tenth.
 */
const bounds = {
  arithmetic: { low: 0.2, high: 0.95 },
  preferences: { low: 0.05, high: 0.95 },
} as const;
export type Material = keyof typeof bounds;

/** Whether a share of right responses is one that their labels can teach from. */
export function labelsSay(right: number, from: Material): boolean {
  return right >= bounds[from].low && right <= bounds[from].high;
}

/** Whether labels of the responses trained on say enough; `rights` has the share of right ones of each training. */
export function labelFinding(rights: readonly number[], from: Material): Finding {
  const { low, high } = bounds[from];
  const shares = rights.map((right) => formatPercent(right, 1)).join(", ");
  const holds = rights.every((right) => labelsSay(right, from));
  const why =
    from === "arithmetic" && rights.some((right) => right < low)
      ? " A last digit that is guessed is right in 10%: the policy has not learnt the task, and its right answers are mostly guesses. Train it for longer, or at another rate (data.policy)."
      : " With nearly all of one kind, what is learnt of the other rests on few.";
  return {
    claim: "Right and wrong responses are both common enough for their labels to teach",
    holds,
    text: `Of the responses trained on ${shares} are right; from ${formatPercent(low)} to ${formatPercent(high)} is asked for.${holds ? "" : why}`,
  };
}

/** What a reader must know before any figure; empty where labels say enough. */
export function labelWarning(rights: readonly number[], from: Material): string {
  if (rights.every((right) => labelsSay(right, from))) return "";
  const shares = rights.map((right) => formatPercent(right, 1)).join(", ");
  return `Take no figure for what the method can do: ${shares} of the responses trained on are right, which their labels cannot teach from.`;
}
