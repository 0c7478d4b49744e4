import type { RunContext } from "../../contract.ts";
import { isJudge } from "../names.ts";
import type { MetaEvaluateOutput } from "../output.ts";
import { addTallies, noTally, type PassState } from "../passes.ts";

/** What the judges of a run took together; null where there were none. */
export function judgeFigures(
  { llm }: Pick<RunContext, "llm">,
  { tallies }: Pick<PassState, "tallies">,
  available: readonly string[],
): MetaEvaluateOutput["judges"] {
  if (llm === undefined || !available.some(isJudge)) return null;
  const { provider, model } = llm;
  return { provider, model, ...Object.values(tallies).reduce(addTallies, noTally()) };
}
