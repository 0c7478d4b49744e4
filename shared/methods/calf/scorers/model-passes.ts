import { loadModel } from "../../../lm/stored-model.ts";
import type { RunContext } from "../../contract.ts";
import type { ScoringOptions } from "../input.ts";
import { claimsMeasure } from "../judges/claims.ts";
import { rubricMeasure } from "../judges/rubric.ts";
import { isJudge, labelOf, type MetricName, needsReference } from "../names.ts";
import type { Pass } from "../passes.ts";
import type { Answer } from "./answer.ts";

export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

export const noChatModel =
  "no chat model is configured: set TENFOLD_LLM_PROVIDER and TENFOLD_LLM_MODEL, and the provider's key";

/** Which of the metrics can be taken, and why the others cannot. */
export function availableOf<Name extends MetricName>(
  names: readonly Name[],
  { llm, hasReferences }: { readonly llm: unknown; readonly hasReferences: boolean },
): { readonly available: Name[]; readonly skipped: Skipped[] } {
  const available: Name[] = [];
  const skipped: Skipped[] = [];
  for (const name of names) {
    if (isJudge(name) && llm === undefined) skipped.push({ name, reason: noChatModel });
    else if (needsReference(name) && !hasReferences)
      skipped.push({ name, reason: "the data have no references" });
    else available.push(name);
  }
  return { available, skipped };
}

/** Passes of the metrics that run a model: the encoder, a language model, chat models as judges of single answers. */
export function modelPasses(
  names: readonly MetricName[],
  { model, maxTokens, judge }: Pick<ScoringOptions, "model" | "maxTokens" | "judge">,
  ctx: RunContext,
): Pass<Answer>[] {
  const { llm, signal, threads } = ctx;
  const asking = llm === undefined ? undefined : { llm, signal, maxTokens: judge.maxTokens };
  return names.flatMap((name): Pass<Answer>[] => {
    const pass = (open: Pass<Answer>["open"]) => [{ name: labelOf(name), open }];
    if (name === "embedding") return pass(async () => (await import("./embedding.ts")).embeddingMeasure());
    if (name === "likelihood" && model !== undefined) {
      return pass(async () => {
        const { likelihoodMeasure } = await import("./likelihood.ts");
        return likelihoodMeasure(await loadModel(await ctx.model(model)), { maxTokens, threads });
      });
    }
    if (asking === undefined) return [];
    if (name === "judge-rubric") return pass(async () => rubricMeasure(asking));
    if (name === "judge-claims") return pass(async () => claimsMeasure(asking));
    return [];
  });
}
