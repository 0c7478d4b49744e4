import * as z from "zod";
import { createResponseScorer } from "../../lm/fine-tuning/response-scorer.ts";
import { type LanguageModel, loadModel } from "../../lm/stored-model.ts";
import { checkpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import type { BestOfInput, ScoreInput } from "./input.ts";
import type { Response } from "./responses.ts";
import { type Rewarded, rewardAll, scoreAll, tokenScores } from "./scoring.ts";

/** A reward model and, where there is one, its reference. */
export interface ModelPair {
  readonly model: LanguageModel;
  readonly reference: LanguageModel | undefined;
}

export async function loadPair(
  { model, reference }: Pick<ScoreInput | BestOfInput, "model" | "reference">,
  ctx: RunContext,
): Promise<ModelPair> {
  return {
    model: await loadModel(await ctx.model(model)),
    reference: reference === undefined ? undefined : await loadModel(await ctx.model(reference)),
  };
}

const state = z.object({ policy: tokenScores, reference: tokenScores });

/** Rewards of responses by both models, through every cut. Throws an Error where the two read other tokens. */
export async function rewardByPair(
  { model, reference }: ModelPair,
  responses: readonly Response[],
  beta: number,
  ctx: RunContext,
): Promise<Rewarded[] | "out of time"> {
  if (reference !== undefined) checkTokens(reference, responses);
  const pace = checkpointPace(ctx);
  let scores = (await ctx.checkpoint.load(state)) ?? { policy: [], reference: [] };
  for (const side of ["policy", "reference"] as const) {
    const scorer = side === "policy" ? model : reference;
    if (scorer === undefined) continue;
    const before = scores;
    const scored = await scoreAll(() => createResponseScorer(scorer, ctx), responses, scores[side], {
      ctx,
      pace,
      stateWith: (now) => ({ ...before, [side]: now }),
      report: (share) => ctx.progress(side === "policy" ? 0.5 * share : 0.5 + 0.5 * share, `${side} scores`),
    });
    if (scored === "out of time") return scored;
    scores = { ...scores, [side]: [...scored] };
  }
  return rewardAll(responses, scores.policy, reference && scores.reference, beta, model);
}

function checkTokens({ tokenizer }: LanguageModel, responses: readonly Response[]): void {
  for (const { text, response } of responses) {
    const own = tokenizer.encode(text);
    if (own.length !== response.length || own.some((id, at) => id !== response[at])) {
      throw new Error("reference: its tokenizer cuts the responses into other tokens than the model's");
    }
  }
}
